import type { Activity, TurnContext } from 'botbuilder';
import { StatusCodes } from 'botbuilder';
import { z } from 'zod';

import type { Log } from '../log.ts';
import type { SignInExchanges } from '../storage/signInExchanges.ts';
import { admit, isGroup } from './admission.ts';

export interface SignInInvokesParts {
  readonly signInExchanges: SignInExchanges;
  /** The one tenant that this bot serves. */
  readonly tenantId: string;
  readonly log: Log;
}

const forbidden = 403;
export const signInInvokes: readonly string[] = ['signin/tokenExchange', 'signin/verifyState', 'signin/failure'];

const exchangeSchema = z.object({ id: z.string().min(1).max(256), connectionName: z.string().max(256), token: z.string().min(1) });
const verifySchema = z.object({ state: z.string().min(1).max(256) });
/** `resourcematchfailed`, `invokeerror`, …: what Teams says went wrong with single sign-on. */
const failureSchema = z.object({ code: z.string().regex(/^\w{1,64}$/u) });

/**
 * What Teams' single sign-on sends, before any dialog hears of it: an HTTP status is the whole answer, `goesOn` where a sign-in that waits
 * has to take it. A failed one leaves the sign-in card where it is, which is the way on.
 */
export function readSignInInvoke(parts: SignInInvokesParts, { activity }: TurnContext): { readonly status: number } | 'goesOn' {
  if (admit(activity, parts.tenantId).kind === 'refused' || isGroup(activity)) return { status: forbidden };
  switch (activity.name) {
    case 'signin/tokenExchange':
      return readExchange(parts, activity);
    case 'signin/verifyState':
      return verifySchema.safeParse(activity.value).success ? 'goesOn' : { status: StatusCodes.BAD_REQUEST };
    default:
      return readFailure(parts, activity);
  }
}

/** Every open client sends the same exchange: only the first goes to the token service, and the others are content. */
function readExchange({ signInExchanges }: SignInInvokesParts, { channelId, conversation, value }: Activity): { readonly status: number } | 'goesOn' {
  const exchange = exchangeSchema.safeParse(value);
  if (!exchange.success) return { status: StatusCodes.BAD_REQUEST };
  const isFirst = signInExchanges.claim(`${channelId}/${conversation.id}/${exchange.data.id}`);
  return isFirst ? 'goesOn' : { status: StatusCodes.OK };
}

function readFailure({ log }: SignInInvokesParts, { value, conversation }: Activity): { readonly status: number } {
  const code = failureSchema.safeParse(value).data?.code ?? 'unknown';
  log.warn({ code, conversationId: conversation.id }, 'Teams could not sign somebody in by itself: the sign-in card stays');
  return { status: StatusCodes.OK };
}
