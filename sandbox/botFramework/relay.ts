import { z } from 'zod';
import { registrations } from '../registrations.ts';
import type { SandboxAnswer, SandboxService } from '../service.ts';
import { issueToken } from '../entra/tokens.ts';
import type { ChannelKeys } from './channelKeys.ts';
import { tokenIssuer } from './metadata.ts';

const activitySchema = z.looseObject({ serviceUrl: z.string().optional() });
const botTimeoutMs = 60_000;
const signatureReuseMs = 30 * 60_000;

/**
 * The channel service: signs each activity as Bot Framework does and passes it to the bot unchanged, the bot's answer
 * back as it comes. A signature is used again for half an hour for the same service URL, as the real channel does.
 */
export function createRelay(keys: ChannelKeys, botEndpoint: string): SandboxService {
  const sign = createSigner(keys);
  return async ({ method, path, body }) => {
    if (path !== '/api/messages') return { status: 404 };
    if (method === 'GET' || method === 'HEAD') return { status: 200 };
    if (method !== 'POST') return { status: 405 };
    const activity = activitySchema.safeParse(body);
    if (!activity.success) return { status: 400, body: 'An activity must be a JSON object.' };
    return forward(botEndpoint, body, await sign(activity.data.serviceUrl ?? ''));
  };
}

/** On real time: the bot compares with its own clock, which nobody advances. */
function createSigner(keys: ChannelKeys): (serviceUrl: string) => Promise<string> {
  const signed = new Map<string, { token: Promise<string>; until: number }>();
  return (serviceUrl) => {
    const key = keys.signing();
    const use = `${key.keyId} ${serviceUrl}`;
    const known = signed.get(use);
    if (known !== undefined && known.until > Date.now()) return known.token;
    const claims = { iss: tokenIssuer, aud: registrations.bot.appId, serviceurl: serviceUrl };
    const token = issueToken(key, Date, claims);
    signed.set(use, { token, until: Date.now() + signatureReuseMs });
    return token;
  };
}

async function forward(botEndpoint: string, activity: unknown, token: string): Promise<SandboxAnswer> {
  try {
    const response = await fetch(botEndpoint, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(activity),
      signal: AbortSignal.timeout(botTimeoutMs),
    });
    return await passBack(response);
  } catch (error) {
    return { status: 502, body: `The bot at ${botEndpoint} does not answer (${reason(error)}). Is it running?` };
  }
}

async function passBack(response: Response): Promise<SandboxAnswer> {
  const text = await response.text();
  const type = response.headers.get('content-type');
  if (text === '') return { status: response.status };
  return { status: response.status, body: text, ...(type === null ? {} : { headers: { 'content-type': type } }) };
}

const failureSchema = z.object({ name: z.string(), cause: z.object({ code: z.string() }).optional() });

/** The code of the socket's error that `fetch` wraps, else the name of what went wrong. */
function reason(error: unknown): string {
  const failure = failureSchema.safeParse(error).data;
  return failure?.cause?.code ?? failure?.name ?? 'unknown reason';
}
