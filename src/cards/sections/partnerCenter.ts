import { button, type ButtonLook, cancelButton, openLink, openTask, toggle } from '../actions.ts';
import { bindElements, type CardAction, type CardElement } from '../card.ts';
import { offersLink } from '../portals.ts';
import blockedTemplate from '../templates/blocked.json' with { type: 'json' };
import handoverTemplate from '../templates/handover.json' with { type: 'json' };
import notesTemplate from '../templates/notes.json' with { type: 'json' };
import valuesTemplate from '../templates/values.json' with { type: 'json' };
import type { Opened, View } from '../view.ts';

const keptMs = 24 * 60 * 60_000;

/** The way into Partner Center: before, while and after the key is shown. */
export function partnerCenterSection(view: View): Opened {
  if (!view.run.handover.revealedAt) return isKeyLapsed(view) ? lapsed(view) : before(view);
  return view.revealOnCard && view.secret !== undefined ? shown(view, view.secret) : concealed(view);
}

/** The sealed key is kept for a day; afterwards only another one can be handed over. */
function isKeyLapsed({ run: { steps }, now }: View): boolean {
  const { keyAndProof } = steps;
  return keyAndProof.status === 'done' && now.getTime() - Date.parse(keyAndProof.at) > keptMs;
}

function lapsed(view: View): Opened {
  const text = view.words.group('card.keyLapsed');
  return {
    body: bindElements(blockedTemplate, text),
    actions: [newKey(view, { style: 'positive' }), cancelButton(view)],
  };
}

function before(view: View): Opened {
  const { run, words } = view;
  const date = words.date(run.facts.key?.endsAt ?? run.updatedAt);
  return {
    body: bindElements(handoverTemplate, { text: words.group('card.handover', { date }) }),
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
  const text = words.group('card.partnerCenterConcealed', { until: words.time(revealUntil ?? run.updatedAt) });
  return {
    body: valuesOf(view, {
      heading: text[isOpen ? 'headingOpen' : 'headingOver'],
      lead: text[isOpen ? 'keyOpen' : 'keyOver'],
      after: [],
    }),
    actions: [entered(view), isOpen ? reveal(view, 'showAgain') : newKey(view), partnerCenterButton(view), notesToggle(view), cancelButton(view)],
    folded: noteElements(view, false),
  };
}

/** The four values under Partner Center's own labels, in its order; each stands alone, so that it can be copied whole. */
export function valueElements(view: View, secret: string): CardElement[] {
  const { run, words } = view;
  const text = words.group('card.partnerCenterValues', { until: words.time(run.handover.revealUntil ?? run.updatedAt) });
  return valuesOf(view, { heading: text['heading'], lead: text['path'], after: [text['visible'], text['next']] }, secret);
}

function valuesOf(view: View, around: object, secret?: string): CardElement[] {
  const { run, words } = view;
  const label = words.group('card.partnerCenterLabel');
  const values = [
    { label: label['url'], value: run.environment?.url },
    { label: label['applicationId'], value: run.facts.application?.appId },
    { label: label['directoryId'], value: run.facts.directory?.tenantId },
    { label: label['key'], value: secret },
  ];
  return bindElements(valuesTemplate, { ...around, values: values.filter(({ value }) => value !== undefined) });
}

/** What people learn too late otherwise. */
export function noteElements({ run, words }: View, isVisible: boolean): CardElement[] {
  const date = words.date(run.facts.key?.endsAt ?? run.updatedAt);
  return bindElements(notesTemplate, { isVisible, notes: Object.values(words.group('card.partnerCenterNotes', { date })) });
}

function reveal(view: View, name: 'showValues' | 'showAgain'): CardAction {
  const look = name === 'showValues' ? ({ style: 'positive' } as const) : {};
  const open = view.revealOnCard ? button : openTask;
  return open(view, name, { verb: 'reveal' }, look);
}

function entered(view: View): CardAction {
  return button(view, 'entered', { verb: 'done' }, { style: 'positive' });
}

function newKey(view: View, look?: ButtonLook): CardAction {
  return button(view, 'newKey', { verb: 'retry', stepId: 'keyAndProof' }, look);
}

export function partnerCenterButton({ portals, words }: View): CardAction {
  return openLink(words, 'partnerCenter', offersLink(portals));
}

function notesToggle({ words }: View): CardAction {
  return toggle(words, 'goodToKnow', 'notes');
}
