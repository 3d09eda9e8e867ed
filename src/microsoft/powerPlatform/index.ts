import type { PowerPlatform } from '../../setup/ports/microsoft.ts';
import { type ApiToken, sendAuthorised } from '../apiToken.ts';
import type { Cloud } from '../cloud.ts';
import { httpFailure, post } from '../download.ts';
import type { RequestFailure } from '../failure.ts';
import { nothing, type SendRequest } from '../request.ts';

/** The Power Platform admin API, with one person's rights. */
export function createPowerPlatform(cloud: Cloud, send: SendRequest, token: ApiToken): PowerPlatform {
  return {
    addUser: (environmentId, objectId) => addUser({ cloud, send, token }, environmentId, objectId),
  };
}

interface Parts {
  readonly cloud: Cloud;
  readonly send: SendRequest;
  readonly token: ApiToken;
}

type Added = { kind: 'added' } | { kind: 'waiting' };

const added = nothing.transform((): Added => ({ kind: 'added' }));

/**
 * `POST …/environments/{id}/addUser`, what `Add-AdminPowerAppsSyncUser` does. Needs Power Platform Administrator or System Administrator of the
 * environment. Undocumented; source: Microsoft's Terraform provider for Power Platform, which repeats it while it is told `userNotLicensed`.
 */
async function addUser({ cloud, send, token }: Parts, environmentId: string, objectId: string): Promise<Added> {
  const path = `/providers/Microsoft.BusinessAppPlatform/scopes/admin/environments/${encodeURIComponent(environmentId)}/addUser`;
  return await sendAuthorised<Added, Added>(send, token, (accessToken) => ({
    service: 'powerPlatform',
    name: 'POST /environments/{id}/addUser',
    kind: 'repeatable',
    answer: added,
    send: (signal, trace) => post(`${cloud.powerPlatform.url}${path}?api-version=2023-06-01`, { signal, trace, token: accessToken, body: { objectId } }),
    failureOf: httpFailure,
    instead: (failure) => (isNotLicensed(failure) ? { value: { kind: 'waiting' } } : undefined),
  }));
}

/** The provider looks for the word anywhere in the refusal. */
function isNotLicensed({ code, message }: RequestFailure): boolean {
  return /userNotLicensed/iu.test(`${code ?? ''} ${message}`);
}
