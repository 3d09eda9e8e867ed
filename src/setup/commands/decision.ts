import type { Commit, NewJob } from '../ports/stores.ts';
import type { Microsoft } from '../ports/microsoft.ts';
import type { SetupRun } from '../run.ts';
import { type Sentence, say } from '../sentence.ts';
import type { Command, Question } from './command.ts';

/** What a command would do to a run: pure, written afterwards, made again when somebody else wrote first. */
export type Decision =
  | {
      readonly kind: 'move';
      readonly run: SetupRun;
      readonly enqueue?: readonly NewJob[];
      readonly lock?: Commit['lock'];
      readonly destroySecrets?: boolean;
      readonly secretsUntil?: string;
    }
  | { readonly kind: 'refuse'; readonly notice: Sentence }
  | { readonly kind: 'show' }
  | { readonly kind: 'question'; readonly question: Question }
  /** Start again: this run ends as `move` says, a new one begins in its place. */
  | { readonly kind: 'restart'; readonly ended: Decision & { kind: 'move' } }
  /** What stands in the way is known only where the locks are. */
  | { readonly kind: 'takeOver' }
  | { readonly kind: 'reveal'; readonly moved: Decision & { kind: 'move' } };

export interface DecisionContext {
  readonly command: Command;
  /** ISO instant of this decision. */
  readonly now: string;
  readonly hostKind: Microsoft['hostKind'];
  /** Whether another setup is under way in this conversation; absent where that does not matter. */
  readonly isOtherUnderWay?: () => boolean;
}

export type Decide = (run: SetupRun, context: DecisionContext) => Decision;

export function refuse(key: string, values?: Record<string, string | number>): Decision {
  return { kind: 'refuse', notice: say(key, values) };
}
