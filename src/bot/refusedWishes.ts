import type { Log } from '../log.ts';
import type { Outcome } from '../setup/commands/command.ts';
import type { Person } from '../setup/run.ts';
import type { Setups } from '../setup/setups.ts';

/** The same domain; what it refuses somebody is in the log too, with whose wish it was and why. */
export function withRefusalsLogged(setups: Setups, log: Pick<Log, 'info'>): Setups {
  const noted = (outcome: Outcome, wish: { verb: string; actor: Person; runId: string | undefined }): Outcome => {
    if (outcome.kind === 'refused') noteRefusal(log, { ...wish, runId: outcome.run?.id ?? wish.runId, why: outcome.notice.key });
    return outcome;
  };
  return {
    ...setups,
    handle: (command) => noted(setups.handle(command), { verb: command.verb, actor: command.actor, runId: command.data.runId }),
    proven: (proof) => noted(setups.proven(proof), { verb: 'proven', actor: proof.person, runId: proof.runId }),
    actAs: (acting) => noted(setups.actAs(acting), { verb: 'actAs', actor: acting.person, runId: acting.runId }),
  };
}

/** `why`: the key of the sentence that the person reads. */
export function noteRefusal(log: Pick<Log, 'info'>, { actor, ...wish }: { verb: string; actor: Person; runId: string | undefined; why: string }): void {
  log.info({ ...wish, by: actor.objectId }, 'A wish was refused');
}
