import type { Activity, TurnContext } from 'botbuilder';
import { INVOKE_RESPONSE_KEY, StatusCodes } from 'botbuilder';
import { z } from 'zod';

import type { Log } from '../log.ts';
import type { SignInExchanges } from '../storage/signInExchanges.ts';
import { admit, isGroup } from './admission.ts';

export interface SignInInvokesParts {
  readonly signInExchanges: SignInExchanges;
  /** The one tenant that this bot serves. */
  readonly tenantId: string;
  readonly log: Log;
  readonly later: (work: () => void, ms: number) => unknown;
}

interface Status {
  readonly status: number;
}

const [ok, forbidden] = [200, 403];
const lookAgainMs = 250;
export const signInInvokes: readonly string[] = ['signin/tokenExchange', 'signin/verifyState', 'signin/failure'];

const exchangeSchema = z.object({ id: z.string().min(1).max(256), connectionName: z.string().max(256), token: z.string().min(1) });
const verifySchema = z.object({ state: z.string().min(1).max(256) });
const answeredSchema = z.object({ value: z.object({ status: z.number() }) });
/** `resourcematchfailed`, `invokeerror`, …: what Teams says went wrong with single sign-on. */
const failureSchema = z.object({ code: z.string().regex(/^\w{1,64}$/u) });

/**
 * What Teams' single sign-on sends, before any dialog hears of it: an HTTP status is the whole answer, unless a sign-in that waits has given its own when
 * `goOn` has ended. A failed one leaves the sign-in card where it is, which is the way on.
 */
export async function answerSignInInvoke(parts: SignInInvokesParts, context: TurnContext, goOn: () => Promise<void>): Promise<Status> {
  const { activity } = context;
  if (admit(activity, parts.tenantId).kind === 'refused' || isGroup(activity)) return { status: forbidden };
  switch (activity.name) {
    case 'signin/tokenExchange':
      return answerExchange(parts, context, goOn);
    case 'signin/verifyState':
      return verifySchema.safeParse(activity.value).success ? answerAfter(goOn) : { status: StatusCodes.BAD_REQUEST };
    default:
      return readFailure(parts, activity);
  }
}

/** Every open client sends the same exchange: one goes to the token service, and when somebody is signed in by it the others are content. */
async function answerExchange(parts: SignInInvokesParts, context: TurnContext, goOn: () => Promise<void>): Promise<Status> {
  const { channelId, conversation, value } = context.activity;
  const exchange = exchangeSchema.safeParse(value);
  if (!exchange.success) return { status: StatusCodes.BAD_REQUEST };
  const key = `${channelId}/${conversation.id}/${exchange.data.id}`;
  if ((await claimed(parts, key)) === 'done') return { status: StatusCodes.OK };
  let answer: Status | undefined;
  try {
    answer = await answerAfter(goOn);
    return answer;
  } finally {
    const { status } = givenIn(context) ?? answer ?? { status: StatusCodes.INTERNAL_SERVER_ERROR };
    parts.signInExchanges.settle(key, status === ok ? 'done' : 'failed');
  }
}

/** In this process one turn of a conversation comes after the other; another process is waited for, until it is done or its time is over. */
async function claimed(parts: SignInInvokesParts, key: string): Promise<'mine' | 'done'> {
  for (;;) {
    const claim = parts.signInExchanges.claim(key);
    if (claim !== 'underWay') return claim;
    await new Promise<void>((resolve) => { parts.later(resolve, lookAgainMs); });
  }
}

async function answerAfter(goOn: () => Promise<void>): Promise<Status> {
  await goOn();
  return { status: StatusCodes.OK };
}

/** What the sign-in that waited has answered. */
function givenIn({ turnState }: TurnContext): Status | undefined {
  return answeredSchema.safeParse(turnState.get(INVOKE_RESPONSE_KEY)).data?.value;
}

function readFailure({ log }: SignInInvokesParts, { value, conversation }: Activity): Status {
  const code = failureSchema.safeParse(value).data?.code ?? 'unknown';
  log.warn({ code, conversationId: conversation.id }, 'Teams could not sign somebody in by itself: the sign-in card stays');
  return { status: StatusCodes.OK };
}
