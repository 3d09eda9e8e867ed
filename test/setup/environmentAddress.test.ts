import { environmentAddress } from '../../src/setup/environmentAddress.ts';

import { publicCloud } from '../../src/microsoft/index.ts';
import { hostKind } from '../../src/microsoft/hosts.ts';

const inPublicCloud = (host: string) => hostKind(publicCloud, host);

describe('The address of an environment', () => {
  test.each([
    ['https://contoso.crm4.dynamics.com', 'https://contoso.crm4.dynamics.com'],
    ['https://contoso.crm4.dynamics.com/main.aspx?appid=1&pagetype=entitylist#top', 'https://contoso.crm4.dynamics.com'],
    ['  contoso.crm.dynamics.com/  ', 'https://contoso.crm.dynamics.com'],
    ['http://contoso.crm4.dynamics.com', 'https://contoso.crm4.dynamics.com'],
    ['https://contoso.api.crm4.dynamics.com/api/data/v9.2/', 'https://contoso.crm4.dynamics.com'],
    ['contoso.crm4.dynamics.com/?from=https://elsewhere.example', 'https://contoso.crm4.dynamics.com'],
    ['HTTPS://CONTOSO.CRM4.DYNAMICS.COM', 'https://contoso.crm4.dynamics.com'],
  ])('%s is read as %s', (pasted, url) => {
    expect(environmentAddress(pasted, inPublicCloud)).toEqual({ kind: 'address', url });
  });

  test.each([
    ['https://contoso.crm4.dynamics.com.evil.example', 'notice.addressForeign'],
    ['https://evil.example/contoso.crm4.dynamics.com', 'notice.addressForeign'],
    ['https://user:secret@contoso.crm4.dynamics.com', 'notice.addressUnreadable'],
    ['https://contoso.crm4.dynamics.com:8443', 'notice.addressForeign'],
    ['crm.contoso.local', 'notice.addressForeign'],
    ['https://contoso.crm.dynamics.cn/main.aspx', 'notice.addressOtherCloud'],
    ['https://make.powerapps.com/environments/1/solutions', 'notice.addressOtherService'],
    ['not an address', 'notice.addressUnreadable'],
    ['', 'notice.addressUnreadable'],
  ])('%s is refused', (pasted, key) => {
    expect(environmentAddress(pasted, inPublicCloud)).toMatchObject({ kind: 'wrong', reason: { key } });
  });

  test('a host with a port is kept where the cloud has it', () => {
    expect(environmentAddress('localhost:4444/main.aspx', (host) => (host === 'localhost:4444' ? 'environment' : 'elsewhere'))).toEqual({
      kind: 'address',
      url: 'https://localhost:4444',
    });
  });

  test('a refusal names what was pasted, shortened where it is long, and the host', () => {
    const long = `not an address ${'x'.repeat(90)}`;
    expect(environmentAddress(long, inPublicCloud)).toMatchObject({ reason: { values: { address: `${long.slice(0, 79)}…` } } });
    const fits = `not an address ${'x'.repeat(65)}`;
    expect(environmentAddress(fits, inPublicCloud)).toMatchObject({ reason: { values: { address: fits } } });
    expect(environmentAddress('crm.contoso.local', inPublicCloud)).toMatchObject({ reason: { values: { host: 'crm.contoso.local' } } });
  });

  test.each(['https://user@contoso.crm4.dynamics.com', 'https://:secret@contoso.crm4.dynamics.com'])('a name or a password alone is refused too: %s', (pasted) => {
    expect(environmentAddress(pasted, inPublicCloud)).toMatchObject({ kind: 'wrong', reason: { key: 'notice.addressUnreadable' } });
  });

  test('another scheme is no part of an address, and “api” counts only where Dataverse has it', () => {
    expect(environmentAddress('ftp://contoso.crm4.dynamics.com', inPublicCloud).kind).toBe('wrong');
    expect(environmentAddress('https://a.contoso.api.crm4.dynamics.com', inPublicCloud)).toMatchObject({ kind: 'wrong', reason: { values: { host: 'a.contoso.api.crm4.dynamics.com' } } });
  });
});
