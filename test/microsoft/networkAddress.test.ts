import { isLoopbackAddress, isPublicAddress } from '../../src/microsoft/networkAddress.ts';

test.each(['20.190.128.1', '52.112.0.1', '2603:1026:c0a::1', '::ffff:20.190.128.1', '64:ff9b::20.190.128.1'])('%s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test.each([
  ['loopback', '127.0.0.1'],
  ['loopback', '127.255.255.254'],
  ['loopback', '::1'],
  ['cloud metadata', '169.254.169.254'],
  ['cloud metadata of another provider', '100.100.100.200'],
  ['cloud metadata over IPv6', 'fd00:ec2::254'],
  ['the host agent of Azure', '168.63.129.16'],
  ['private', '10.0.0.1'],
  ['private', '172.16.0.1'],
  ['private', '192.168.1.1'],
  ['carrier-grade NAT', '100.64.0.1'],
  ['multicast', '224.0.0.1'],
  ['broadcast', '255.255.255.255'],
  ['reserved', '240.0.0.1'],
  ['documentation', '192.0.2.1'],
  ['benchmarks', '198.18.0.1'],
  ['unspecified', '0.0.0.0'],
  ['unspecified', '::'],
  ['link-local', 'fe80::1'],
  ['link-local with a zone', 'fe80::1%eth0'],
  ['unique local', 'fc00::1'],
  ['site-local', 'fec0::1'],
  ['multicast', 'ff02::1'],
  ['documentation', '2001:db8::1'],
  ['not given out', '4000::1'],
  ['loopback, mapped', '::ffff:127.0.0.1'],
  ['loopback, mapped and written in hexadecimal', '::ffff:7f00:1'],
  ['loopback, compatible', '::127.0.0.1'],
  ['private behind NAT64', '64:ff9b::10.0.0.1'],
  ['NAT64 of a local network', '64:ff9b:1::20.190.128.1'],
  ['6to4', '2002:7f00:1::'],
  ['Teredo', '2001:0:1::'],
  ['no address', 'login.microsoftonline.com'],
  ['nothing', ''],
])('%s is not public: %s', (_what, address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each([
  ['127.0.0.1', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['10.0.0.1', false],
  ['localhost', false],
])('%s is this machine: %s', (address, expected) => {
  expect(isLoopbackAddress(address)).toBe(expected);
});
