import { parentPort, workerData } from 'node:worker_threads';

import { z } from 'zod';

/** A thread that sends the same request at a fixed rate, whether or not there are answers, until it is told to stop; then it says how they were answered. */

const { url, authorization, body, perSecond } = z.object({ url: z.string(), authorization: z.string(), body: z.string(), perSecond: z.number() }).parse(workerData);
const tickMs = 10;
const answered = new Map<number, number>();
const open = new Set<Promise<void>>();
const startedAt = performance.now();
let sent = 0;

async function send(): Promise<void> {
  const answer = await fetch(url, { method: 'POST', headers: { authorization, 'content-type': 'application/json' }, body }).catch(() => undefined);
  await answer?.arrayBuffer().catch(() => undefined);
  const status = answer?.status ?? 0;
  answered.set(status, (answered.get(status) ?? 0) + 1);
}

const timer = setInterval(() => {
  for (const due = ((performance.now() - startedAt) / 1000) * perSecond; sent < due; sent += 1) {
    const one = send().finally(() => open.delete(one));
    open.add(one);
  }
}, tickMs);

parentPort?.once('message', () => {
  clearInterval(timer);
  void Promise.all(open).then(() => parentPort?.postMessage([...answered], []));
});
