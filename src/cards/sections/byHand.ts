import type { StepId, StepState } from '../../setup/run.ts';
import { say } from '../../setup/sentence.ts';
import { button, cancelButton, openLink } from '../actions.ts';
import { bindElements, type CardAction } from '../card.ts';
import { applicationKeysLink, applicationsLink, environmentLink, solutionLink, userLink } from '../portals.ts';
import template from '../templates/byHand.json' with { type: 'json' };
import type { Opened, View } from '../view.ts';

/** What a step that is done by hand needs on its card, beside its instructions. */
interface ByHand {
  /** Title key under `card.button`, and the page where it is done. */
  readonly links: (view: View) => readonly { readonly name: string; readonly url: string }[];
  /** What the bot has to be told about it: the name of a step's input. */
  readonly input?: 'appId' | 'adoptedName';
}

const inEnvironment = ({ portals, run }: View) => [{ name: 'openEnvironment', url: environmentLink(portals, run.environment) }];
const ofUser = ({ portals, run }: View) => [{ name: 'users', url: userLink(portals, run.facts.serviceUser?.objectId) }];

const entries: Readonly<Record<StepId, ByHand>> = {
  solution: {
    links: ({ portals, run }) => [
      { name: 'downloadSolution', url: portals.leadWriterSolution },
      { name: 'openPowerApps', url: solutionLink(portals, run) },
    ],
  },
  application: { links: ({ portals }) => [{ name: 'openEntra', url: applicationsLink(portals) }], input: 'appId' },
  applicationUserAndRole: { links: inEnvironment },
  keyAndProof: { links: ({ portals, run }) => [{ name: 'openKeys', url: applicationKeysLink(portals, run.facts.application?.appId ?? '') }] },
  serviceUser: { links: ofUser, input: 'adoptedName' },
  licence: { links: ofUser },
  userRole: { links: inEnvironment },
  passwordAndProof: { links: ofUser },
};

/** The procedure's own instructions for one step, and *Check*. */
export function byHandSection(view: View, stepId: StepId, { missing = [], isOnlyWay }: StepState & { status: 'byHand' }): Opened {
  const { words } = view;
  const { input, links } = entries[stepId];
  const body = bindElements(template, {
    heading: words.text(say(`card.byHandHeading.${stepId}`)),
    lead: words.text(say(isOnlyWay ? 'card.byHand.onlyWay' : 'card.byHand.lead')),
    isMissing: missing.length > 0,
    notYet: words.text(say('card.byHand.notYet')),
    missing: missing.map((sentence) => words.text(sentence)),
    instructions: Object.values(words.group(`card.byHandSteps.${stepId}`, valuesFor(view))).map((text, index) => ({ number: `${index + 1}.`, text })),
    ...inputOf(view, stepId, input),
  });
  const check = button(view, 'check', { verb: 'check', stepId }, { style: 'positive', withInputs: true });
  return { body, actions: [check, ...linkButtons(view, links(view)), ...leaving(view, stepId, isOnlyWay)] };
}

function leaving(view: View, stepId: StepId, isOnlyWay: boolean | undefined): CardAction[] {
  return [...(isOnlyWay ? [] : [button(view, 'letBot', { verb: 'retry', stepId })]), cancelButton(view)];
}

function linkButtons({ words }: View, links: readonly { name: string; url: string }[]): CardAction[] {
  return links.map(({ name, url }) => openLink(words, name, url));
}

/** The setup's own names for what the instructions speak of; nothing is said of what is not known yet. */
function valuesFor({ run: { facts, inputs, environment } }: View): Record<string, string> {
  return {
    application: facts.application?.displayName ?? inputs.application['displayName'] ?? '',
    appId: facts.application?.appId ?? '',
    environment: environment?.name ?? '',
    user: facts.serviceUser?.userPrincipalName ?? '',
  };
}

function inputOf({ run, words }: View, stepId: StepId, input: ByHand['input']) {
  return {
    hasInput: input !== undefined,
    inputId: input ?? '',
    inputLabel: input ? words.plain(say(`card.byHandInput.${input}`)) : '',
    inputValue: input ? (run.inputs[stepId][input] ?? '') : '',
  };
}
