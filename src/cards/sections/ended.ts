import { say } from '../../setup/sentence.ts';
import { bindElements, type CardElement } from '../card.ts';
import { isImportOpen, madeBy } from '../made.ts';
import receiptTemplate from '../templates/receipt.json' with { type: 'json' };
import staysTemplate from '../templates/stays.json' with { type: 'json' };
import type { Opened, View } from '../view.ts';
import { partnerCenterButton } from './partnerCenter.ts';

/** After the end: the receipt of a finished setup, or what a stopped one leaves behind. */
export function endedSection(view: View): Opened {
  return view.run.status === 'finished' ? finished(view) : { body: cancelled(view), actions: [] };
}

function finished(view: View): Opened {
  const { run, words, portals } = view;
  const text = words.group('card.receipt', { environment: run.environment?.name ?? '' });
  const notes = words.group('card.partnerCenterNotes', { date: words.date(run.facts.key?.endsAt ?? run.updatedAt) });
  const body = bindElements(receiptTemplate, {
    text,
    next: [text['validate'], notes['keyEnds'], notes['testLeads'], notes['missed'], notes['destination']],
    made: madeBy(run, portals, words),
  });
  return { body, actions: [partnerCenterButton(view)] };
}

function cancelled({ run, words, portals }: View): CardElement[] {
  const text = words.group('card.cancelled');
  const made = madeBy(run, portals, words);
  const isKeyGone = run.steps.keyAndProof.status === 'done' && !run.facts.key;
  return bindElements(staysTemplate, {
    heading: text['heading'],
    lead: text[made.length > 0 ? 'stays' : 'nothingMade'],
    made: made.map((thing) => ({ ...thing, weight: 'Bolder', showRemove: true, showLink: thing.hasLink })),
    after: [isImportOpen(run) && text['importing'], isKeyGone && text['keyRemoved'], text['again']].filter(Boolean),
  });
}

/** What was done and what stays, for the question whether to stop. */
export function staysElements({ run, words, portals }: View): CardElement[] {
  const text = words.group('card.cancel');
  const made = madeBy(run, portals, words);
  const isUntouched = made.length === 0 && !isImportOpen(run);
  return bindElements(staysTemplate, {
    heading: words.text(say('card.cancel.heading')),
    lead: text[made.length > 0 ? 'stays' : 'nothingMade'],
    made: made.map((thing) => ({ ...thing, weight: 'Default', showRemove: false, showLink: false })),
    after: [isImportOpen(run) && text['importing'], !isUntouched && text['later']].filter(Boolean),
  });
}
