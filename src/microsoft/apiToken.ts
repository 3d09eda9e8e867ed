import { SetupError } from '../setup/errors.ts';
import type { MicrosoftRequest, SendRequest } from './request.ts';

/** The token of one account for one API. */
export interface ApiToken {
  get(): Promise<string>;
  /** Drops what is kept, so that the next one comes from Entra. */
  forget(): void;
}

/**
 * Sends a request with a token. A 401 is given before anything is done, so one more try with a fresh token is safe for every kind of
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
    return await send(request(await token.get()));
  }
}

function isRefusedToken(error: unknown): boolean {
  return error instanceof SetupError && error.upstream?.status === 401 && error.upstream.service !== 'entra';
}
