import { z } from 'zod';
import type { SandboxRequest } from '../service.ts';

/**
 * What befalls a request. `drop`: the connection is cut, `hang`: no answer ever comes, each `before` anything is done or `after` it was. `status` and
 * `throttle` (a 429 with `Retry-After`) are refusals of the service, nothing done. `delay`: done, and answered late.
 */
const kindPattern = /^(?:(?:drop|hang)-(?:before|after)|status:[45]\d\d|throttle:\d{1,4}|delay:\d{1,5})$/;
const matchPattern = /^(?:[A-Z]+|\*) \/\S*$/;

const faultSchema = z.strictObject({
  /** Method and the end of the path, from a slash on and without the query; `*` stands for anything but a slash, or for every method. */
  match: z.string().regex(matchPattern, 'A method and the end of a path, such as POST /applications/*/addPassword.'),
  kind: z.string().regex(kindPattern, 'One of drop-before, drop-after, hang-before, hang-after, status:NNN, throttle:SECONDS and delay:MS.'),
  /** How many requests it befalls … */
  times: z.int().min(1).default(1),
  /** … after so many that fit were let through. */
  after: z.int().min(0).default(0),
});
export const faultsBody = z.array(faultSchema);

/** As `GET /_sandbox/faults` gives it. */
export type Fault = z.infer<typeof faultSchema> & {
  /** How many requests it has befallen. */
  readonly happened: number;
};

export interface Faults {
  /** In place of those of before. */
  set(faults: z.infer<typeof faultsBody>): void;
  all(): readonly Fault[];
  /** What befalls this request, told by method and path; the first fault that fits counts it. */
  befalling(request: Pick<SandboxRequest, 'method' | 'path'>): Fault['kind'] | undefined;
  reset(): void;
}

type Counted = z.infer<typeof faultSchema> & { seen: number };

export function createFaults(): Faults {
  let faults: Counted[] = [];
  const set: Faults['set'] = (given) => {
    faults = given.map((fault) => ({ ...fault, seen: 0 }));
  };
  return {
    set,
    all: () => faults.map(({ seen, ...fault }) => ({ ...fault, happened: Math.min(Math.max(seen - fault.after, 0), fault.times) })),
    befalling: (request) => {
      const fault = faults.find((one) => one.seen < one.after + one.times && fits(one.match, request));
      if (fault === undefined) return undefined;
      fault.seen += 1;
      return fault.seen > fault.after ? fault.kind : undefined;
    },
    reset: () => set([]),
  };
}

/** Whether a request, its path without the query, is one that `match` means. */
export function fits(match: string, { method, path }: Pick<SandboxRequest, 'method' | 'path'>): boolean {
  const [wanted = '', end = ''] = match.split(' ');
  const pattern = end.split('*').map((text) => text.replaceAll(/[$()+.?[\\\]^{|}]/g, String.raw`\$&`)).join('[^/]*');
  return [method, '*'].includes(wanted) && new RegExp(`${pattern}$`).test(path);
}
