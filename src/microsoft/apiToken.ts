import { SetupError } from '../setup/errors.ts';
import type { MicrosoftRequest, SendRequest } from './request.ts';

/** The token of one account for one API. */
export interface ApiToken {
  get(): Promise<string>;
  /** Object id of the person behind it, who can sign in again with a further proof; an application cannot. */
  readonly person: string | undefined;
  /** Drops what is kept, so that the next one comes from Entra. */
  forget(): void;
}

/**
 * Sends a request with a token. What the API wants proven of the person is theirs to prove: `E-CLAIMS`. Any other 401 is given before anything is done, so one more try with a fresh token is safe for every kind of
 * request: tokens are kept for up to an hour, and a session may be revoked in between.
 */
export async function sendAuthorised<T, Instead>(
  send: SendRequest,
  token: ApiToken,
  request: (accessToken: string) => MicrosoftRequest<T, Instead>,
): Promise<T | Instead> {
  try {
    return await send(request(await token.get()));
  } catch (error) {
    if (!isRefusedToken(error)) throw error;
    token.forget();
    if (token.person !== undefined && error.claims !== undefined) throw proofWanted(error, token.person);
    return await send(request(await token.get()));
  }
}

/** What Microsoft wants proven of this person, in the place of a refusal that carries it. */
export function proofWanted({ upstream, claims }: SetupError, person: string): SetupError {
  return new SetupError('E-CLAIMS', { person, ...(upstream && { upstream }), ...(claims !== undefined && { claims }) });
}

function isRefusedToken(error: unknown): error is SetupError {
  return error instanceof SetupError && error.upstream?.status === 401 && error.upstream.service !== 'entra';
}
