import { setTimeout as delay } from 'node:timers/promises';
import type { TenantClock } from '../clock.ts';
import type { SandboxAnswer, SandboxRequest, SandboxService } from '../service.ts';
import { failureOf } from './failures.ts';
import type { Fault } from './faults.ts';

interface Befallen {
  /** As the log calls it. */
  readonly name: string;
  readonly service: SandboxService;
  readonly clock: TenantClock;
}

/** What a request is answered whom this befalls. */
export async function befall(kind: Fault['kind'], request: SandboxRequest, { name, service, clock }: Befallen): Promise<SandboxAnswer> {
  const [what, value = ''] = kind.split(':');
  switch (what) {
    case 'drop-before':
      return { status: 0, breaks: 'unanswered' };
    case 'drop-after':
      return { ...(await service(request)), breaks: 'unanswered' };
    case 'hang-before':
      return { status: 0, breaks: 'never' };
    case 'hang-after':
      return { ...(await service(request)), breaks: 'never' };
    case 'delay':
      return late(await service(request), Number(value));
    case 'throttle':
      return throttled(failureOf(name, 429, request, clock), value);
    default:
      return failureOf(name, Number(value), request, clock);
  }
}

async function late(answer: SandboxAnswer, milliseconds: number): Promise<SandboxAnswer> {
  await delay(milliseconds, undefined, { ref: false });
  return answer;
}

function throttled(answer: SandboxAnswer, seconds: string): SandboxAnswer {
  return { ...answer, headers: { ...answer.headers, 'retry-after': seconds } };
}
