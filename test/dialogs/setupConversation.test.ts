import { ConversationState, type TurnContext, TestAdapter } from 'botbuilder';

import { provideSetupTurn, type SetupTurn } from '../../src/dialogs/setupTurn.ts';
import { SetupConversation } from '../../src/dialogs/setupConversation.ts';
import type { SetupRun } from '../../src/setup/run.ts';
import { applying, aRun, aRunWithSteps, contoso, done, now, planned } from '../setup/fixtures.ts';
import { temporaryStorage } from '../storage/sqliteStorage.ts';

let temporary: ReturnType<typeof temporaryStorage>;
let storage: ReturnType<typeof temporary.open>;
beforeEach(() => {
  temporary = temporaryStorage();
  storage = temporary.open();
});
afterEach(() => temporary.remove());

/** One turn of a conversation about this run; answers whether a card was wanted and what the conversation waits for. */
async function turn(run: SetupRun, work: (conversation: SetupConversation, context: TurnContext) => Promise<void>, activity: object = { type: 'event' }) {
  const state = new ConversationState(storage.dialogState);
  const shown: string[] = [];
  const setupTurn: SetupTurn = {
    load: (runId) => (runId === run.id ? run : undefined),
    signedIn: () => undefined,
    askedSignedIn: () => undefined,
    showCard: (runId) => void shown.push(runId),
    cardIsWanted: (runId) => shown.includes(runId),
    sentence: (key) => key,
  };
  const adapter = new TestAdapter(async (context) => {
    provideSetupTurn(context, setupTurn);
    await work(new SetupConversation(state, 'connection'), context);
    await state.saveChanges(context);
  });
  await adapter.receiveActivity({ type: 'event', ...activity });
  const items = JSON.stringify(await storage.dialogState.read(['test/conversations/Convo1/']));
  return { isShown: shown.length > 0, waitsFor: [...items.matchAll(/waitFor\.(\w+)/gu)].map(([, section]) => section).at(-1) };
}
const begin = (run: SetupRun) => turn(run, (conversation, context) => conversation.begin(context, run));
const advance = (run: SetupRun, activity?: object) => turn(run, (conversation, context) => conversation.advance(context, run), activity);

const withPlan = aRunWithSteps({ solution: planned });
const importing = aRunWithSteps({ solution: applying, application: planned });

it.each([
  ['environment', aRun()],
  ['prerequisites', aRun({ environment: contoso, prerequisites: { status: 'read', at: now } })],
  ['solution', withPlan],
  ['application', importing],
  ['partnerCenter', aRunWithSteps({ solution: done, application: done, applicationUserAndRole: done, keyAndProof: done })],
])('begins at %s when the run has come that far', async (section, run) => {
  expect(await begin(run)).toEqual({ isShown: true, waitsFor: section });
});

it.each([{ type: 'invoke', name: 'adaptiveCard/action' }, { type: 'message', text: 'approve' }, { type: 'event' }])(
  'goes on in a turn of any kind when the run has moved: %j',
  async (activity) => {
    await begin(withPlan);
    expect(await advance(importing, activity)).toEqual({ isShown: true, waitsFor: 'application' });
  },
);

it('keeps waiting when the run has not moved past the question', async () => {
  await begin(withPlan);
  expect(await advance(withPlan)).toEqual({ isShown: true, waitsFor: 'solution' });
});

it('keeps its place when an earlier step needs help, and goes on after that', async () => {
  await begin(importing);
  const failed = aRunWithSteps({ solution: { ...planned, planHash: 'hash-2' }, application: planned });
  expect((await advance(failed)).waitsFor).toBe('application');
  expect((await advance(aRunWithSteps({ solution: done, application: done, applicationUserAndRole: planned }))).waitsFor).toBe('applicationUserAndRole');
});

it('ends with the run, and is not begun again by what comes after', async () => {
  await begin(withPlan);
  const cancelled = aRunWithSteps({ solution: planned }, { status: 'cancelled' });
  expect(await advance(cancelled)).toEqual({ isShown: true, waitsFor: undefined });
  expect(await advance(cancelled, { type: 'invoke', name: 'adaptiveCard/action' })).toEqual({ isShown: true, waitsFor: undefined });
});

it('is built again when its place was lost, belongs to another run, or to another build', async () => {
  expect((await advance(withPlan)).waitsFor).toBe('solution');
  expect((await advance({ ...importing, id: 'another' })).waitsFor).toBe('application');
  const [key] = ['test/conversations/Convo1/'];
  const old = { setup: { dialogStack: [{ id: 'setup.0', state: { options: { runId: 'id1' } } }, { id: 'gone', state: {} }] } };
  await storage.dialogState.write({ [key]: old });
  expect((await advance(withPlan)).waitsFor).toBe('solution');
});

it('keeps nothing but the run’s id', async () => {
  await begin(withPlan);
  const kept = JSON.stringify(await storage.dialogState.read(['test/conversations/Convo1/']));
  expect(kept).toContain('"runId":"id1"');
  expect(kept).not.toMatch(/Contoso|hash-1|Alex/u);
});
