import { isBeingChecked } from './drift/underWay.ts';
import { pathSteps, type SetupRun, type StepId, stepIds } from './run.ts';

/** The parts of a setup, of either way, in the order in which a person meets them. */
export const sections = ['environment', 'prerequisites', ...stepIds, 'partnerCenter'] as const;
export type Section = (typeof sections)[number] | 'undo' | 'ended';

/** The steps of the chosen way; before the choice those of the recommended one. */
export function stepsOf({ path }: Pick<SetupRun, 'path'>): readonly StepId[] {
  return pathSteps[path ?? 'entra'];
}

/** The step that proves the account: with it the environment is free again and the values can be handed over. */
export function provingStep({ path }: Pick<SetupRun, 'path'>): StepId {
  return path === 'microsoft365' ? 'passwordAndProof' : 'keyAndProof';
}

/** Whether a key or a password is shown at the end; a key that a person made themselves or that went into a vault, and the password of such a user, are not. */
export function handsOverSecret({ path, facts }: Pick<SetupRun, 'path' | 'facts'>): boolean {
  return path === 'microsoft365' ? facts.serviceUser?.isTheirs !== true : facts.key?.isByHand !== true && !goesIntoVault(facts);
}

/** The key was made for a key vault of the organization's own, and lies there once its step is done. */
export function goesIntoVault({ key, vaultSecret }: Pick<SetupRun['facts'], 'key' | 'vaultSecret'>): boolean {
  return key?.isByHand !== true && vaultSecret !== undefined;
}

/** The step that needs the person or is being worked on; `undo` while what was made is taken back, `ended` when nothing is left to do. */
export function currentSection(run: SetupRun): Section {
  if (run.status !== 'active' || isBeingChecked(run)) return 'ended';
  if (run.undo) return 'undo';
  if (!run.environment) return 'environment';
  if (!run.path) return 'prerequisites';
  const steps = stepsOf(run);
  const troubled = steps.find((id) => ['failed', 'blocked', 'byHand'].includes(run.steps[id].status) || waitsForSignIn(run, id));
  if (troubled) return troubled;
  // A step that is being applied while a later one can already be asked for stays behind.
  const open = steps.filter((id) => run.steps[id].status !== 'done');
  const asking = open.find((id) => run.steps[id].status !== 'applying' || !canGoOnBehind(id));
  return asking ?? open[0] ?? 'partnerCenter';
}

function waitsForSignIn({ steps }: SetupRun, id: StepId): boolean {
  const state = steps[id];
  return state.status === 'applying' && state.signInLost !== undefined;
}

/** The import runs behind while the conversation goes on; nothing else does. */
function canGoOnBehind(id: StepId): boolean {
  return id === 'solution';
}
