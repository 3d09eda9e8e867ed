import { connectorsWithin, ServiceAddressRefused } from '../../src/bot/serviceAddresses.ts';

const connector = { connector: true };
const made: string[] = [];
const factory = {
  create: (serviceUrl: string) => {
    made.push(serviceUrl);
    return Promise.resolve(connector);
  },
};
const connectors = connectorsWithin(factory as never, (serviceUrl) => serviceUrl === 'https://ours.example/');

beforeEach(() => made.splice(0));

test('an answer goes to the channel’s own address', async () => {
  expect(await connectors.create('https://ours.example/', 'audience')).toBe(connector);
  expect(made).toEqual(['https://ours.example/']);
});

test('for any other address no connector is made, so that no token is asked for', async () => {
  await expect(connectors.create('https://elsewhere.example/', 'audience')).rejects.toThrow(ServiceAddressRefused);
  expect(made).toEqual([]);
});
