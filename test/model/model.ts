import type { PersonaName } from '../../sandbox/personas.ts';
import { pathSteps, type SetupRun, type StepId } from '../../src/setup/run.ts';
import type { Button } from './play.ts';

/** What whoever began the setup has said of one run. Nothing of it may happen that is not here; that it does happen, the end of a game shows. */
interface Said {
  /** Steps that were approved by a click or a word. */
  readonly approved: Set<StepId>;
  /** The hashes of the plans that were seen with that; all of them, where everything was approved at once. */
  readonly plans: Set<string>;
  allPlans: boolean;
  /** How the run may end. */
  readonly endings: Set<SetupRun['status']>;
  /** Another key than the one that was made. */
  wantsNewKey: boolean;
  /** What was chosen may be chosen anew. */
  wentBack: boolean;
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
  cancel: undefined,
  'yes, cancel': 'cancel',
  'start again': 'restart',
  done: 'done',
  entra: 'choose',
  'sign out': 'signOut',
  'I do not know what to say': undefined,
};

/** The small world that the bot's is compared with: it knows who wanted what, and no more. */
export class Model {
  readonly #said = new Map<string, Said>();
  /** Whoever is not the person whose setup it is wants nothing, whatever they click. */
  readonly owner: PersonaName = 'alex';

  said(runId: string): Said {
    const said = this.#said.get(runId) ?? { approved: new Set(), plans: new Set(), allPlans: false, endings: new Set(), wantsNewKey: false, wentBack: false };
    this.#said.set(runId, said);
    return said;
  }

  clicks({ verb, data }: Button, as: PersonaName = this.owner): void {
    if (as !== this.owner) return;
    const { runId, stepId, planHash, confirmed } = data;
    if (typeof runId === 'string') this.#wants(runId, verb, { stepId, planHash, confirmed });
  }

  /** A word means the setup under way, and the plan in it that waits. */
  says(word: string, active: SetupRun | undefined): void {
    const verb = words[word];
    if (!active || !verb) return;
    if (verb !== 'approve') return this.#wants(active.id, verb, { confirmed: true });
    for (const stepId of pathSteps.entra) {
      const state = active.steps[stepId];
      if (['planning', 'planned'].includes(state.status)) this.#wants(active.id, verb, { stepId });
      if ('planHash' in state) this.said(active.id).plans.add(state.planHash);
    }
  }

  #wants(runId: string, verb: string, { stepId, planHash, confirmed }: { stepId?: unknown; planHash?: unknown; confirmed?: unknown }): void {
    const said = this.said(runId);
    if (verb === 'approve') said.approved.add(stepId as StepId);
    if (verb === 'approve' && typeof planHash === 'string') said.plans.add(planHash);
    if (verb === 'approveAll') for (const each of pathSteps.entra) said.approved.add(each);
    if (verb === 'approveAll') said.allPlans = true;
    if (verb === 'done') said.endings.add('finished');
    if (verb === 'restart' || (verb === 'cancel' && confirmed === true)) said.endings.add('cancelled');
    if (verb === 'retry') said.wantsNewKey = true;
    if (verb === 'back') said.wentBack = true;
  }
}
