import { PendingSignIns, type SignInPurpose } from '../../src/bot/pendingSignIns.ts';
import { alex, priya } from '../setup/fixtures.ts';
import { stoppedClock } from '../storage/sqliteStorage.ts';

const proofOf = (person = alex): SignInPurpose => ({ kind: 'proof', about: 'partnerCenter', person, runId: 'run-1' });
const begun = (purpose = proofOf()) => {
  const pending = new PendingSignIns(stoppedClock(), true);
  return { pending, signIn: pending.begin(purpose) };
};

test('a sign-in comes back once, in the browser that began it', () => {
  const { pending, signIn } = begun();
  expect(pending.take(signIn.state, signIn.cookie.value)).toEqual(signIn);
  expect(pending.take(signIn.state, signIn.cookie.value)).toBeUndefined();
});

test.each<[string, (cookie: string) => string | undefined]>([
  ['no cookie', () => undefined],
  ['a cookie that is none', () => 'x'],
  ['a cookie that ends later', (cookie) => cookie.replace(/^\d/u, '9')],
  ['a cookie with another mark', (cookie) => `${cookie.slice(0, -1)}${cookie.endsWith('A') ? 'B' : 'A'}`],
])('a stranger with %s neither ends somebody’s sign-in nor uses it up', (_what, changed) => {
  const { pending, signIn } = begun();
  expect(pending.take(signIn.state, changed(signIn.cookie.value))).toBeUndefined();
  expect(pending.take(signIn.state, signIn.cookie.value)).toEqual(signIn);
});

test('nothing is remembered of what strangers bring', () => {
  const { pending, signIn } = begun();
  expect(pending.take(signIn.state, signIn.cookie.value)).toBeDefined();
  const other = pending.begin(proofOf(priya));
  for (let each = 0; each < 11_000; each += 1) pending.take(`state-${each}`, each % 2 ? undefined : other.cookie.value);
  expect(pending.take(signIn.state, signIn.cookie.value)).toBeUndefined();
  expect(pending.take(other.state, other.cookie.value)).toEqual(other);
});

test('whoever opens their own link without end makes nobody else’s good a second time', () => {
  const { pending, signIn } = begun();
  pending.take(signIn.state, signIn.cookie.value);
  for (let each = 0; each < 500; each += 1) {
    const { state, cookie } = pending.begin(proofOf(priya));
    expect(pending.take(state, cookie.value)).toBeDefined();
  }
  expect(pending.take(signIn.state, signIn.cookie.value)).toBeUndefined();
});
