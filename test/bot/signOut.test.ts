import type { HeldJob } from '../../src/setup/ports/stores.ts';
import type { SetupRun } from '../../src/setup/run.ts';
import { alex, applying, aRunWithSteps, contoso, done, now, planned, priya } from '../setup/fixtures.ts';
import { type BotHarness, startBotHarness } from './botHarness.ts';

const leaseUntil = '2026-11-22T09:31:00.000Z';
const key = { keyId: 'k', displayName: 'lead-setup id1', endsAt: '2028-11-22T09:00:00.000Z' };
let bot: BotHarness;
let signOut: jest.SpyInstance;
beforeEach(async () => {
  bot = await startBotHarness();
  signOut = jest.spyOn(bot.userTokens, 'signOut');
});
afterEach(() => bot.stop());

const click = (verb: string, data: object = {}) => bot.click({ verb, data: { verb, runId: 'id1', ...data } });
const cancel = (data: object = {}) => click('cancel', { confirmed: true, ...data });
const claim = () => bot.storage.jobs.claim(bot.clock.now().toISOString(), leaseUntil)!;
/** As the worker does it. */
const finish = async (job: HeldJob) => {
  bot.storage.runs.commit({ run: bot.run(), job: { id: job.id, to: 'applied' } });
  await bot.notifier.tell('id1');
  bot.storage.jobs.finish(job);
};
const elsewhere = (run: SetupRun) => bot.storage.runs.create({ ...run, id: 'id2', conversationId: 'a:another-chat' });

it('comes with the click that ends a setup', async () => {
  bot.have(aRunWithSteps({ solution: planned }));
  await cancel();
  expect(signOut.mock.calls).toEqual([[alex]]);
});

it('does not come while the person has another setup, in whatever chat', async () => {
  bot.have(aRunWithSteps({ solution: planned }));
  elsewhere(aRunWithSteps({ solution: planned }, { environment: { ...contoso, url: 'https://other.crm4.dynamics.com' } }));
  await cancel();
  expect(signOut).not.toHaveBeenCalled();
});

it('does not wait for the setups of others, nor for those that have ended', async () => {
  bot.have(aRunWithSteps({ solution: planned }));
  elsewhere(aRunWithSteps({ solution: planned }, { startedBy: priya }));
  bot.storage.runs.create({ ...aRunWithSteps({}), id: 'id3', conversationId: 'a:third', status: 'cancelled', cancelledAt: now });
  await cancel();
  expect(signOut.mock.calls).toEqual([[alex]]);
});

it('waits until the key is removed', async () => {
  const application = { objectId: 'o', appId: 'a', displayName: 'Lead Writer', origin: 'made' } as const;
  bot.have(aRunWithSteps({ solution: done, application: done, applicationUserAndRole: done, keyAndProof: done }, { facts: { application, key }, lookedBackAt: bot.clock.now().toISOString() }));
  await bot.say('status');
  await cancel({ removeKey: 'true' });
  await bot.notifier.tell('id1');
  expect(signOut).not.toHaveBeenCalled();
  const job = claim();
  expect(job.task.kind).toBe('removeKey');
  await bot.notifier.tell('id1');
  expect(signOut).not.toHaveBeenCalled();
  await finish(job);
  expect(signOut.mock.calls).toEqual([[alex]]);
});

it('waits until a step that is just being done has come to its end', async () => {
  bot.storage.runs.create({ ...aRunWithSteps({ solution: applying }), conversationId: 'a:personal-chat' }, [{ task: { kind: 'apply', stepId: 'solution' } }]);
  await bot.say('status');
  const job = claim();
  await cancel();
  await bot.notifier.tell('id1');
  expect(signOut).not.toHaveBeenCalled();
  await finish(job);
  expect(signOut.mock.calls).toEqual([[alex]]);
});

it('does not wait for what is in the queue and is not begun any more', async () => {
  const later = { task: { kind: 'apply', stepId: 'solution' }, notBefore: leaseUntil } as const;
  bot.storage.runs.create({ ...aRunWithSteps({ solution: applying }), conversationId: 'a:personal-chat' }, [later]);
  await cancel();
  expect(signOut.mock.calls).toEqual([[alex]]);
});
