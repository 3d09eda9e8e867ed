import { setTimeout as delay } from 'node:timers/promises';
import type { TenantClock } from './clock.ts';
import { befall } from './faults/befall.ts';
import type { Faults } from './faults/faults.ts';
import { actorName, loggedPath, masked, type RequestLog } from './requestLog.ts';
import type { SandboxRequest, SandboxService, VerifyToken } from './service.ts';

export interface Observation {
  readonly log: RequestLog;
  readonly verifyToken: VerifyToken;
  /** How long each answer is held back, in real milliseconds. */
  readonly latency: { get(): number };
  readonly faults: Pick<Faults, 'befalling'>;
  readonly clock: TenantClock;
}

const readingMethods: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

/** What the log calls a service, and whether a write to it changes the tenant. */
export interface Observed {
  readonly name: string;
  readonly isTenant: boolean;
  /** Where on its port the service is mounted. */
  readonly root: string;
}

/** The same service, each call delayed and befallen as asked, and written to the log. */
export function observe(observation: Observation, service: SandboxService, { name, isTenant, root }: Observed): SandboxService {
  return async (request) => {
    const { log, verifyToken, latency, faults, clock } = observation;
    if (latency.get() > 0) await delay(latency.get(), undefined, { ref: false });
    const kind = faults.befalling({ ...request, path: root + request.path });
    const answer = await (kind === undefined ? service(request) : befall(kind, request, { name, service, clock }));
    const actor = actorName(await verifyToken(request.headers['authorization']));
    log.add({ ...describe({ ...request, path: root + request.path }), service: name, status: answer.status, actor, changing: isTenant && isWrite(request) });
    return answer;
  };
}

/** Staging only checks a solution file: it is a POST that installs nothing. */
function isWrite({ method, path }: SandboxRequest): boolean {
  return !readingMethods.includes(method) && !path.endsWith('/StageSolution');
}

function describe(request: SandboxRequest): { method: string; host: string; path: string; body: unknown } {
  const { method, origin, body } = request;
  return { method, host: new URL(origin).host, path: loggedPath(request), body: masked(body) ?? null };
}
