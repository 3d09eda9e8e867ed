import { environmentAddress } from '../../src/setup/environmentAddress.ts';

const isPublic = (host: string) => /^[a-z0-9-]+\.crm\d{0,2}\.dynamics\.com$/u.test(host);

describe('The address of an environment', () => {
  test.each([
    ['https://contoso.crm4.dynamics.com', 'https://contoso.crm4.dynamics.com'],
    ['https://contoso.crm4.dynamics.com/main.aspx?appid=1&pagetype=entitylist#top', 'https://contoso.crm4.dynamics.com'],
    ['  contoso.crm.dynamics.com/  ', 'https://contoso.crm.dynamics.com'],
    ['http://contoso.crm4.dynamics.com', 'https://contoso.crm4.dynamics.com'],
    ['https://contoso.api.crm4.dynamics.com/api/data/v9.2/', 'https://contoso.crm4.dynamics.com'],
    ['HTTPS://CONTOSO.CRM4.DYNAMICS.COM', 'https://contoso.crm4.dynamics.com'],
  ])('%s is read as %s', (pasted, url) => {
    expect(environmentAddress(pasted, isPublic)).toEqual({ kind: 'address', url });
  });

  test.each([
    ['https://contoso.crm4.dynamics.com.evil.example', 'notice.addressForeign'],
    ['https://evil.example/contoso.crm4.dynamics.com', 'notice.addressForeign'],
    ['https://user:secret@contoso.crm4.dynamics.com', 'notice.addressUnreadable'],
    ['https://contoso.crm4.dynamics.com:8443', 'notice.addressForeign'],
    ['crm.contoso.local', 'notice.addressForeign'],
    ['not an address', 'notice.addressUnreadable'],
    ['', 'notice.addressUnreadable'],
  ])('%s is refused', (pasted, key) => {
    expect(environmentAddress(pasted, isPublic)).toMatchObject({ kind: 'wrong', reason: { key } });
  });

  test('a host with a port is kept where the cloud has it', () => {
    expect(environmentAddress('localhost:4444/main.aspx', (host) => host === 'localhost:4444')).toEqual({
      kind: 'address',
      url: 'https://localhost:4444',
    });
  });
});
