import { type ConnectorClient, type ConnectorFactory, TokenApiClient, type UserTokenClient } from 'botframework-connector';
import { z } from 'zod';

/** A signal that aborts when the time is over. */
export type Deadline = (ms: number) => AbortSignal;

/** A turn holds its conversation, and a job its worker, until its calls have ended. */
const callLimitMs = 15_000;

/** What all calls of the SDK's REST clients go through. */
type RestClient = Pick<ConnectorClient, 'sendOperationRequest'>;

/** The SDK shows no other way to what its token client sends. */
const tokenClientSchema = z.object({ client: z.instanceof(TokenApiClient) });

/** Connectors whose calls end, answered or not. */
export function limitConnectors(factory: ConnectorFactory, deadline: Deadline): ConnectorFactory {
  return {
    create: async (serviceUrl, audience) => {
      const connector = await factory.create(serviceUrl, audience);
      limitCalls(connector, deadline);
      return connector;
    },
  };
}

/** A token client whose calls end, answered or not. */
export function limitTokenClient(tokens: UserTokenClient, deadline: Deadline): UserTokenClient {
  limitCalls(tokenClientSchema.parse(tokens).client, deadline);
  return tokens;
}

/** The limit is for a call as a whole, with the bot's own token and all repetitions; not every part of that heeds the signal. */
function limitCalls(client: RestClient, deadline: Deadline): void {
  const send = client.sendOperationRequest.bind(client);
  client.sendOperationRequest = async (given, spec, callback) => {
    const abortSignal = deadline(callLimitMs);
    const call = send({ ...given, options: { ...given.options, abortSignal } }, spec, callback);
    return Promise.race([call, overdue(abortSignal)]);
  };
}

async function overdue(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const giveUp = (): void => reject(new Error('The channel service gave no answer in time.', { cause: signal.reason }));
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
  });
}
