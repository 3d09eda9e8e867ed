import { createHash } from 'node:crypto';

import { z } from 'zod';

import type { SignedIn } from '../../src/microsoft/browserSignIn.ts';
import { SetupError } from '../../src/setup/errors.ts';
import type { Person } from '../../src/setup/run.ts';
import { BrowserAccounts, type SignInEnd } from '../../src/bot/browserAccounts.ts';
import { alex, priya } from '../setup/fixtures.ts';

const admin = { objectId: 'ad310000-0000-4000-8000-000000000001', name: 'adm-alex@contoso.example' };
const asAdmin: Person = { ...alex, actingAs: admin };
const proof = (person: Person = alex) => ({ kind: 'proof', person, runId: 'run1', about: 'solution', claims: '{"access_token":{}}' }) as const;
const account = (person: Person = alex) => ({ kind: 'account', person, runId: 'run1' }) as const;

const requestSchema = z.object({
  state: z.string(), nonce: z.string(), codeChallenge: z.string(), redirectUri: z.string(), claims: z.string().optional(), loginHint: z.string().optional(), choosesAccount: z.boolean(),
});

/** Entra as a stub: whoever comes back, and what a renewal gives. The clock is the test's. */
function setting(publicUrl = 'https://bot.example') {
  const clock = { at: Date.parse('2026-11-22T09:00:00Z'), now: () => new Date(clock.at), pass: (minutes: number) => { clock.at += minutes * 60_000; } };
  const entra = {
    comesBack: { tenantId: alex.tenantId, objectId: alex.objectId, name: 'alex@contoso.example', isGuest: false },
    renew: (): Promise<string> => Promise.resolve('renewed'),
    renewals: 0,
    codes: [] as { code: string; codeVerifier: string; nonce: string }[],
    lifeMinutes: 60,
  };
  const assertion = (token: string) => ({ token, endsAt: new Date(clock.at + entra.lifeMinutes * 60_000) });
  const accounts = new BrowserAccounts({
    clock,
    publicUrl,
    tokens: { assertionFor: ({ objectId }) => Promise.resolve(`single sign-on of ${objectId}`) },
    signIn: {
      address: ({ state, nonce, codeChallenge, claims, loginHint, choosesAccount, redirectUri }) => Promise.resolve(JSON.stringify({ state, nonce, codeChallenge, claims, loginHint, choosesAccount, redirectUri })),
      redeem: (code, { codeVerifier, nonce }): Promise<SignedIn> => {
        entra.codes.push({ code, codeVerifier, nonce });
        const renew = async () => { entra.renewals += 1; return assertion(await entra.renew()); };
        return Promise.resolve({ ...assertion(`browser of ${entra.comesBack.objectId}`), account: { ...entra.comesBack }, renew });
      },
    },
  });
  const begin = async (purpose: Parameters<typeof accounts.begin>[0]) => {
    const { address, cookie } = await accounts.begin(purpose);
    return { ...requestSchema.parse(JSON.parse(address)), cookie };
  };
  const end = ({ state, cookie }: { state: string; cookie?: { name: string; value: string } }, answer: { code: string } | { error: string } = { code: 'c' }): Promise<SignInEnd> =>
    accounts.end({ state, answer, cookie: (name) => (cookie?.name === name ? cookie.value : undefined) });
  const actAsAdmin = async (): Promise<void> => {
    Object.assign(entra.comesBack, admin);
    accounts.redeem(alex, codeOf(await end(await begin(account()))));
  };
  const codeOf = (ended: SignInEnd): string => (ended.kind === 'code' ? ended.code : '');
  return { accounts, clock, entra, begin, end, codeOf, actAsAdmin };
}

describe('a proof made in the browser', () => {
  it('goes before what single sign-on gives, for its own account only', async () => {
    const { accounts, begin, end } = setting();
    expect(await accounts.assertionFor(alex)).toBe(`single sign-on of ${alex.objectId}`);
    expect(await end(await begin(proof()))).toMatchObject({ kind: 'proven', purpose: { runId: 'run1', about: 'solution' } });
    expect(await accounts.assertionFor(alex)).toBe(`browser of ${alex.objectId}`);
    expect(await accounts.assertionFor(priya)).toBe(`single sign-on of ${priya.objectId}`);
    expect(await accounts.assertionFor(asAdmin)).toBeUndefined();
  });

  it('carries the claims, PKCE and a nonce of its own, and leads back to the one address', async () => {
    const { begin, end, entra } = setting();
    const first = await begin(proof());
    const second = await begin(proof());
    expect(first).toMatchObject({ claims: '{"access_token":{}}', choosesAccount: false, redirectUri: 'https://bot.example/sign-in/callback' });
    for (const random of ['state', 'nonce', 'codeChallenge'] as const) {
      expect(first[random]).toMatch(/^[\w-]{43}$/u);
      expect(first[random]).not.toBe(second[random]);
    }
    await end(first);
    expect(createHash('sha256').update(entra.codes[0]?.codeVerifier ?? '').digest('base64url')).toBe(first.codeChallenge);
    expect(entra.codes[0]?.nonce).toBe(first.nonce);
  });

  it.each([
    ['somebody else’s account', { objectId: priya.objectId, name: 'priya@contoso.example' }, 'otherAccount'],
    ['the admin account where the own is expected', { objectId: admin.objectId }, 'otherAccount'],
    ['another organization’s account', { tenantId: 'elsewhere' }, 'otherTenant'],
  ])('is not taken from %s', async (_who, who, kind) => {
    const { accounts, begin, end, entra } = setting();
    Object.assign(entra.comesBack, who);
    expect(await end(await begin(proof()))).toMatchObject({ kind });
    expect(await accounts.assertionFor(alex)).toBe(`single sign-on of ${alex.objectId}`);
  });

  it('by the admin account is used after its code was typed, whoever opened the link, and is for the person who acts as it', async () => {
    const { accounts, begin, end, codeOf, entra } = setting();
    Object.assign(entra.comesBack, admin);
    const begun = await begin(proof(asAdmin));
    expect(begun).toMatchObject({ choosesAccount: true });
    expect(begun).not.toHaveProperty('loginHint');
    expect(accounts.waitsForCode(alex)).toBe(true);
    const ended = await end(begun);
    expect(ended).toMatchObject({ kind: 'code', given: admin.name });
    expect(await accounts.assertionFor(asAdmin)).toBeUndefined();
    expect(accounts.redeem(alex, codeOf(ended))).toEqual({ account: admin, purpose: proof(asAdmin) });
    expect(await accounts.assertionFor(asAdmin)).toBe(`browser of ${admin.objectId}`);
    expect(await accounts.assertionFor({ ...priya, actingAs: admin })).toBeUndefined();
    expect(await accounts.assertionFor(alex)).toBe(`single sign-on of ${alex.objectId}`);
  });

  it('by the own account hints at its name', async () => {
    const { begin, end, accounts } = setting();
    const token = `h.${Buffer.from(JSON.stringify({ preferred_username: 'alex@contoso.example' })).toString('base64url')}.s`;
    jest.spyOn(accounts, 'assertionFor').mockResolvedValueOnce(token);
    const begun = await begin(proof());
    expect(begun).toMatchObject({ loginHint: 'alex@contoso.example', choosesAccount: false });
    expect(await end(begun)).toMatchObject({ kind: 'proven' });
  });

  it('as another account is not taken from anybody else’s', async () => {
    const { accounts, begin, end, entra } = setting();
    Object.assign(entra.comesBack, { objectId: priya.objectId });
    expect(await end(await begin(proof(asAdmin)))).toMatchObject({ kind: 'otherAccount', expected: admin.name });
    expect(accounts.triesLeft(alex)).toBeUndefined();
  });
});

describe('what comes back from the browser', () => {
  it('counts once', async () => {
    const { begin, end } = setting();
    const begun = await begin(proof());
    expect(await end(begun)).toMatchObject({ kind: 'proven' });
    expect(await end(begun)).toEqual({ kind: 'unknown' });
  });

  it('counts in the browser that began it only, and is used up by no other', async () => {
    const { begin, end, entra } = setting();
    const [mine, theirs] = [await begin(proof()), await begin(proof(priya))];
    expect(await end({ state: mine.state })).toEqual({ kind: 'unknown' });
    expect(await end({ state: theirs.state, cookie: mine.cookie })).toEqual({ kind: 'unknown' });
    expect(await end({ ...theirs, cookie: { ...theirs.cookie, value: mine.cookie.value } })).toEqual({ kind: 'unknown' });
    expect(entra.codes).toEqual([]);
    expect(await end(mine)).toMatchObject({ kind: 'proven' });
  });

  it('counts for ten minutes', async () => {
    const { begin, end, clock } = setting();
    const [early, late] = [await begin(proof()), await begin(proof())];
    clock.pass(9.99);
    expect(await end(early)).toMatchObject({ kind: 'proven' });
    clock.pass(0.01);
    expect(await end(late)).toEqual({ kind: 'unknown' });
  });

  it('is over when nobody signed in', async () => {
    const { begin, end, entra } = setting();
    const begun = await begin(proof());
    expect(await end(begun, { error: 'access_denied' })).toMatchObject({ kind: 'declined' });
    expect(await end(begun)).toEqual({ kind: 'unknown' });
    expect(entra.codes).toEqual([]);
  });

  it('is held to the host by the cookie’s name where that is https', async () => {
    expect((await setting().begin(proof())).cookie.name).toMatch(/^__Host-sign-in-/u);
    expect((await setting('http://127.0.0.1:3978').begin(proof())).cookie.name).toMatch(/^sign-in-/u);
  });
});

describe('a flood of beginnings', () => {
  it('by a link ends no sign-in of the person that is under way, nor of anybody else', async () => {
    const { begin, end } = setting();
    const [first, account1, other] = [await begin(proof()), await begin(account()), await begin(account(priya))];
    for (let count = 0; count < 6_000; count += 1) await begin(proof());
    expect(await end(first)).toMatchObject({ kind: 'proven' });
    expect(await end(account1)).toMatchObject({ kind: 'ownAccount' });
    expect(await end(other)).toMatchObject({ kind: 'code' });
  });

  it('by strangers, who all finish it, leaves the code of the rightful one: the sixth account is told so', async () => {
    const { begin, end, codeOf, accounts, entra } = setting();
    Object.assign(entra.comesBack, admin);
    const rightful = codeOf(await end(await begin(account())));
    const kinds: string[] = [];
    for (const objectId of ['s1', 's2', 's3', 's4', 's4', 's5']) {
      Object.assign(entra.comesBack, { objectId });
      kinds.push((await end(await begin(account()))).kind);
    }
    expect(kinds).toEqual(['code', 'code', 'code', 'code', 'code', 'tooMany']);
    expect(accounts.redeem(alex, rightful)).toMatchObject({ account: admin });
  });

  it('of one link takes nothing from another of the same person', async () => {
    const { begin, end, codeOf, accounts, entra } = setting();
    for (const objectId of ['s1', 's2', 's3', 's4', 's5']) {
      Object.assign(entra.comesBack, { objectId });
      await end(await begin(account()));
    }
    Object.assign(entra.comesBack, admin);
    const code = codeOf(await end(await begin({ ...account(), askId: 'ask1' })));
    expect(accounts.redeem(alex, code)).toMatchObject({ account: admin, purpose: { askId: 'ask1' } });
  });

  it('is over when the link is asked for anew in Teams, and what others began with it is too', async () => {
    const { begin, end, codeOf, accounts, entra } = setting();
    const strangers = await begin(account());
    const ofAnother = await begin({ ...account(), runId: 'run2' });
    for (const objectId of ['s1', 's2', 's3', 's4', 's5']) {
      Object.assign(entra.comesBack, { objectId });
      await end(await begin(account()));
    }
    accounts.endOlder({ person: alex, runId: 'run1' });
    Object.assign(entra.comesBack, admin);
    expect(await end(strangers)).toEqual({ kind: 'unknown' });
    expect(await end(ofAnother)).toMatchObject({ kind: 'code' });
    const code = codeOf(await end(await begin(account())));
    expect(accounts.redeem(alex, code)).toMatchObject({ account: admin });
  });
});

describe('a sign-in as another account', () => {
  const signedIn = async () => {
    const world = setting();
    Object.assign(world.entra.comesBack, admin);
    const ended = await world.end(await world.begin(account()));
    return { ...world, ended, code: world.codeOf(ended) };
  };
  const wrong = (code: string) => (code === '000000' ? '000001' : '000000');

  it('is used after its code was typed, and not before', async () => {
    const { accounts, ended, code } = await signedIn();
    expect(ended).toMatchObject({ kind: 'code', given: admin.name });
    expect(code).toMatch(/^\d{6}$/u);
    expect(await accounts.assertionFor(asAdmin)).toBeUndefined();
    expect(accounts.waitsForCode(alex)).toBe(true);
    expect(accounts.redeem(alex, ` ${code.slice(0, 3)} ${code.slice(3)} `)).toEqual({ account: admin, purpose: account() });
    expect(await accounts.assertionFor(asAdmin)).toBe(`browser of ${admin.objectId}`);
    expect(accounts.waitsForCode(alex)).toBe(false);
    expect(accounts.redeem(alex, code)).toBeUndefined();
  });

  it('is waited for from its beginning, by its person', async () => {
    const { accounts, begin } = setting();
    expect(accounts.waitsForCode(alex)).toBe(false);
    expect(await begin(account())).toMatchObject({ choosesAccount: true });
    expect(accounts.waitsForCode(alex)).toBe(true);
    expect(accounts.triesLeft(alex)).toBeUndefined();
    expect(accounts.waitsForCode(priya)).toBe(false);
    const other = setting();
    await other.begin(proof());
    expect(other.accounts.waitsForCode(alex)).toBe(false);
  });

  it('is nobody else’s, whatever they type', async () => {
    const { accounts, code } = await signedIn();
    expect(accounts.redeem(priya, code)).toBeUndefined();
    expect(accounts.redeem(alex, code)).toMatchObject({ account: admin });
  });

  it('is over after five wrong codes', async () => {
    const { accounts, code } = await signedIn();
    for (const left of [4, 3, 2, 1]) {
      expect(accounts.redeem(alex, wrong(code))).toBeUndefined();
      expect(accounts.triesLeft(alex)).toBe(left);
    }
    expect(accounts.waitsForCode(alex)).toBe(true);
    expect(accounts.redeem(alex, wrong(code))).toBeUndefined();
    expect(accounts.waitsForCode(alex)).toBe(false);
    expect(accounts.triesLeft(alex)).toBeUndefined();
    expect(accounts.redeem(alex, code)).toBeUndefined();
  });

  it('may be right the fifth time', async () => {
    const { accounts, code } = await signedIn();
    for (let tries = 0; tries < 4; tries += 1) accounts.redeem(alex, wrong(code));
    expect(accounts.redeem(alex, code)).toMatchObject({ account: admin });
  });

  it('is over after ten minutes', async () => {
    const { accounts, clock, code } = await signedIn();
    clock.pass(10);
    expect(accounts.waitsForCode(alex)).toBe(false);
    expect(accounts.redeem(alex, code)).toBeUndefined();
  });

  it.each([
    ['their own account', { objectId: alex.objectId.toUpperCase() }, 'ownAccount'],
    ['a guest', { ...admin, isGuest: true }, 'guest'],
    ['another organization’s account', { ...admin, tenantId: 'elsewhere' }, 'otherTenant'],
  ])('is refused for %s', async (_who, who, kind) => {
    const { accounts, begin, end, entra } = setting();
    Object.assign(entra.comesBack, who);
    expect(await end(await begin(account()))).toMatchObject({ kind });
    expect(accounts.waitsForCode(alex)).toBe(false);
  });
});

describe('a sign-in that is kept', () => {
  const proven = async () => {
    const world = setting();
    await world.end(await world.begin(proof()));
    return world;
  };

  it('is renewed shortly before it ends, once for all who ask', async () => {
    const { accounts, clock, entra } = await proven();
    clock.pass(54);
    expect(await accounts.assertionFor(alex)).toBe(`browser of ${alex.objectId}`);
    clock.pass(1);
    expect(await Promise.all([1, 2, 3].map(() => accounts.assertionFor(alex)))).toEqual(['renewed', 'renewed', 'renewed']);
    expect(entra.renewals).toBe(1);
    expect(await accounts.assertionFor(alex)).toBe('renewed');
    expect(entra.renewals).toBe(1);
  });

  it('that Entra does not renew is gone: single sign-on is left, and nothing for another account', async () => {
    const { accounts, clock, entra, actAsAdmin } = await proven();
    await actAsAdmin();
    entra.renew = () => Promise.reject(new SetupError('E-REFUSED'));
    clock.pass(58);
    expect(await accounts.assertionFor(alex)).toBe(`single sign-on of ${alex.objectId}`);
    expect(await accounts.assertionFor(asAdmin)).toBeUndefined();
    expect(await accounts.assertionFor(asAdmin)).toBeUndefined();
    expect(entra.renewals).toBe(2);
  });

  it('is used to its end while Entra does not answer, and is not lost by that', async () => {
    const { accounts, clock, entra } = await proven();
    entra.renew = () => Promise.reject(new SetupError('E-UNREACHABLE'));
    clock.pass(58);
    expect(await accounts.assertionFor(alex)).toBe(`browser of ${alex.objectId}`);
    clock.pass(2);
    await expect(accounts.assertionFor(alex)).rejects.toMatchObject({ code: 'E-UNREACHABLE' });
    entra.renew = () => Promise.resolve('renewed');
    expect(await accounts.assertionFor(alex)).toBe('renewed');
  });

  it('is over after a day, however often it was renewed, and then kept for nobody', async () => {
    const { accounts, clock, entra, actAsAdmin } = await proven();
    await actAsAdmin();
    clock.pass(24 * 60 - 1);
    expect([await accounts.assertionFor(alex), await accounts.assertionFor(asAdmin)]).toEqual(['renewed', 'renewed']);
    clock.pass(1);
    expect([await accounts.assertionFor(alex), await accounts.assertionFor(asAdmin)]).toEqual([`single sign-on of ${alex.objectId}`, undefined]);
    expect(entra.renewals).toBe(2);
  });

  it('that Microsoft refuses is let go of', async () => {
    const { accounts } = await proven();
    accounts.refused(alex);
    expect(await accounts.assertionFor(alex)).toBe(`single sign-on of ${alex.objectId}`);
  });

  it('as another account ends when the own one is to be used again', async () => {
    const { accounts, actAsAdmin } = await proven();
    await actAsAdmin();
    accounts.forgetOthers(alex);
    accounts.forgetOthers(priya);
    expect([await accounts.assertionFor(alex), await accounts.assertionFor(asAdmin)]).toEqual([`browser of ${alex.objectId}`, undefined]);
  });

  it('ends with a sign-out, as do beginnings and codes; other people keep theirs', async () => {
    const { accounts, begin, end, entra } = await proven();
    const begun = await begin(proof());
    Object.assign(entra.comesBack, { objectId: priya.objectId });
    await end(await begin(proof(priya)));
    Object.assign(entra.comesBack, admin);
    await end(await begin(account()));
    accounts.forget(alex);
    expect(await accounts.assertionFor(alex)).toBe(`single sign-on of ${alex.objectId}`);
    expect(accounts.waitsForCode(alex)).toBe(false);
    expect(await end(begun)).toEqual({ kind: 'unknown' });
    expect(await accounts.assertionFor(priya)).toBe(`browser of ${priya.objectId}`);
  });
});
