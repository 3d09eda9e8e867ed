import { z } from 'zod';
import { issueAssertion } from '../entra/assertion.ts';
import { readAccessToken, readToken, tokenLifetimeSeconds, type TokenClock } from '../entra/tokens.ts';
import { registrations } from '../registrations.ts';
import { botFrameworkAudience } from '../resources.ts';
import type { SandboxAnswer, SandboxRequest, SandboxService } from '../service.ts';
import type { SigningKey } from '../signingKeys.ts';
import type { SignIns } from './signIns.ts';

export interface TokenServiceTools {
  readonly key: SigningKey;
  /** The tenant's clock, on which the person's sign-in ages. */
  readonly clock: TokenClock;
  readonly signIns: SignIns;
  /** Where people's browsers find the sign-in page. */
  readonly signInPage: (signInId: string) => string;
}

interface KeptToken {
  readonly token: string;
  readonly expiresAtMs: number;
}

interface Tools extends TokenServiceTools {
  /** By user and person: the service hands out the same token until it is about to end. */
  readonly kept: Map<string, KeptToken>;
}

type Route = (tools: Tools, request: SandboxRequest) => Promise<SandboxAnswer> | SandboxAnswer;

const { signIn, oauthConnection, bot } = registrations;

const routes: Readonly<Record<string, Route>> = {
  'GET /usertoken/GetToken': getToken,
  'POST /usertoken/exchange': exchange,
  'DELETE /usertoken/SignOut': signOut,
  'GET /usertoken/GetTokenStatus': getTokenStatus,
  'GET /botsignin/GetSignInUrl': (tools, request) => withSignIn(tools, request, (link) => link),
  'GET /botsignin/GetSignInResource': (tools, request) => withSignIn(tools, request, signInResource),
};

const noToken: SandboxAnswer = { status: 404 };

/**
 * Bot Framework's token service, below `/api`: keeps each person's sign-in for the bot's one OAuth connection and hands
 * it out as the token that single sign-on gives. Only the bot itself may ask; "no token" is 404 with an empty body.
 */
export function createTokenService(given: TokenServiceTools): SandboxService {
  const tools: Tools = { ...given, kept: new Map() };
  return async (request) => {
    const caller = await readAccessToken(tools.key, Date, request.headers['authorization']);
    const isBot = caller.kind === 'good' && caller.claims.aud === botFrameworkAudience && caller.claims.appid === bot.appId;
    if (!isBot) return { status: 401, body: { message: 'Authorization has been denied for this request.' } };
    const route = routes[`${request.method} ${request.path}`];
    return route === undefined ? failure(404, 'ResourceNotFound', `The sandbox's token service has no ${request.method} ${request.path}.`) : route(tools, request);
  };
}

const userQuery = z.object({ userId: z.string().min(1), connectionName: z.string().min(1), code: z.string().optional() });
const tokenBody = z.object({ token: z.string().min(1) });
const stateSchema = z.object({
  connectionName: z.string(),
  conversation: z.object({ user: z.object({ id: z.string().min(1) }) }),
});

async function getToken(tools: Tools, { query }: SandboxRequest): Promise<SandboxAnswer> {
  const asked = userQuery.safeParse(Object.fromEntries(query));
  if (!asked.success) return missingParameter(asked.error);
  const { userId, connectionName, code } = asked.data;
  if (connectionName !== oauthConnection) return unknownConnection(connectionName);
  if (code !== undefined && code !== '') tools.signIns.redeem(userId, code);
  if (!tools.signIns.isSignedIn(userId)) return noToken;
  return tokenAnswer(await keptAssertion(tools, userId));
}

async function exchange(tools: Tools, { query, body }: SandboxRequest): Promise<SandboxAnswer> {
  const asked = userQuery.safeParse(Object.fromEntries(query));
  if (!asked.success) return missingParameter(asked.error);
  if (asked.data.connectionName !== oauthConnection) return unknownConnection(asked.data.connectionName);
  const { token = '' } = tokenBody.safeParse(body).data ?? {};
  const reading = await readToken(tools.key, tools.clock, token);
  const isForUs = reading.kind === 'good' && isOurAudience(reading.claims.aud);
  if (!isForUs) return failure(400, 'InvalidTokenExchange', 'The token could not be exchanged: it was not issued for the sign-in application, or it has expired.');
  tools.signIns.signIn(asked.data.userId);
  return tokenAnswer({ token, expiresAtMs: endOf(tools) });
}

function isOurAudience(audience: unknown): boolean {
  return audience === signIn.appId || audience === signIn.applicationIdUri;
}

function signOut({ signIns, kept }: Tools, { query }: SandboxRequest): SandboxAnswer {
  const userId = query.get('userId');
  if (userId === null) return failure(400, 'BadArgument', 'Missing required query string parameter: userId.');
  signIns.signOut(userId);
  for (const key of kept.keys()) if (key.startsWith(`${userId} `)) kept.delete(key);
  return { status: 200, body: {} };
}

function getTokenStatus({ signIns }: Tools, { query }: SandboxRequest): SandboxAnswer {
  const userId = query.get('userId');
  if (userId === null) return failure(400, 'BadArgument', 'Missing required query string parameter: userId.');
  const status = { channelId: query.get('channelId') ?? 'msteams', connectionName: oauthConnection, hasToken: signIns.isSignedIn(userId) };
  return { status: 200, body: [{ ...status, serviceProviderDisplayName: 'Azure Active Directory v2' }] };
}

function withSignIn(tools: Tools, { query }: SandboxRequest, toBody: (link: string, signInId: string) => unknown): SandboxAnswer {
  const state = stateSchema.safeParse(parseState(query.get('state') ?? ''));
  if (!state.success) return failure(400, 'BadArgument', "Query string parameter 'state' is missing or cannot be read.");
  if (state.data.connectionName !== oauthConnection) return unknownConnection(state.data.connectionName);
  const signInId = tools.signIns.begin(state.data.conversation.user.id);
  return { status: 200, body: toBody(tools.signInPage(signInId), signInId) };
}

function signInResource(signInLink: string, id: string): unknown {
  return { signInLink, tokenExchangeResource: { id, uri: signIn.applicationIdUri, providerId: '30dd229c-58e3-4a48-bdfd-91ec48eb906c' } };
}

function parseState(state: string): unknown {
  try {
    return JSON.parse(Buffer.from(state, 'base64').toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Microsoft's service renews a token some minutes before its end. */
const renewBeforeMs = 5 * 60_000;

async function keptAssertion(tools: Tools, userId: string): Promise<KeptToken> {
  const person = tools.signIns.persona(userId);
  const key = `${userId} ${person.objectId}`;
  const known = tools.kept.get(key);
  // A clock that was set back would make a token of the future.
  const left = (known?.expiresAtMs ?? 0) - tools.clock.now();
  if (known && left > renewBeforeMs && left <= tokenLifetimeSeconds * 1000) return known;
  const fresh = { token: await issueAssertion(tools, person), expiresAtMs: endOf(tools) };
  tools.kept.set(key, fresh);
  return fresh;
}

function endOf({ clock }: Tools): number {
  return clock.now() + tokenLifetimeSeconds * 1000;
}

function tokenAnswer({ token, expiresAtMs }: KeptToken): SandboxAnswer {
  const expiration = new Date(expiresAtMs).toISOString();
  return { status: 200, body: { channelId: 'msteams', connectionName: oauthConnection, token, expiration } };
}

function missingParameter({ issues }: z.ZodError): SandboxAnswer {
  return failure(400, 'BadArgument', `Missing required query string parameter: ${issues[0]?.path.join('.') ?? 'userId'}.`);
}

function unknownConnection(name: string): SandboxAnswer {
  return failure(400, 'BadArgument', `The OAuth connection '${name}' does not exist on this bot.`);
}

function failure(status: number, code: string, message: string): SandboxAnswer {
  return { status, body: { error: { code, message } } };
}
