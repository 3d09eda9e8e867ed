import { z } from 'zod';
import { issueToken, readAccessToken, readToken, tokenLifetimeSeconds, type TokenClock } from '../entra/tokens.ts';
import { tenant, type Persona } from '../personas.ts';
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

type Route = (tools: TokenServiceTools, request: SandboxRequest) => Promise<SandboxAnswer> | SandboxAnswer;

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
export function createTokenService(tools: TokenServiceTools): SandboxService {
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

async function getToken(tools: TokenServiceTools, { query }: SandboxRequest): Promise<SandboxAnswer> {
  const asked = userQuery.safeParse(Object.fromEntries(query));
  if (!asked.success) return missingParameter(asked.error);
  const { userId, connectionName, code } = asked.data;
  if (connectionName !== oauthConnection) return unknownConnection(connectionName);
  if (code !== undefined && code !== '') tools.signIns.redeem(userId, code);
  if (!tools.signIns.isSignedIn(userId)) return noToken;
  return tokenAnswer(tools, await assertion(tools, tools.signIns.persona(userId)));
}

async function exchange(tools: TokenServiceTools, { query, body }: SandboxRequest): Promise<SandboxAnswer> {
  const asked = userQuery.safeParse(Object.fromEntries(query));
  if (!asked.success) return missingParameter(asked.error);
  if (asked.data.connectionName !== oauthConnection) return unknownConnection(asked.data.connectionName);
  const { token = '' } = tokenBody.safeParse(body).data ?? {};
  const reading = await readToken(tools.key, tools.clock, token);
  const isForUs = reading.kind === 'good' && isOurAudience(reading.claims.aud);
  if (!isForUs) return failure(400, 'InvalidTokenExchange', 'The token could not be exchanged: it was not issued for the sign-in application, or it has expired.');
  tools.signIns.signIn(asked.data.userId);
  return tokenAnswer(tools, token);
}

function isOurAudience(audience: unknown): boolean {
  return audience === signIn.appId || audience === signIn.applicationIdUri;
}

function signOut({ signIns }: TokenServiceTools, { query }: SandboxRequest): SandboxAnswer {
  const userId = query.get('userId');
  if (userId === null) return failure(400, 'BadArgument', 'Missing required query string parameter: userId.');
  signIns.signOut(userId);
  return { status: 200, body: {} };
}

function getTokenStatus({ signIns }: TokenServiceTools, { query }: SandboxRequest): SandboxAnswer {
  const userId = query.get('userId');
  if (userId === null) return failure(400, 'BadArgument', 'Missing required query string parameter: userId.');
  const status = { channelId: query.get('channelId') ?? 'msteams', connectionName: oauthConnection, hasToken: signIns.isSignedIn(userId) };
  return { status: 200, body: [{ ...status, serviceProviderDisplayName: 'Azure Active Directory v2' }] };
}

function withSignIn(tools: TokenServiceTools, { query }: SandboxRequest, toBody: (link: string, signInId: string) => unknown): SandboxAnswer {
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

/** The token that Teams would have got by single sign-on: of the person, for the bot's sign-in application. */
function assertion({ key, clock }: TokenServiceTools, person: Persona): Promise<string> {
  return issueToken(key, clock, {
    iss: `https://login.microsoftonline.com/${tenant.id}/v2.0`,
    aud: signIn.appId,
    azp: registrations.teamsClientId,
    tid: tenant.id,
    oid: person.objectId,
    sub: person.objectId,
    name: person.displayName,
    preferred_username: person.userPrincipalName,
    scp: 'access_as_user',
    ver: '2.0',
  });
}

function tokenAnswer({ clock }: TokenServiceTools, token: string): SandboxAnswer {
  const expiration = new Date(clock.now() + tokenLifetimeSeconds * 1000).toISOString();
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
