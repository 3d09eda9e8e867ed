import { say } from '../../setup/sentence.ts';
import { button, toggle } from '../actions.ts';
import { bindElements, type CardAction, type CardElement } from '../card.ts';
import { isKeyOf, evidenceOf, isProven, notesOf, secretOf } from '../handedOver.ts';
import { isImportOpen, type Made, madeBy } from '../made.ts';
import { offersLink } from '../portals.ts';
import foldedMadeTemplate from '../templates/foldedMade.json' with { type: 'json' };
import madeTemplate from '../templates/made.json' with { type: 'json' };
import receiptTemplate from '../templates/receipt.json' with { type: 'json' };
import staysTemplate from '../templates/stays.json' with { type: 'json' };
import type { Opened, View } from '../view.ts';
import { checkButton, driftSection } from './drift.ts';
import { partnerCenterButton } from './partnerCenter.ts';

/** After the end: the receipt of a finished setup, or what a stopped one leaves behind. */
export function endedSection(view: View): Opened {
  const checked = driftSection(view);
  if (checked) return view.run.status === 'finished' ? withReceipt(view, checked) : checked;
  return view.run.status === 'finished' ? finished(view) : { body: cancelled(view), actions: undoButtons(view) };
}

/** What was found takes the receipt's place; its links stay within reach, and so does undo. */
function withReceipt(view: View, { body, actions }: Opened): Opened {
  const { words, run, portals } = view;
  const partnerCenter = { label: words.text(say('card.checklist.label.partnerCenter')), link: { title: words.text(say('card.button.partnerCenter')), url: offersLink(portals) }, hasLink: true };
  const things = [...madeBy(run, portals, words), partnerCenter];
  const folded = bindElements(foldedMadeTemplate, { heading: words.text(say('card.receipt.made')), made: bindElements(madeTemplate, { things }) });
  return { body, actions: [...actions, toggle(words, 'made', 'made'), ...undoButtons(view)], folded };
}

function finished(view: View): Opened {
  const { run, words, portals } = view;
  const environment = run.environment?.name ?? '';
  const text: Record<string, string> = { ...words.group('card.receipt', { environment }), ...(!isProven(run) && words.group('card.receiptUnproven', { environment })) };
  text['again'] = `${againOf(view)} ${text['check'] ?? ''}`;
  const evidence = evidenceOf(view);
  const body = bindElements(receiptTemplate, {
    text,
    next: [text['validate'], ...notesOf(view)],
    hasEvidence: evidence.length > 0,
    evidence,
    made: bindElements(madeTemplate, { things: madeBy(run, portals, words) }),
  });
  return { body, actions: [partnerCenterButton(view), checkButton(view), ...undoButtons(view)] };
}

/** Where something is left that it would take back. */
export function undoButtons(view: View): CardAction[] {
  const isLeft = view.run.journal.length > 0 && (stayingOf(view).some(({ isOurs }) => isOurs) || isImportOpen(view.run));
  return isLeft ? [button(view, 'undo', { verb: 'undo' })] : [];
}

/** What a new setup is for: other environments, and what has to be another one some day. */
function againOf({ run, words }: View): string {
  const secret = secretOf(run);
  return words.text(say(`card.receiptAgain.${isKeyOf(secret) ? 'key' : secret}`));
}

function cancelled(view: View): CardElement[] {
  const { run, words } = view;
  const text = words.group('card.cancelled');
  const isKeyGone = run.steps.keyAndProof.status === 'done' && !run.facts.key;
  const again = isUntouched(view) ? text['again'] : text['againUsed'];
  const { takenOverBy } = run;
  const heading = takenOverBy ? words.text(say('card.takeOver.told', { name: takenOverBy.name })) : text['heading'] ?? '';
  return staysList(view, { ...text, heading }, { showRemove: true, after: [isKeyGone && text['keyRemoved'], run.facts.password && text['passwordDestroyed'], again] });
}

/** What was done and what stays, for the question whether to stop. */
export function staysElements(view: View): CardElement[] {
  const text = view.words.group('card.cancel');
  return staysList(view, text, { showRemove: false, after: [!isUntouched(view) && text['later']] });
}

function staysList(view: View, text: Record<string, string>, { showRemove, after }: { showRemove: boolean; after: unknown[] }): CardElement[] {
  const made = stayingOf(view);
  return bindElements(staysTemplate, {
    heading: text['heading'],
    lead: [isUntouched(view) && text['nothingMade'], made.length > 0 && text['stays']].filter(Boolean),
    made: made.map((thing) => ({ ...thing, bullet: showRemove ? '' : '• ', weight: showRemove ? 'Bolder' : 'Default', showRemove, showLink: showRemove && thing.hasLink })),
    after: [isImportOpen(view.run) && text['importing'], ...after].filter(Boolean),
  });
}

function isUntouched(view: View): boolean {
  return stayingOf(view).length === 0 && !isImportOpen(view.run);
}

function stayingOf({ run, portals, words }: View): Made[] {
  return madeBy(run, portals, words).filter(({ stays }) => stays);
}
