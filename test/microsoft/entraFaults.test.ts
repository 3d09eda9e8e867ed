import { accessToken, tenantId, type Scripted } from './faultyCloud.ts';
import { actor, assertion, dataverse, dataverseError, directory, everythingIn, faulty, graphError, id, microsoft, organization, powerPlatformError, secret, slept } from './faultyMicrosoft.ts';

describe('Entra', () => {
  const entraError = (status: number, code: string, headers: Record<string, string> = {}): Scripted => ({
    status,
    headers,
    body: { error: 'invalid_grant', error_description: `${code}: What it says. Trace ID: t-1 Correlation ID: c-1`, correlation_id: 'c-1' },
  });

  test.each([429, 503])('is asked again after %i, although MSAL would remember it for a minute', async (status) => {
    faulty.tokens(entraError(status, 'AADSTS90033', { 'retry-after': '3' }), { status: 200, body: { token_type: 'Bearer', expires_in: 3599, access_token: accessToken } });
    faulty.api(organization);
    await directory.organization();
    expect(slept).toEqual([3000]);
    expect(faulty.tokenRequests).toHaveLength(2);
  });

  test('that cuts the connection is asked again, then E-UNREACHABLE', async () => {
    faulty.tokens('cut');
    await expect(directory.organization()).rejects.toMatchObject({ code: 'E-UNREACHABLE', upstream: { service: 'entra' } });
    expect(faulty.tokenRequests).toHaveLength(4);
    expect(faulty.requests).toEqual([]);
  });

  test.each(['AADSTS50076', 'AADSTS500133', 'AADSTS53003'])('%s is for the person to end: E-SIGN-IN', async (code) => {
    faulty.tokens(entraError(400, code));
    await expect(directory.organization()).rejects.toMatchObject({
      code: 'E-SIGN-IN',
      upstream: { service: 'entra', status: 400, code, message: `${code}: What it says.`, requestId: 'c-1' },
    });
    expect(faulty.tokenRequests).toHaveLength(1);
  });

  test.each(['AADSTS65001', 'AADSTS65004'])('%s is for an administrator to end: E-CONSENT', async (code) => {
    faulty.tokens(entraError(400, code));
    await expect(directory.organization()).rejects.toMatchObject({ code: 'E-CONSENT', upstream: { service: 'entra', code, requestId: 'c-1' } });
    expect(faulty.tokenRequests).toHaveLength(1);
  });

  const wanted = JSON.stringify({ access_token: { polids: { essential: true, values: ['p1'] } } });
  const challenge = (code: string, claims: unknown): Scripted => {
    const { body, ...rest } = entraError(400, code) as { status: number; body: object };
    return { ...rest, body: { ...body, error: 'interaction_required', claims } };
  };

  test.each(['AADSTS50074', 'AADSTS50076', 'AADSTS50079', 'AADSTS50078', 'AADSTS50158', 'AADSTS53000', 'AADSTS53003'])('%s with claims asks for a proof: E-CLAIMS', async (code) => {
    faulty.tokens(challenge(code, wanted));
    await expect(directory.organization()).rejects.toMatchObject({ code: 'E-CLAIMS', claims: wanted, person: actor.objectId, upstream: { service: 'entra', code, requestId: 'c-1' } });
    expect(faulty.tokenRequests).toHaveLength(1);
  });

  test.each([
    ['no JSON', 'polids'],
    ['no object', '["polids"]'],
    ['no text', { polids: {} }],
    ['longer than any', JSON.stringify({ access_token: 'x'.repeat(4_000) })],
  ])('claims that are %s are none: E-SIGN-IN', async (_what, claims) => {
    faulty.tokens(challenge('AADSTS50076', claims));
    await expect(directory.organization()).rejects.toMatchObject({ code: 'E-SIGN-IN', claims: undefined });
  });

  test('any other refusal is E-REFUSED and holds no secret', async () => {
    faulty.tokens(entraError(401, 'AADSTS7000215'));
    const thrown: unknown = await directory.organization().catch((failure: unknown) => failure);
    expect(thrown).toMatchObject({ code: 'E-REFUSED', upstream: { code: 'AADSTS7000215' } });
    expect(everythingIn(thrown)).not.toContain(secret);
    expect(everythingIn(thrown)).not.toContain(assertion);
  });
});

describe('a 401 with a claims challenge', () => {
  const lead = { leadId: id, subject: 's', firstName: 'f', lastName: 'l', companyName: 'c', description: 'd' };
  const wanted = JSON.stringify({ access_token: { acrs: { essential: true, value: 'c1' } } });
  const challengeOf = (claims: string) => `Bearer realm="", authorization_uri="https://login.example/common/oauth2/authorize", error="insufficient_claims", claims="${claims}"`;
  const challenge = { 'www-authenticate': challengeOf(Buffer.from(wanted).toString('base64')) };

  test.each([
    ['Graph', 'graph', () => directory.organization(), graphError],
    ['Dataverse', 'dataverse', () => dataverse.accessMode(id), dataverseError],
    ['Power Platform', 'powerPlatform', () => microsoft.powerPlatform(actor).addUser(id, id), powerPlatformError],
    ['Discovery', 'discovery', () => microsoft.environments(actor), powerPlatformError],
  ] as const)('of %s is for the person to prove, and nothing is tried again', async (_name, service, run, error) => {
    faulty.api(error(401, challenge));
    await expect(run()).rejects.toMatchObject({ code: 'E-CLAIMS', claims: wanted, person: actor.objectId, upstream: { service, status: 401 } });
    expect(faulty.requests).toHaveLength(1);
  });

  test.each([
    ['claims that are no base64', challengeOf('%%%')],
    ['claims that are no JSON', challengeOf(Buffer.from('acrs').toString('base64'))],
    ['another error', challenge['www-authenticate'].replace('insufficient_claims', 'invalid_token')],
  ])('of %s is a refused token: one more try', async (_what, header) => {
    faulty.api(graphError(401, { 'www-authenticate': header }));
    await expect(directory.organization()).rejects.toMatchObject({ code: 'E-REFUSED' });
    expect(faulty.requests).toHaveLength(2);
  });

  test('of an application is a refused token: nobody could prove anything', async () => {
    faulty.api(dataverseError(401, challenge));
    await expect(microsoft.leadWriter({ tenantId, appId: id, secret }, faulty.environment).writeLead(lead)).rejects.toMatchObject({ code: 'E-REFUSED' });
    expect(faulty.requests).toHaveLength(2);
  });
});
