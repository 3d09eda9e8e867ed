import type { Choices, Plan, SetupRun, StepId, StepState } from '../setup/run.ts';
import { say } from '../setup/sentence.ts';
import { button, type ButtonLook } from './actions.ts';
import { bindElements, type CardElement } from './card.ts';
import adoptedUserInput from './templates/adoptedUserInput.json' with { type: 'json' };
import applicationInputs from './templates/applicationInputs.json' with { type: 'json' };
import applicationUserAndRoleInputs from './templates/applicationUserAndRoleInputs.json' with { type: 'json' };
import keyAndProofInputs from './templates/keyAndProofInputs.json' with { type: 'json' };
import licenceInputs from './templates/licenceInputs.json' with { type: 'json' };
import serviceUserInputs from './templates/serviceUserInputs.json' with { type: 'json' };
import type { View } from './view.ts';

const keyLives = ['6', '12', '18', '24'];

/** Where inputs stand, and what their button looks like. */
interface Standing {
  readonly isVisible: boolean;
  readonly look?: ButtonLook;
}

type Draw = (view: View, standing: Standing) => CardElement[];

const drawings: Partial<Record<StepId, Draw>> = {
  application: ofApplication,
  applicationUserAndRole: ofApplicationUser,
  keyAndProof: ofKey,
  serviceUser: ofServiceUser,
  licence: ofLicence,
};

/** The inputs of a step that waits for approval: folded, filled with what is planned now. Empty where it has none. */
export function foldedInputs(view: View, stepId: StepId): CardElement[] {
  return drawings[stepId]?.(view, { isVisible: false }) ?? [];
}

/** The inputs that are a way on for a step that cannot be done with those it has: open, with the card's main button. */
export function openInputs(view: View, stepId: StepId): CardElement[] {
  return hasWayOn(view.run, stepId) ? (drawings[stepId]?.(view, { isVisible: true, look: { style: 'positive' } }) ?? []) : [];
}

/** A user that somebody has made themselves may be named anew without anything to choose from. */
function hasWayOn({ steps, inputs }: SetupRun, stepId: StepId): boolean {
  const state = steps[stepId];
  const choices = (state.status === 'blocked' && state.choices) || {};
  return Object.keys(choices).length > 0 || (stepId === 'serviceUser' && inputs.serviceUser['adoptedName'] !== '');
}

function ofApplication(view: View): CardElement[] {
  return bindElements(applicationInputs, { ...shared(view, 'application'), value: view.run.inputs.application['displayName'] ?? '' });
}

function ofApplicationUser(view: View): CardElement[] {
  const { applicationUserAndRole } = view.run.inputs;
  if (!makesUser(view.run.steps.applicationUserAndRole)) return [];
  return bindElements(applicationUserAndRoleInputs, { ...shared(view, 'applicationUserAndRole'), value: applicationUserAndRole['email'] ?? '' });
}

/** A user that was there before keeps the address it has. */
function makesUser(state: StepState): boolean {
  return state.status === 'planned' && state.plan.changes.some(({ request }) => request === 'POST dataverse /systemusers');
}

function ofKey(view: View, standing: Standing): CardElement[] {
  const { words, run } = view;
  const choices = keyLives.map((value) => ({ value, title: words.plain(say('card.stepInputs.monthsCount', { count: Number(value) })) }));
  return bindElements(keyAndProofInputs, { ...shared(view, 'keyAndProof', standing), value: run.inputs.keyAndProof['months'] ?? '', proof: run.inputs.keyAndProof['proof'] ?? 'yes', vault: run.inputs.keyAndProof['vault'] ?? '', vaultSecret: run.inputs.keyAndProof['vaultSecret'] ?? '', choices });
}

/** A user that somebody has made themselves is named whole; the other inputs say nothing about it. */
function ofServiceUser(view: View, standing: Standing): CardElement[] {
  const { adoptedName = '' } = view.run.inputs.serviceUser;
  if (adoptedName === '') return ofNewUser(view, standing);
  return bindElements(adoptedUserInput, { ...shared(view, 'serviceUser', standing, 'nameUse'), value: adoptedName });
}

function ofNewUser(view: View, standing: Standing): CardElement[] {
  const { inputs, steps } = view.run;
  const { displayName = '', userName = '', domain = '', usageLocation = '' } = { ...inputs.serviceUser, ...spokenOf(steps.serviceUser) };
  const domains = choicesOf(view, 'serviceUser', 'domain');
  const { use, shown } = asked(steps.serviceUser);
  const shows = Object.fromEntries(shown.map((input) => [input, input !== 'domain' || domains.length > 0]));
  return bindElements(serviceUserInputs, {
    ...shared(view, 'serviceUser', standing, use),
    value: { displayName, userName, domain: known(domain, domains), usageLocation },
    shows: { userName: false, domain: false, displayName: false, usageLocation: false, ...shows },
    domains,
    countries: shows['usageLocation'] ? view.words.countries() : [],
  });
}

interface Asked {
  /** Title of the button under `card.button`. */
  readonly use: string;
  readonly shown: readonly ('userName' | 'domain' | 'displayName' | 'usageLocation')[];
}

/** What stands in the way asks for its own inputs only. */
const askedFor: Readonly<Record<string, Asked>> = {
  'serviceUser.taken': { use: 'nameUse', shown: ['userName', 'domain'] },
  'serviceUser.takenByDeleted': { use: 'nameUse', shown: ['userName', 'domain'] },
  'serviceUser.federated': { use: 'domainUse', shown: ['domain'] },
  'serviceUser.domainUnknown': { use: 'domainUse', shown: ['domain'] },
  'serviceUser.usageLocationMissing': { use: 'countryUse', shown: ['usageLocation'] },
};

function asked(state: StepState): Asked {
  const all: Asked = { use: 'detailsUse', shown: ['userName', 'domain', 'displayName', 'usageLocation'] };
  return state.status === 'blocked' ? (askedFor[state.reason.key] ?? all) : all;
}

type UserInputs = Readonly<Partial<Record<'userName' | 'domain' | 'usageLocation', string>>>;

/** What the card speaks of stands in the inputs: what is planned where the defaults were taken, and what it names as a way on. */
function spokenOf(state: StepState): UserInputs {
  if (state.status === 'planned') return plannedOf(state.plan);
  return state.status === 'blocked' ? wayOnOf(state) : {};
}

function plannedOf({ facts }: Plan): UserInputs {
  const valueOf = (name: string) => facts.find(({ label }) => label.key === `serviceUser.${name}`)?.value;
  return { ...domainOf(valueOf('factUserName')), ...some('usageLocation', valueOf('factUsageLocation')) };
}

function wayOnOf({ reason, cure }: StepState & { status: 'blocked' }): UserInputs {
  return { ...domainOf(reason.values?.['userName']), ...some('userName', cure.values?.['free']), ...some('domain', cure.values?.['domain']) };
}

function domainOf(userName: unknown): UserInputs {
  return typeof userName === 'string' ? some('domain', userName.split('@')[1]) : {};
}

function some(input: keyof UserInputs, value: unknown): UserInputs {
  return typeof value === 'string' ? { [input]: value } : {};
}

function ofLicence(view: View, standing: Standing): CardElement[] {
  const choices = choicesOf(view, 'licence', 'skuId');
  if (choices.length === 0) return [];
  return bindElements(licenceInputs, {
    ...shared(view, 'licence', standing, 'licenceUse'),
    value: known(view.run.inputs.licence['skuId'] ?? '', choices),
    choices,
  });
}

function shared(view: View, stepId: StepId, { isVisible, look }: Standing = { isVisible: false }, title = 'detailsUse') {
  const use = button(view, title, { verb: 'submit', stepId }, { ...look, withInputs: true });
  return { text: view.words.group('card.stepInputs'), isVisible, actions: [use] };
}

function choicesOf({ run, words }: View, stepId: StepId, input: string): { value: string; title: string }[] {
  const state = run.steps[stepId];
  const choices: Choices = ('choices' in state && state.choices) || {};
  return (choices[input] ?? []).map(({ value, title }) => ({ value, title: words.plain(title) }));
}

/** What is planned, where it can still be chosen; else the first that can. */
function known(value: string, choices: readonly { value: string }[]): string {
  return choices.some((choice) => choice.value === value) ? value : (choices[0]?.value ?? value);
}
