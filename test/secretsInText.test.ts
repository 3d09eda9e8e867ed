import * as fc from 'fast-check';

import { textForTheLog } from '../src/redaction.ts';
import { withoutSecrets } from '../src/secretsInText.ts';

const keyOf = (value: string) => `-----BEGIN PRIVATE KEY-----\n${value}\n-----END PRIVATE KEY-----`;

describe('What is left of a text with a secret in it', () => {
  it.each([
    [String.raw`answered "{\"client_secret\":\"hush hush\",\"scope\":\"x\"}"`, String.raw`answered "{\"client_secret\":\"[hidden]\",\"scope\":\"x\"}"`],
    [String.raw`{"body":"{\"a\":\"{\\\"password\\\":\\\"hu\\\\\\\"sh\\\"}\"}"}`, String.raw`{"body":"{\"a\":\"{\\\"password\\\":\\\"[hidden]\\\"}\"}"}`],
    [String.raw`{"password":"hu\"sh, hush","next":1}`, '{"password":"[hidden]","next":1}'],
    ['{"password":"hush that is cut of', '{"password":"[hidden]'],
    ['%7B%22client_secret%22%3A%22hush%22%7D', '%7B%22client_secret%22%3A%22[hidden]%22%7D'],
    ['DefaultEndpointsProtocol=https;AccountName=a;AccountKey=hush+/hush==;EndpointSuffix=x', 'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=[hidden];EndpointSuffix=x'],
    ['Endpoint=sb://a/;SharedAccessKey=hush=', 'Endpoint=sb://a/;SharedAccessKey=[hidden]'],
    [`read ${keyOf('hush')} from a file`, 'read [hidden] from a file'],
    ['-----BEGIN RSA PRIVATE KEY-----\nhush', '[hidden]'],
    ['Sign-in failed. Password: correct horse, hush & hush\n    at signIn', 'Sign-in failed. Password: [hidden]\n    at signIn'],
    ['Mot de passe\u00a0: hush', 'Mot de passe\u00a0: [hidden]'],
    ['refresh_token: hush', 'refresh_token: [hidden]'],
    ['password=correct horse hush&user=a', 'password=[hidden]&user=a'],
    [`pwd='hush hush' user`, `pwd='[hidden]' user`],
    ['got 1.AXoAhushhushhushhushhush-_x.AgABAAEhush, then failed', 'got [hidden], then failed'],
    ['got 0.AVEAhushhushhushhushhush then failed', 'got [hidden] then failed'],
    ['the one that begins with_eyJhbGciOiJub25lIn0.eyJodXNoIjoiaHVzaCJ9.hush is late', 'the one that begins with_[hidden] is late'],
    ['<o:Password Type="Text">hush &amp; hush</o:Password><a>1</a>', '<o:Password Type="Text">[hidden]</o:Password><a>1</a>'],
    ['<clientSecret><![CDATA[hush</a>hush]]></clientSecret> <a>1</a>', '<clientSecret>[hidden]</clientSecret> <a>1</a>'],
    ['<password>hush that is cut of', '<password>[hidden]'],
    ['{&#34;password&#34;:&#x22;hush&#x22;}', '{&#34;password&#34;:&#x22;[hidden]&#x22;}'],
    [String.raw`{\u0022password\u0022:\u0022hush hush\u0022}`, String.raw`{\u0022password\u0022:\u0022[hidden]\u0022}`],
    ['https://user:hu@sh@host.example/', 'https://[hidden]@host.example/'],
    ['{"passwords":["hush","]hush"],"next":1}', '{"passwords":[hidden],"next":1}'],
    ['{"secret":{"value":"hush}","a":{"b":["hush"]}},"next":1}', '{"secret":[hidden],"next":1}'],
    [String.raw`{"body":"{\"secrets\":[\"hu\\\"]sh\"],\"next\":1}"}`, String.raw`{"body":"{\"secrets\":[hidden],\"next\":1}"}`],
    ['{"secret":["hush that is cut of', '{"secret":[hidden]'],
    ['{"name":"client_secret","value":"hush"}', '{"name":"client_secret","value":"[hidden]"}'],
    ['{"value":"hush","name":"client_secret"}', '{"value":"[hidden]","name":"client_secret"}'],
    ['- name: ADMIN_PASSWORD\n  value: hush hush\n  next: 1', '- name: ADMIN_PASSWORD\n  value: [hidden]\n  next: 1'],
    ['<add key="password" value="hush"/><a b="1"/>', '<add key="[hidden]" value="[hidden]"/><a b="1"/>'],
    ['<setting name="Password"><value>hush</value></setting>', '<setting name="Password"><value>[hidden]</value></setting>'],
    ['Password:\n  hush hush\nnext', 'Password:\n  [hidden]\nnext'],
    ['Password:\r\n\r\nhush\r\nnext', 'Password:\r\n\r\n[hidden]\r\nnext'],
    [`password => 'hush', next => 1`, `password => '[hidden]', next => 1`],
    [`password =&gt; &quot;hush&quot;`, `password =&gt; &quot;[hidden]&quot;`],
    ['password := hush', 'password := [hidden]'],
    ['a?x=password%20%3D%20hush', 'a?x=password%20%3D%20[hidden]'],
    ['%22password%22%3A%20%22hush%22%2C%22next%22', '%22password%22%3A%20%22[hidden]%22%2C%22next%22'],
    ['%22password%22%3A+%22hu%5C%22sh%22%7D', '%22password%22%3A+%22[hidden]%22%7D'],
    ['%2522password%2522%253A%2522hush%2522', '%2522password%2522%253A%2522[hidden]%2522'],
    ['%22passwords%22%3A%5B%22hush%22%5D%7D', '%22passwords%22%3A[hidden]%7D'],
    ['{"password":12345678,"next":1}', '{"password":[hidden],"next":1}'],
    [`password='hu''sh' next`, `password='[hidden]' next`],
    [`password=b'hush' next`, `password=b'[hidden]' next`],
    ['Password=hu"sh;Server=a', 'Password=[hidden];Server=a'],
    ['user%5Bpassword%5D=hush&next=1', 'user%5Bpassword%5D=[hidden]&next=1'],
    ['Password: [hu]sh', 'Password: [hidden]'],
    ['{ password: [ 1234 ], next: 1 }', '{ password: [hidden], next: 1 }'],
    ['&lt;password&gt;hush&lt;/password&gt;&lt;a&gt;1', '&lt;password&gt;[hidden]&lt;/password&gt;&lt;a&gt;1'],
  ])('%s', (text, left) => {
    expect(withoutSecrets(text)).toBe(left);
  });

  it.each([
    'InvalidAuthenticationToken: Lifetime validation failed, the token is expired.', 'SecretNotFound: A secret with that name was not found in this key vault',
    'AADSTS7000215: Invalid client secret provided.', '<tokens/><a>1</a>', '<token></token><a>1</a>', 'version 1.0.0.0 of 0.Abc', 'Key vaults: 2, codes: 3', 'status: 403, code: Forbidden',
    '{"name":"Contoso","value":"3"}', 'Keys: [1, 2]', '{"code":403,"state":1}', 'got a token - see below',
  ])('nothing is hidden in %j', (text) => {
    expect(withoutSecrets(text)).toBe(text);
  });
});

describe('A secret at random', () => {
  const plain = fc.stringMatching(/^[\w+/.~-]{0,40}$/u);
  const anything = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom('"', "'", '\\', '[', ']', '{', '}', '%', '&', ';', ',', ' ', ':', '=', '\n', 'a') }));
  const oneLine = anything.map((text) => text.replaceAll(/[\r\n]/gu, ' '));
  const jwt = (secret: string) => `eyJhbGci.eyJ${secret.replaceAll(/[^\w-]/gu, '')}.x`;

  it.each<[string, fc.Arbitrary<string>, (secret: string) => string]>([
    ['JSON', anything, (secret) => JSON.stringify({ client_secret: secret })],
    ['JSON in JSON', anything, (secret) => JSON.stringify({ body: JSON.stringify({ password: secret }) })],
    ['JSON in JSON in JSON', anything, (secret) => JSON.stringify([JSON.stringify([JSON.stringify({ access_token: secret })])])],
    ['an encoded address', anything, (secret) => `https://a.example/?x=${encodeURIComponent(JSON.stringify({ refresh_token: secret.toWellFormed() }))}`],
    ['an element of XML', oneLine.map((text) => text.replaceAll('<', '&lt;')), (secret) => `<a><accessToken xml:lang="x">${secret}</accessToken></a>`],
    ['a form', anything, (secret) => new URLSearchParams({ client_secret: secret, grant_type: 'x' }).toString()],
    ['a connection string', plain, (secret) => `AccountName=a;AccountKey=${secret};EndpointSuffix=x`],
    ['a sentence', oneLine, (secret) => `It did not work, password: ${secret}`],
    ['a private key', plain, (secret) => `read ${keyOf(secret)}`],
    ['a web token', plain, jwt],
    ['a refresh token of Entra', plain.map((text) => text.replaceAll(/[^\w-]/gu, '')), (secret) => `got 1.AXoA0123456789abcdef${secret} from there`],
    ['an array of JSON', anything, (secret) => JSON.stringify({ passwords: [secret, { a: secret }], next: 1 })],
    ['an object of JSON in JSON', anything, (secret) => JSON.stringify({ body: JSON.stringify({ secret: { value: secret, also: [secret] } }, undefined, 2) })],
    ['a name beside its value', anything, (secret) => JSON.stringify({ name: 'client_secret', value: secret })],
    ['a value before its name, in JSON in JSON', anything, (secret) => JSON.stringify({ body: JSON.stringify([{ value: secret, key: 'x-api-key' }]) })],
    ['the line after', oneLine, (secret) => `Password:\n${secret}`],
    ['a hash of Ruby', anything, (secret) => `{ :password => ${JSON.stringify(secret)} }`],
    ['an encoded address with blanks', anything, (secret) => encodeURIComponent(JSON.stringify({ password: [secret.toWellFormed()], secret: secret.toWellFormed() }, undefined, 1))],
    ['a form with JSON in it', anything, (secret) => new URLSearchParams({ a: JSON.stringify({ a: 1, password: secret }, undefined, 1) }).toString()],
    ['a header', plain, (secret) => `Authorization: Bearer ${secret}`],
    ['a cookie', oneLine, (secret) => `Set-Cookie: sid=${secret}`],
    ['an address with a password', plain.map((text) => text.replaceAll('/', '')), (secret) => `https://user:${secret}@host.example/`],
  ])('does not survive in %s, wherever that stands and whatever is cut', (_shape, secrets, written) => {
    fc.assert(fc.property(secrets, fc.nat(9000), (secret, length) => {
      const text = written(`hush${secret}hush`);
      expect(withoutSecrets(`before ${text}`)).not.toContain('hush');
      expect(textForTheLog(`${'. '.repeat(length / 2)}${text}\nafter`)).not.toContain('hush');
    }), { numRuns: 200 });
  });
});

describe('A hostile text comes to its end', () => {
  it.each([
    'token', 'token-', 'token ', 'token: ', 'token=', 'token"', `token:"`, `token:\\"`, '\\', '"', ' ', 'a://', '@', 'a@', 'eyJ', 'eyJ.', '0.A', '0.A-', 'Bearer ', 'cookie', 'cookie:\n',
    '-----BEGIN ', '-----BEGIN PRIVATE KEY', '-----END ', '1Q~', 'key=', '<password', '<password>', '<![CDATA[', '</', '%22', 'key%22%3A%22', 'access_', 'mot de passe ', '\u00a0', '\n',
    'token:[', 'token:{"', `token:['`, '[', '{', ']', `password:["\\`, 'name=password', 'name=password value=', '"value":"', '%20', 'token%20', '+', 'token=>', '&lt;', '&lt;password&gt;', 'password[', `b'`, '%5C', '=', ':',
  ])('of %j, a hundred thousand characters', (piece) => {
    expect(textForTheLog(piece.repeat(100_000 / piece.length)).length).toBeLessThanOrEqual(8001);
    expect(textForTheLog(`name=password ${piece.repeat(100_000 / piece.length)}`).length).toBeLessThanOrEqual(8001);
    expect(textForTheLog(`password${piece.repeat(100_000 / piece.length)}`).length).toBeLessThanOrEqual(8001);
  });

  it('and so does one of eighteen million', () => {
    expect(textForTheLog(`password=${'%20'.repeat(6_000_000)}`)).toMatch(/^password=(?:%20){0,40}\[hidden\]…$/u);
  });

  it('without half a secret, where it was too long to be read whole', () => {
    const secret = '.xY8Q~0123456789012345678901234hushHUSH';
    for (let before = 99_900; before < 100_010; before += 1) {
      expect(textForTheLog(`password="${'x'.repeat(before - 12)}" ${secret}`)).not.toMatch(/xY8|Q~0/u);
    }
  });
});
