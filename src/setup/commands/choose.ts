import { advance } from '../advance.ts';
import { lacksRightsOnly } from '../asking.ts';
import { environmentAddress } from '../environmentAddress.ts';
import type { Environment, SetupRun } from '../run.ts';
import { type Decide, type Decision, type DecisionContext, refuse } from './decision.ts';

/** A choice among what was offered: the environment, then the way in which leads will sign in. */
export const choose: Decide = (run, context) => {
  const { environment, path } = context.command.data;
  if (path) return choosePath(run, path, context);
  if (!environment) return refuse('notice.nothingChosen');
  if (run.environment) return refuse('notice.environmentChosen', { name: run.environment.name });
  const offered = run.offered.find(({ url }) => url === environment);
  return offered ? takeEnvironment(run, offered, context.now) : refuse('notice.environmentNotOffered');
};

/** An address that somebody typed or pasted. */
export function chooseByAddress(run: SetupRun, pasted: string, context: DecisionContext): Decision {
  if (run.environment) return refuse('notice.environmentChosen', { name: run.environment.name });
  const address = environmentAddress(pasted, context.hostKind);
  if (address.kind === 'wrong') return { kind: 'refuse', notice: address.reason };
  const { url } = address;
  const offered = run.offered.find((environment) => environment.url === url);
  return takeEnvironment(run, offered ?? { url, name: new URL(url).host, isTest: false }, context.now);
}

function takeEnvironment(run: SetupRun, environment: Environment, now: string): Decision {
  if (!run.signedIn) return refuse('notice.signInFirst');
  if (run.discovery.status === 'failed' && run.discovery.failure.code === 'E-GUEST') return { kind: 'refuse', notice: run.discovery.failure.sentence };
  if (isForeign(run, environment)) return refuse('notice.environmentForeign', { name: environment.name });
  return {
    kind: 'move',
    run: { ...run, environment, prerequisites: { status: 'reading', since: now } },
    enqueue: [{ task: { kind: 'checkPrerequisites' } }],
  };
}

/** A guest sees environments of other organizations too; the account that is made here could not be used there. */
function isForeign({ startedBy }: SetupRun, { tenantId }: Environment): boolean {
  return tenantId !== undefined && tenantId.toLowerCase() !== startedBy.tenantId.toLowerCase();
}

/** With `confirmed` the person knows that somebody else will have to do what they may not. */
function choosePath(run: SetupRun, path: NonNullable<SetupRun['path']>, { command, now }: DecisionContext): Decision {
  if (run.path) return refuse('notice.pathChosen');
  if (run.prerequisites.status !== 'read') return refuse('notice.prerequisitesFirst');
  const goesOn = command.data.confirmed && lacksRightsOnly(run, path);
  if (!goesOn && run.checks.some(({ verdict, paths }) => verdict === 'blocked' && paths.includes(path))) {
    return refuse('notice.prerequisiteBlocks');
  }
  return { kind: 'move', ...advance({ ...run, path }, now) };
}
