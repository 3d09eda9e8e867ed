import { createLog } from '../../src/log.ts';
import { createWorld, type World } from './world.ts';
import type { StepId } from '../../src/setup/run.ts';

let world: World;
afterEach(() => world.close());

const ours = /^(?:x-ms-)?client-request-id=[0-9a-f-]{36}$/u;
const theirs = /^(?:request-id|x-ms-service-request-id|x-ms-correlation-id)=[0-9a-f-]{36}$/u;

const ways: readonly StepId[] = ['keyAndProof', 'passwordAndProof'];

describe.each(ways)('A setup as far as %s', (last) => {
  beforeEach(async () => {
    world = await createWorld('alex');
    await world.goTo(last);
    world.approve(last);
    await world.until(last, 'done');
  }, 60_000);

  test('has on record each change that was sent, with Microsoft’s ids, and by whose approval of what', () => {
    const run = world.run();
    const audit = world.audit();
    const answered = audit.filter(({ kind }) => kind === 'changeAnswered');
    expect(new Set(answered.map(({ changeId }) => changeId))).toEqual(new Set(run.journal.map(({ id }) => id)));
    expect(run.journal.length).toBeGreaterThan(4);
    for (const { outcome } of run.journal) {
      expect(outcome?.requestIds).toEqual(expect.arrayContaining([expect.stringMatching(ours), expect.stringMatching(theirs)]));
    }
    const approved = audit.filter(({ kind }) => kind === 'approved');
    const requests = approved.flatMap(({ plan = [] }) => plan.flatMap(({ request }) => request ?? []));
    for (const { request = '' } of answered) expect(requests).toContain(request);
    expect(approved.every(({ by, planHash }) => by?.objectId === run.startedBy.objectId && planHash)).toBe(true);
  });

  test('never has the secret on record, shown or not, and has each time that it was shown', () => {
    const shown = world.command('reveal');
    world.command('reveal');
    world.command('done');
    const audit = world.audit();
    expect(audit.map(({ kind }) => kind).slice(-4)).toEqual(['revealed', 'revealed', 'finished', 'secretDestroyed']);
    expect(shown.kind === 'revealed' && shown.secret.length > 10 && !JSON.stringify(audit).includes(shown.secret)).toBe(true);
  });
});

test('a key that is removed after the end is journalled too', async () => {
  world = await createWorld('alex');
  await world.goTo('keyAndProof');
  world.approve('keyAndProof');
  await world.until('keyAndProof', 'done');
  world.command('cancel', { confirmed: true, removeKey: 'true' });
  await world.settle();
  expect(world.audit().slice(-4)).toMatchObject([
    { kind: 'cancelled' }, { kind: 'secretDestroyed', detail: 'key' },
    { kind: 'changeSent', request: 'POST graph /applications/{id}/removePassword', by: { name: world.run().startedBy.name } },
    { kind: 'changeAnswered', result: 'done', requestIds: expect.arrayContaining([expect.stringMatching(ours), expect.stringMatching(theirs)]) },
  ]);
}, 60_000);

test('a change that Microsoft refuses is told under an id that the log has too, with the setup and Microsoft’s ids', async () => {
  world = await createWorld('priya');
  await world.goTo('application');
  world.approve('application');
  await world.until('application', 'failed');
  const lines: string[] = [];
  const log = createLog('info', { write: (line: string) => void lines.push(line) });
  for (const { message, ...detail } of world.logged) log.error(detail, String(message));
  const state = world.step('application');
  const failure = state.status === 'failed' ? state.failure : undefined;
  expect(lines.map((line) => JSON.parse(line) as unknown)).toContainEqual(expect.objectContaining({
    errorId: failure?.errorId,
    runId: world.run().id,
    err: expect.objectContaining({ upstream: expect.objectContaining({ requestId: failure?.upstream?.requestId, clientRequestId: failure?.upstream?.clientRequestId }) }),
  }));
  expect(world.audit().at(-1)).toMatchObject({ kind: 'changeAnswered', result: 'refused', requestIds: expect.arrayContaining([`client-request-id=${failure?.upstream?.clientRequestId}`, `request-id=${failure?.upstream?.requestId}`]) });
}, 60_000);
