import { goesIntoVault, provingStep } from '../../setup/sections.ts';
import { button, type ButtonLook, cancelButton, openLink, openTask, toggle } from '../actions.ts';
import { bindElements, type CardAction, type CardElement } from '../card.ts';
import { endsOn, evidenceOf, isKeyOf, isElsewhere, isProven, notesOf, secretAddress, secretOf, valuesOf } from '../handedOver.ts';
import { offersLink, vaultSecretLink } from '../portals.ts';
import blockedTemplate from '../templates/blocked.json' with { type: 'json' };
import handoverTemplate from '../templates/handover.json' with { type: 'json' };
import notesTemplate from '../templates/notes.json' with { type: 'json' };
import valuesTemplate from '../templates/values.json' with { type: 'json' };
import type { Opened, View } from '../view.ts';

const keptMs = 24 * 60 * 60_000;

/** The way into Partner Center: before, while and after the key or the password is shown. */
export function partnerCenterSection(view: View): Opened {
  if (isElsewhere(secretOf(view.run))) return nothingSealed(view);
  if (!view.run.handover.revealedAt) return isLapsed(view) ? lapsed(view) : before(view);
  return view.revealOnCard && view.secret !== undefined ? shown(view, view.secret) : concealed(view);
}

/** What is sealed is kept for a day; afterwards only another key or password can be handed over. */
function isLapsed({ run, now }: View): boolean {
  const proving = run.steps[provingStep(run)];
  return proving.status === 'done' && now.getTime() - Date.parse(proving.at) > keptMs;
}

function lapsed(view: View): Opened {
  const text = view.words.group(`card.${secretOf(view.run)}Lapsed`);
  return {
    body: bindElements(blockedTemplate, text),
    actions: [newSecret(view, { style: 'positive' }), cancelButton(view)],
  };
}

function before(view: View): Opened {
  const { run, words } = view;
  const text = words.group(`card.${secretOf(run)}Handover`, { date: endsOn(run, words) });
  return {
    body: bindElements(handoverTemplate, { text: { ...words.group('card.handover'), ...text, ...(!isProven(run) && words.group(`card.${secretOf(run)}HandoverUnproven`)) }, evidence: evidenceOf(view) }),
    actions: [reveal(view, 'showValues'), partnerCenterButton(view), cancelButton(view)],
  };
}

function shown(view: View, secret: string): Opened {
  return {
    body: valueElements(view, secret),
    actions: [entered(view), partnerCenterButton(view), notesToggle(view)],
    folded: noteElements(view, false),
  };
}

function concealed(view: View): Opened {
  const { run, words, now } = view;
  const { revealUntil } = run.handover;
  const isOpen = revealUntil !== undefined && now.toISOString() < revealUntil;
  const text = words.group(`card.${secretOf(run)}Concealed`, { until: words.time(revealUntil ?? run.updatedAt) });
  return {
    body: valuesAround(view, { heading: text[isOpen ? 'headingOpen' : 'headingOver'], lead: [text[isOpen ? 'open' : 'over']], after: [] }),
    actions: [entered(view), isOpen ? reveal(view, 'showAgain') : newSecret(view), partnerCenterButton(view), notesToggle(view), cancelButton(view)],
    folded: noteElements(view, false),
  };
}

/** A key or a password that is not here: there is nothing to show but names, so they stand on the card at once. */
function nothingSealed(view: View): Opened {
  const { words, run } = view;
  const isKey = isKeyOf(secretOf(run));
  const text = words.group(`card.${secretOf(run)}Values`, { date: endsOn(run, words) });
  const { path, next } = words.group(isKey ? 'card.keyValues' : 'card.passwordValues', { until: '' });
  return {
    body: valuesAround(view, { heading: text['heading'], lead: [...evidenceOf(view), path], after: [text['unknown'], next] }),
    actions: [entered(view), ...openSecret(view), partnerCenterButton(view), ...(isKey ? [newSecret(view)] : []), notesToggle(view), cancelButton(view)],
    folded: noteElements(view, false),
  };
}

function openSecret({ words, run: { facts, startedBy }, portals }: View): CardAction[] {
  return facts.vaultSecret && goesIntoVault(facts) ? [openLink(words, 'openSecret', vaultSecretLink(portals, startedBy.tenantId, secretAddress(facts.vaultSecret)))] : [];
}

/** Each value stands alone, so that it can be copied whole. */
export function valueElements(view: View, secret: string): CardElement[] {
  const { run, words } = view;
  const text = words.group(`card.${secretOf(run)}Values`, { until: words.time(run.handover.revealUntil ?? run.updatedAt) });
  return valuesAround(view, { heading: text['heading'], lead: [text['path']], after: [text['visible'], text['next']] }, secret);
}

function valuesAround(view: View, around: object, secret?: string): CardElement[] {
  return bindElements(valuesTemplate, { ...around, values: valuesOf(view, secret) });
}

export function noteElements(view: View, isVisible: boolean): CardElement[] {
  return bindElements(notesTemplate, { isVisible, notes: notesOf(view) });
}

function reveal(view: View, name: 'showValues' | 'showAgain'): CardAction {
  const look = name === 'showValues' ? ({ style: 'positive' } as const) : {};
  const open = view.revealOnCard ? button : openTask;
  return open(view, name, { verb: 'reveal' }, look);
}

function entered(view: View): CardAction {
  return button(view, 'entered', { verb: 'done' }, { style: 'positive' });
}

function newSecret(view: View, look?: ButtonLook): CardAction {
  const title = isKeyOf(secretOf(view.run)) ? 'newKey' : 'newPassword';
  return button(view, title, { verb: 'retry', stepId: provingStep(view.run) }, look);
}

export function partnerCenterButton({ portals, words }: View): CardAction {
  return openLink(words, 'partnerCenter', offersLink(portals));
}

function notesToggle({ words }: View): CardAction {
  return toggle(words, 'goodToKnow', 'notes');
}
