import type { PersonaName } from '../../sandbox/personas.ts';
import { pathSteps, type SetupRun, type StepId } from '../../src/setup/run.ts';
import type { Button } from './play.ts';

/** What whoever began the setup has said of one run. Nothing of it may happen that is not here; that it does happen, the end of a game shows. */
interface Said {
  /** What was approved by a click or a word: steps, and to take back what they made. */
  readonly approved: Set<StepId | 'undo'>;
  /** The hashes of the plans that were seen with that; all of them, where everything was approved at once. */
  readonly plans: Set<string>;
  allPlans: boolean;
  /** How the run may end. */
  readonly endings: Set<SetupRun['status']>;
  /** What else was wanted. */
  readonly verbs: Set<string>;
}

/** Typed words, and the verb that each stands for where it may change something. */
export const words: Readonly<Record<string, string | undefined>> = {
  'set up leads': 'start',
  status: undefined,
  help: undefined,
  history: undefined,
  approve: 'approve',
  'approve all': 'approveAll',
  'show the whole plan': undefined,
  pause: undefined,
  retry: 'retry',
  check: 'check',
  continue: 'continue',
  back: 'back',
  'by hand': 'manual',
  'other ways': undefined,
  'leave out': undefined,
  cancel: undefined,
  'yes, cancel': 'cancel',
  undo: 'undo',
  'yes, undo': 'undo',
  'put it right': 'mend',
  'start again': 'restart',
  done: 'done',
  entra: 'choose',
  'sign out': 'signOut',
  'I do not know what to say': undefined,
};

/** Words that mean the last setup, where none is under way. */
const afterTheEnd: readonly string[] = ['check', 'mend', 'undo'];

/** The small world that the bot's is compared with: it knows who wanted what, and no more. */
export class Model {
  readonly #said = new Map<string, Said>();
  /** Whoever is not the person whose setup it is wants nothing, whatever they click. */
  readonly owner: PersonaName = 'alex';
  /** Whether somebody else has changed what a setup made. */
  isTouched = false;

  said(runId: string): Said {
    const said = this.#said.get(runId) ?? { approved: new Set(), plans: new Set(), allPlans: false, endings: new Set(), verbs: new Set() };
    this.#said.set(runId, said);
    return said;
  }

  clicks({ verb, data }: Button, as: PersonaName = this.owner): void {
    if (as !== this.owner) return;
    const { runId, stepId, planHash, confirmed } = data;
    if (typeof runId === 'string') this.#wants(runId, verb, { stepId, planHash, confirmed });
  }

  /** A word means the last setup, if it is under way, and the plan in it that waits. */
  says(word: string, last: SetupRun | undefined): void {
    const verb = words[word];
    if (!last || !verb || (last.status !== 'active' && !afterTheEnd.includes(verb))) return;
    if (verb !== 'approve') return this.#wants(last.id, verb, { confirmed: word !== 'undo' || last.status !== 'active' });
    const undo = last.undo ? ([['undo', last.undo.state]] as const) : [];
    for (const [about, state] of [...pathSteps.entra.map((id) => [id, last.steps[id]] as const), ...undo]) {
      if (['planning', 'planned'].includes(state.status)) this.#wants(last.id, verb, { stepId: about });
      if ('planHash' in state) this.said(last.id).plans.add(state.planHash);
    }
  }

  #wants(runId: string, verb: string, { stepId, planHash, confirmed }: { stepId?: unknown; planHash?: unknown; confirmed?: unknown }): void {
    const said = this.said(runId);
    if (verb !== 'cancel' || confirmed === true) said.verbs.add(verb);
    if (verb === 'approve') said.approved.add((stepId ?? 'undo') as StepId | 'undo');
    if (verb === 'approve' && typeof planHash === 'string') said.plans.add(planHash);
    if (verb === 'approveAll') for (const each of pathSteps.entra) said.approved.add(each);
    if (verb === 'approveAll') said.allPlans = true;
    if (verb === 'done') said.endings.add('finished');
    if (verb === 'restart' || (['cancel', 'undo'].includes(verb) && confirmed === true)) said.endings.add('cancelled');
  }
}
