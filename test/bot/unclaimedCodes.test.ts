import type { SignedIn } from '../../src/microsoft/browserSignIn.ts';
import type { SignInPurpose } from '../../src/bot/pendingSignIns.ts';
import { UnclaimedCodes } from '../../src/bot/unclaimedCodes.ts';
import { alex, priya } from '../setup/fixtures.ts';
import { stoppedClock } from '../storage/sqliteStorage.ts';

const minute = 60_000;
const linkOf = (person = alex, runId = 'run-1'): SignInPurpose => ({ kind: 'account', person, runId });
const signedInAs = (objectId: string): SignedIn => ({
  account: { tenantId: alex.tenantId, objectId, name: `${objectId}@contoso.example`, isGuest: false },
  token: 'token',
  endsAt: new Date(0),
  renew: () => Promise.reject(new Error('not renewed here')),
});

let clock: ReturnType<typeof stoppedClock>;
let codes: UnclaimedCodes;
beforeEach(() => {
  clock = stoppedClock();
  codes = new UnclaimedCodes(clock);
});
const wrongFor = (...shown: (string | undefined)[]) => ['000000', '000001', '000002'].find((code) => !shown.includes(code)) ?? '';

test('a code is good until ten minutes are over', () => {
  const code = codes.add(linkOf(), signedInAs('admin')) ?? '';
  expect(code).toMatch(/^\d{6}$/u);
  clock.advance(10 * minute - 1);
  expect([codes.isAny(alex), codes.triesLeft(alex)]).toEqual([true, 5]);
  clock.advance(1);
  expect([codes.isAny(alex), codes.triesLeft(alex), codes.take(alex, code)]).toEqual([false, undefined, undefined]);
});

test('a right code is taken once, and costs the others no try', () => {
  const first = codes.add(linkOf(), signedInAs('admin')) ?? '';
  const second = codes.add(linkOf(), signedInAs('stranger')) ?? '';
  expect(codes.take(alex, first)?.signedIn.account.objectId).toBe('admin');
  expect(codes.triesLeft(alex)).toBe(5);
  expect(codes.take(alex, first)).toBeUndefined();
  expect(codes.take(alex, second)?.signedIn.account.objectId).toBe('stranger');
});

test('a wrong one is a try at each; what was shown later has more of them left', () => {
  const first = codes.add(linkOf(), signedInAs('admin'));
  codes.take(alex, wrongFor(first));
  const second = codes.add(linkOf(), signedInAs('stranger'));
  expect(codes.triesLeft(alex)).toBe(5);
  for (let time = 0; time < 4; time += 1) codes.take(alex, wrongFor(first, second));
  expect(codes.triesLeft(alex)).toBe(1);
  expect(codes.take(alex, second ?? '')).toBeDefined();
  expect(codes.isAny(alex)).toBe(false);
});

test('an account that signs in again by the same link gets another code instead of its own, by another link one more', () => {
  const first = codes.add(linkOf(), signedInAs('admin')) ?? '';
  const again = codes.add(linkOf(), signedInAs('ADMIN')) ?? '';
  const other = codes.add(linkOf(alex, 'run-2'), signedInAs('admin')) ?? '';
  expect(codes.take(alex, other)?.purpose.runId).toBe('run-2');
  expect(codes.take(alex, again)?.purpose.runId).toBe('run-1');
  expect(codes.take(alex, first)).toBeUndefined();
});

test('codes of one person differ', () => {
  const shown = Array.from({ length: 400 }, (_each, run) => Array.from({ length: 5 }, (_one, account) => codes.add(linkOf(alex, `run-${run}`), signedInAs(`account-${account}`)))).flat();
  expect(new Set(shown).size).toBe(2000);
});

test('every digit is as good as any other, at each place of a code', () => {
  const shown = Array.from({ length: 2000 }, () => codes.add(linkOf(), signedInAs('admin')) ?? '');
  for (const place of [0, 1, 2, 3, 4, 5]) {
    const counts = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(String).map((digit) => shown.filter((code) => code[place] === digit).length);
    // Two hundred of each are to be expected; chance leaves these bounds once in many million runs.
    expect(Math.min(...counts)).toBeGreaterThan(115);
    expect(Math.max(...counts)).toBeLessThan(290);
  }
});

test('the end of a link is the end of its codes, and of no others', () => {
  const ended = codes.add(linkOf(), signedInAs('admin')) ?? '';
  const kept = codes.add(linkOf(alex, 'run-2'), signedInAs('admin')) ?? '';
  codes.endLink(linkOf());
  expect(codes.take(alex, ended)).toBeUndefined();
  expect(codes.take(alex, kept)).toBeDefined();
});

test('is kept for five hundred people, and then for whoever came last', () => {
  const person = (each: number) => ({ ...priya, objectId: `person-${each}` });
  for (let each = 0; each < 500; each += 1) codes.add(linkOf(person(each)), signedInAs('admin'));
  codes.take(person(500), '000000');
  expect(codes.isAny(person(0))).toBe(true);
  codes.add(linkOf(person(501)), signedInAs('admin'));
  expect([0, 1, 501].map((each) => codes.isAny(person(each)))).toEqual([false, true, true]);
});
