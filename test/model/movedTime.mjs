// Loaded into the bot's process by the model's test. The process waits, with everything loaded, until it is told to begin; its clock and its own
// timers go forward when they are told to. Those of connections and of locks stay as they are: what they measure is not moved.
import { flushCompileCache } from 'node:module';

import { systemClock } from '../../src/system.ts';

const { setTimeout: later, setInterval: every, clearTimeout: callOff } = globalThis;
const moved = /\/src\/(?:application|setup\/|microsoft\/|bot\/createBot)/u;
const pending = new Map();
let offsetMs = 0;
const now = () => Date.now() + offsetMs;

systemClock.now = () => new Date(now());
globalThis.setTimeout = (work, ms = 0, ...given) => {
  const run = () => {
    pending.delete(timer);
    work(...given);
  };
  const timer = later(run, ms);
  return noted(timer, { due: now() + ms, run });
};
globalThis.setInterval = (work, ms, ...given) => noted(every(work, ms, ...given), { due: now() + ms, everyMs: ms, run: () => work(...given) });
globalThis.clearTimeout = globalThis.clearInterval = (timer) => {
  pending.delete(timer);
  callOff(timer);
};
await import('../../src/application.ts');
// For the processes that come after this one, which is killed before it would write it.
flushCompileCache();
const { promise: begun, resolve: begin } = Promise.withResolvers();
process.on('message', ({ environment = {}, offsetMs: given }) => {
  Object.assign(process.env, environment);
  offsetMs = given;
  fireDue();
  begin();
  process.send('moved');
});
process.send('warm');
await begun;

function noted(timer, entry) {
  if (moved.test(new Error('Who asks for it').stack.split('\n')[3] ?? '')) pending.set(timer, entry);
  return timer;
}

function fireDue() {
  const due = pending.entries().filter(([, entry]) => entry.due <= now()).toArray();
  for (const [timer, entry] of due) {
    if (!pending.has(timer)) continue;
    if (entry.everyMs === undefined) callOff(timer);
    else entry.due = now() + entry.everyMs;
    entry.run();
  }
}
