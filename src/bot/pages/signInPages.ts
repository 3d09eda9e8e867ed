import { randomUUID } from 'node:crypto';

import type { Request, Response, Server } from 'restify';
import { z } from 'zod';

import type { Log } from '../../log.ts';
import { SetupError } from '../../setup/errors.ts';
import { isCheckable } from '../../setup/drift/underWay.ts';
import { proofAboutSchema } from '../../setup/proofAbout.ts';
import { wantedProof } from '../../setup/proving.ts';
import type { SetupRun } from '../../setup/run.ts';
import { say, type Sentence } from '../../setup/sentence.ts';
import type { Setups } from '../../setup/setups.ts';
import type { BrowserAccounts, Returned, SignInEnd } from '../browserAccounts.ts';
import { refused, RefusalLog } from '../refusals.ts';
import { signInMinutes, type SignInCookie, type SignInPurpose } from '../pendingSignIns.ts';
import { type Page, privately, sendPage } from './page.ts';

export interface SignInPagesParts {
  readonly accounts: BrowserAccounts;
  readonly setups: Pick<Setups, 'load' | 'proven'>;
  /** Where browsers reach the bot, without a trailing slash. */
  readonly publicUrl: string;
  readonly log: Log;
}

const id = z.string().regex(/^[a-z0-9]{1,64}$/iu);
const proofSchema = z.object({ runId: id, about: proofAboutSchema });
const accountSchema = z.object({ runId: id, askId: id.optional() });
/** Every value as often as it came: only what came once is one. Microsoft's codes are some 1,500 characters long. */
const once = (longest: number) => z.tuple([z.string().min(1).max(longest)]).transform(([value]) => value);
const stateSchema = once(43);
const returnedSchema = z.union([
  z.object({ state: stateSchema, code: once(8_000), error: z.tuple([]) }).transform(({ state, code }) => ({ state, answer: { code } })),
  z.object({ state: stateSchema, error: once(200), code: z.tuple([]) }).transform(({ state, error }) => ({ state, answer: { error } })),
]);

/** The pages of signing in with a browser: to Entra, back from there, and what came of it. Whoever opens them is nobody yet. */
export function addSignInPages(server: Server, given: SignInPagesParts): void {
  const parts = { ...given, unknown: new RefusalLog(given.log, refused.return) };
  const start = (purposeOf: (run: SetupRun, params: unknown) => SignInPurpose | undefined) => async (request: Request, response: Response) =>
    answering(parts, request, response, () => begin(parts, purposeOf, request, response));
  const pages = [
    ['/sign-in/proof/:runId/:about', start(proofPurpose)],
    ['/sign-in/account/:runId', start(accountPurpose)],
    ['/sign-in/account/:runId/:askId', start(accountPurpose)],
    ['/sign-in/callback', async (request: Request, response: Response) => answering(parts, request, response, () => end(parts, request, response))],
    ['/sign-in/consented', async (request: Request, response: Response) => sendPage(request, response, consentPage(request))],
  ] as const;
  // Unknown ones look alike, also those that the routes above find too long.
  server.get('/sign-in/*', async (request: Request, response: Response) => sendPage(request, response, nothingWaits));
  for (const [path, answer] of pages) {
    server.get(path, answer);
    // Whoever previews links must not use anything up.
    server.head(path, async (_request: Request, response: Response) => void response.sendRaw(200, '', { ...privately, 'Content-Type': 'text/html; charset=utf-8' }));
  }
}

async function begin(
  { accounts, setups, publicUrl }: SignInPagesParts,
  purposeOf: (run: SetupRun, params: unknown) => SignInPurpose | undefined,
  request: Request,
  response: Response,
): Promise<void> {
  const runId = runIdOf(request);
  const run = runId === undefined ? undefined : setups.load(runId);
  const purpose = run && purposeOf(run, request.params);
  if (!purpose) return sendPage(request, response, nothingWaits);
  const { address, cookie } = await accounts.begin(purpose);
  response.sendRaw(302, '', { ...privately, Location: address, 'Set-Cookie': setCookie(cookie, publicUrl) });
}

function proofPurpose(run: SetupRun, params: unknown): SignInPurpose | undefined {
  const about = proofSchema.safeParse(params).data?.about;
  const wanted = about && wantedProof(run, about);
  return wanted && { kind: 'proof', runId: run.id, about, ...wanted };
}

/** For whoever began the setup, which they may check once it is finished, or whoever was asked and is waited for. */
function accountPurpose(run: SetupRun, params: unknown): SignInPurpose | undefined {
  const known = accountSchema.safeParse(params).data;
  if (!known || (run.status !== 'active' && !(known.askId === undefined && isCheckable(run)))) return undefined;
  const ask = run.asks.find((one) => one.id === known.askId && one.status === 'open');
  const person = known.askId === undefined ? run.startedBy : ask?.person;
  return person && { kind: 'account', runId: run.id, person, ...(known.askId !== undefined && { askId: known.askId }) };
}

async function end(parts: SignInPagesParts & { readonly unknown: RefusalLog }, request: Request, response: Response): Promise<void> {
  const returned = returnedSchema.safeParse(queryOf(request));
  const cookies = cookiesOf(request);
  const ended: SignInEnd = returned.success ? await parts.accounts.end({ ...returned.data, cookie: (name) => cookies.get(name) } satisfies Returned) : { kind: 'unknown' };
  if (ended.kind === 'failed') return sendFailure(parts, { error: ended.error, runId: ended.purpose.runId, request, response });
  note(parts, ended);
  if (ended.kind === 'proven') parts.setups.proven(ended.purpose);
  sendPage(request, response, withSetup(pageOf(ended), isGood(ended) ? parts.setups.load(ended.purpose.runId) : undefined));
}

type SaidEnd = Exclude<SignInEnd, { kind: 'failed' }>;

/** Every way that a sign-in ends is in the log; whose link it was, not who came. */
function note({ log, unknown }: { readonly log: Log; readonly unknown: RefusalLog }, ended: SaidEnd): void {
  if (ended.kind === 'unknown') return unknown.add('not under way');
  const { runId, person, kind: sought } = ended.purpose;
  log[isGood(ended) ? 'info' : 'warn']({ ended: ended.kind, sought, runId, person: person.objectId }, 'A sign-in in the browser has ended');
}

function isGood(ended: SaidEnd): ended is SaidEnd & { kind: 'proven' | 'code' } {
  return ended.kind === 'proven' || ended.kind === 'code';
}

/** Somebody who was led here by another sees which environment it is about. */
function withSetup(shown: Page, run: SetupRun | undefined): Page {
  if (!run) return shown;
  const { environment, startedBy: { name: starter } } = run;
  const about = environment ? say('page.setup', { environment: environment.name, host: new URL(environment.url).host, starter }) : say('page.setupUnchosen', { starter });
  return { ...shown, texts: [about, ...shown.texts] };
}

/** Entra leads here from the page of consent. Whether there is consent now is for Entra to say when it is asked for a token. */
function consentPage(request: Request): Page {
  return queryOf(request).error.length === 0 ? page(200, 'consented') : page(400, 'consentRefused');
}

function queryOf({ url = '' }: Request): Record<'state' | 'code' | 'error', string[]> {
  const { searchParams } = new URL(url, 'http://bot');
  return { state: searchParams.getAll('state'), code: searchParams.getAll('code'), error: searchParams.getAll('error') };
}

function cookiesOf({ headers }: Request): ReadonlyMap<string, string> {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  return new Map(pairs.flatMap(([name, value]) => (name && value ? [[name, value] as const] : [])));
}

/** `Lax`: Entra leads back with a click of its own. A browser takes the prefix over https only. */
function setCookie({ name, value }: SignInCookie, publicUrl: string): string {
  return [`${name}=${value}`, 'Path=/', `Max-Age=${signInMinutes * 60}`, 'HttpOnly', 'SameSite=Lax', ...(publicUrl.startsWith('https:') ? ['Secure'] : [])].join('; ');
}

/** The same for a setup that nobody knows and for one that has ended. */
const nothingWaits: Page = page(404, 'nothingWaits');

function pageOf(ended: SaidEnd): Page {
  switch (ended.kind) {
    case 'unknown':
      return page(400, 'unknown');
    case 'declined':
      return page(400, 'declined');
    case 'proven':
      return page(200, 'proven');
    case 'otherAccount':
      return page(403, 'otherAccount', { given: ended.given, expected: ended.expected });
    case 'code': {
      const values = { given: ended.given, person: ended.purpose.person.name };
      return { ...page(200, 'code', values), code: ended.code, warning: say('page.code.warning', values) };
    }
    default:
      return page(403, ended.kind, { given: ended.given });
  }
}

function page(status: number, name: string, values: Sentence['values'] = {}): Page {
  return { status, title: say(`page.${name}.title`, values), texts: [say(`page.${name}.text`, values), say(`page.${name}.next`, values)] };
}

async function answering(parts: SignInPagesParts, request: Request, response: Response, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    sendFailure(parts, { error, runId: runIdOf(request), request, response });
  }
}

interface Failed {
  readonly error: unknown;
  /** Undefined where the address names none. */
  readonly runId: string | undefined;
  readonly request: Request;
  readonly response: Response;
}

function sendFailure({ log }: SignInPagesParts, { error, runId, request, response }: Failed): void {
  const errorId = randomUUID().slice(0, 8);
  log.error({ err: error, errorId, runId }, 'A sign-in in the browser failed');
  const isTheirs = error instanceof SetupError;
  sendPage(request, response, { ...page(isTheirs ? 502 : 500, isTheirs ? 'failed' : 'broken'), errorId });
}

function runIdOf({ params }: Request): string | undefined {
  return z.object({ runId: id }).safeParse(params).data?.runId;
}
