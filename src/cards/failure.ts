import type { Failure, Upstream } from '../setup/errors.ts';
import { say, type Sentence } from '../setup/sentence.ts';
import { button } from './actions.ts';
import { bindElements, type CardAction, type CardElement } from './card.ts';
import { escapeMarkdown, oneLine, shorten } from './escape.ts';
import template from './templates/failure.json' with { type: 'json' };
import type { View } from './view.ts';
import type { Words } from './words.ts';

const longestMessage = 600;

export interface AroundFailure {
  /** Something was done before, and stays. */
  readonly isKept: boolean;
  /** Who has the right that was missing. */
  readonly whoCan?: Sentence | undefined;
}

/** What went wrong: what it means in our words, then Microsoft's own words and the marks that support asks for. */
export function failureElements(failure: Failure, words: Words, { isKept, whoCan }: AroundFailure): CardElement[] {
  const text = words.group('card.failure');
  const { upstream } = failure;
  return bindElements(template, {
    text,
    meaning: words.text(failure.sentence),
    isKept,
    hasWhoCan: whoCan !== undefined,
    whoCan: whoCan ? words.text(whoCan) : '',
    hasMessage: upstream !== undefined,
    saidBy: upstream ? saidBy(upstream, words) : '',
    message: upstream?.noticed ? words.text(upstream.noticed) : escapeMarkdown(shorten(upstream?.message ?? '', longestMessage)),
    marks: marksOf(failure, words),
  });
}

/** What support asks for. */
export function marksOf({ upstream, code, errorId }: Failure, words: Words): { label: string; value: string }[] {
  const text = words.group('card.failure');
  return [
    { label: text['code'], value: upstream?.code },
    { label: text['status'], value: upstream?.status?.toString() },
    { label: text['correlation'], value: upstream?.requestId },
    { label: text['errorId'], value: `${code} ${errorId}` },
  ].flatMap(({ label, value }) => (value ? [{ label: words.plain(say('card.failure.mark', { label: label ?? '' })), value: shorten(oneLine(value), 120) }] : []));
}

function saidBy({ service, noticed }: Upstream, words: Words): string {
  const values = { service: words.plain(say(`card.failure.service.${service}`)) };
  return words.text(say(noticed ? 'card.failure.nothingSaid' : 'card.failure.microsoftSaid', values));
}

/** Somebody's rights that are not enough may be those of the wrong account; where no browser reaches the bot, nobody can sign in with another. */
export function otherAccountButtons(view: View): CardAction[] {
  return view.browserLinks ? [button(view, 'actAs', { verb: 'actAs' })] : [];
}

/** After a sign-in as another account than that of the chat: the way in which another is used. */
export function accountButtons(view: View, { code }: Failure): CardAction[] {
  return code === 'E-OTHER-ACCOUNT' ? [button(view, 'actAs', { verb: 'actAs' })] : [];
}
