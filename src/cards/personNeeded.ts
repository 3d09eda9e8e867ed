import { samePerson } from '../setup/asking.ts';
import type { ErrorCode, Failure } from '../setup/errors.ts';
import type { ProofAbout } from '../setup/proofAbout.ts';
import { wantedProof } from '../setup/proving.ts';
import { say, type Sentence } from '../setup/sentence.ts';
import { type ActionData, button, openLink } from './actions.ts';
import { bindElements, type CardAction, type CardElement } from './card.ts';
import { consentButtons, consentElements } from './consent.ts';
import { type AroundFailure, failureElements, marksOf } from './failure.ts';
import template from './templates/personNeeded.json' with { type: 'json' };
import type { View } from './view.ts';

type Need = 'waitingForSignIn' | 'waitingForConsent';

/** What is waited for where nothing has to be repaired; each names its state in the checklist. */
const needs: Partial<Record<ErrorCode, Need>> = { 'E-CLAIMS': 'waitingForSignIn', 'E-SIGN-IN': 'waitingForSignIn', 'E-CONSENT': 'waitingForConsent' };

/** The need behind a failure; undefined for one that is a failure. */
export function needBehind({ code }: Pick<Failure, 'code'>): Need | undefined {
  return needs[code];
}

/** What went wrong; or who has to sign in or consent, where nothing has. */
export function troubleElements(view: View, about: ProofAbout, failure: Failure, around: AroundFailure): CardElement[] {
  const { words } = view;
  if (failure.code === 'E-CONSENT') return consentElements(view, failure, around);
  if (needBehind(failure) !== 'waitingForSignIn') return failureElements(failure, words, around);
  const kept = around.isKept ? [say('card.personNeeded.kept')] : [];
  return bindElements(template, {
    heading: words.text(say(`card.personNeeded.${failure.code === 'E-CLAIMS' ? 'claims' : 'signIn'}`)),
    paragraphs: [meaningOf(view, about, failure), ...kept].map((sentence) => words.text(sentence)),
    marks: marksOf(failure, words),
  });
}

function meaningOf(view: View, about: ProofAbout, failure: Failure): Sentence {
  const person = wantedProof(view.run, about)?.person;
  if (person && !isViewer(view, about)) return say('card.personNeeded.ofOther', { name: person.name });
  if (failure.code !== 'E-CLAIMS') return person?.actingAs ? say('card.personNeeded.otherAccount', { account: person.actingAs.name }) : failure.sentence;
  if (!view.browserLinks) return say('card.personNeeded.noAddress');
  return person?.actingAs ? say('card.personNeeded.claimsOtherAccount', { account: person.actingAs.name }) : failure.sentence;
}

/** What leads on from trouble: the page where it is proven or consented to, and the same once more. */
export function wayOnButtons(view: View, about: ProofAbout, failure: Failure, again: ActionData): CardAction[] {
  if (failure.code === 'E-CONSENT') return consentButtons(view, again);
  const signIn = signInButtons(view, about, failure);
  return [...signIn, button(view, 'retry', again, signIn.length > 0 ? {} : { style: 'positive' })];
}

/** To the page where it is proven. Single sign-on asks by a card of its own for a person's own sign-in that is gone. */
export function signInButtons(view: View, about: ProofAbout, { code }: Failure): CardAction[] {
  const { browserLinks, run, words } = view;
  const isByBrowser = code === 'E-CLAIMS' || wantedProof(run, about)?.person.actingAs !== undefined;
  return browserLinks && isByBrowser && isViewer(view, about) ? [openLink(words, 'proveSignIn', browserLinks.proof(run.id, about), { style: 'positive' })] : [];
}

function isViewer({ run, ask }: View, about: ProofAbout): boolean {
  const person = wantedProof(run, about)?.person;
  return person !== undefined && samePerson(person, ask?.person ?? run.startedBy);
}
