import * as fc from 'fast-check';

import { environmentOrigin } from '../../src/microsoft/credentials.ts';
import { hostKind } from '../../src/microsoft/hosts.ts';
import { publicCloud } from '../../src/microsoft/index.ts';
import { isReachable, isServiceUrl } from '../../src/microsoft/cloud.ts';
import { isPublicAddress } from '../../src/microsoft/networkAddress.ts';
import { SetupError } from '../../src/setup/errors.ts';
import { environmentAddress } from '../../src/setup/environmentAddress.ts';

/** What people and attackers put around a good host. */
const good = fc.constantFrom('contoso.crm4.dynamics.com', 'contoso.crm.dynamics.com', 'smba.trafficmanager.net', 'smba.infra.gcc.teams.microsoft.com', 'webchat.botframework.com', 'login.microsoftonline.com');
const junk = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('.', '..', '%2e', '%00', '\t', '\n', '\r\n', '\u200b', '\u3002', '＠', '@', ':', ':443', ':8443', '/', '\\', '?', '#', '[::1]', 'а', 'ſ', 'K', '127.0.0.1', 'xn--', 'a'.repeat(64), 'A', '.attacker.example', 'user:password@', '//', 'http://', 'https://', 'HTTPS://', 'javascript:'),
);
const hosts = fc.oneof(
  fc.array(fc.oneof(good, junk), { maxLength: 6 }).map((parts) => parts.join('')),
  fc.domain(),
  fc.ipV4Extended(),
  fc.ipV6(),
  fc.string({ unit: 'binary', maxLength: 300 }),
);
const addresses = fc.oneof(hosts, hosts.map((host) => `https://${host}`), hosts.map((host) => `https://${host}/main.aspx?x=1`), fc.webUrl({ withQueryParameters: true, withFragments: true }));

/** Written here anew, without a regular expression that could share a mistake with the record's. */
function isEnvironment(host: string): boolean {
  const [name = '', region = '', ...rest] = host.split('.');
  const isRegion = region === 'crm' || (region.startsWith('crm') && region.length <= 5 && region.slice(3).split('').every((digit) => '0123456789'.includes(digit)));
  return name !== '' && name.length <= 63 && name.split('').every((letter) => 'abcdefghijklmnopqrstuvwxyz0123456789-'.includes(letter)) && isRegion && rest.join('.') === 'dynamics.com';
}

function isOfChannel(host: string): boolean {
  return ['smba.trafficmanager.net', 'smba.onyx.prod.teams.trafficmanager.net', 'smba.infra.gcc.teams.microsoft.com'].includes(host);
}

const times = { numRuns: 3000 };

test('a token is asked for no address but an environment’s of this cloud', () => {
  fc.assert(
    fc.property(addresses, (address) => {
      let origin: string;
      try {
        origin = environmentOrigin(publicCloud, address);
      } catch (error) {
        return error instanceof SetupError && error.code === 'E-REFUSED';
      }
      return origin.startsWith('https://') && isEnvironment(origin.slice('https://'.length));
    }),
    times,
  );
});

test('no other host is taken for an environment', () => {
  fc.assert(fc.property(hosts, (host) => (hostKind(publicCloud, host) === 'environment') === isEnvironment(host)), times);
});

test('what somebody types as an address is read or not, and never breaks', () => {
  fc.assert(
    fc.property(addresses, (address) => {
      const read = environmentAddress(address, (host) => hostKind(publicCloud, host));
      return read.kind === 'wrong' || (read.url.startsWith('https://') && isEnvironment(read.url.slice('https://'.length)));
    }),
    times,
  );
});

test('nothing is answered at an address that is none of the channel’s', () => {
  fc.assert(
    fc.property(addresses, (address) => {
      if (!isServiceUrl(publicCloud, address)) return true;
      const { protocol, host, username, password } = new URL(address);
      return protocol === 'https:' && isOfChannel(host) && username === '' && password === '';
    }),
    times,
  );
});

test('no connection leads to a host that is none of the cloud’s', () => {
  const called = new Set(['login.microsoftonline.com', 'graph.microsoft.com', 'globaldisco.crm.dynamics.com', 'api.bap.microsoft.com', 'login.botframework.com', 'api.botframework.com']);
  fc.assert(
    fc.property(hosts, fc.nat(65_535), (host, port) => {
      return !isReachable(publicCloud, host, port) || (port === 443 && (called.has(host) || isEnvironment(host) || isOfChannel(host)));
    }),
    times,
  );
});

test('whatever is written as an address is judged, and private ones never pass', () => {
  const private4 = fc.oneof(
    fc.tuple(fc.constantFrom(10, 127, 0), fc.nat(255), fc.nat(255), fc.nat(255)),
    fc.tuple(fc.constant(192), fc.constant(168), fc.nat(255), fc.nat(255)),
    fc.tuple(fc.constant(169), fc.constant(254), fc.nat(255), fc.nat(255)),
    fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), fc.nat(255), fc.nat(255)),
    fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), fc.nat(255), fc.nat(255)),
    fc.tuple(fc.integer({ min: 224, max: 255 }), fc.nat(255), fc.nat(255), fc.nat(255)),
  ).map((bytes) => bytes.join('.'));
  const wrapped = fc.constantFrom('', '::ffff:', '::', '64:ff9b::', '::ffff:0:');
  fc.assert(fc.property(wrapped, private4, (around, address) => !isPublicAddress(`${around}${address}`)), times);
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => typeof isPublicAddress(text) === 'boolean'), times);
});
