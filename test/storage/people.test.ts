import { aRun, temporaryStorage } from './sqliteStorage.ts';

const { startedBy } = aRun();
const called = (name: string, objectId: string, more: object = {}) => ({ ...startedBy, name, objectId, channelUserId: `29:${objectId}`, ...more });
let temporary: ReturnType<typeof temporaryStorage>;
let people: ReturnType<typeof temporary.open>['people'];

beforeEach(() => {
  temporary = temporaryStorage();
  people = temporary.open().people;
});
afterEach(() => temporary.remove());

const meet = (person: typeof startedBy, conversationId = `chat-of-${person.objectId}`) =>
  people.remember({ person, conversationId, reference: { conversation: { id: conversationId } } });
const names = (wanted: string, tenantId = 'tenant-1') => people.named(tenantId, wanted).map(({ person }) => person.name);

it.each(['Priya', 'priya power', 'Power PRIYA', 'pri', 'pow riya', '  priya  '])('somebody is found by %s', (wanted) => {
  meet(called('Priya Power', 'p'));
  meet(called('Tomas Tech', 't'));
  expect(names(wanted)).toEqual(['Priya Power']);
});

it.each(['', ' ', '%', '_', 'Priya Tech', "'"])('nobody is found by %j', (wanted) => {
  meet(called('Priya Power', 'p'));
  meet(called('Tomas Tech', 't'));
  expect(names(wanted)).toEqual([]);
});

it('accents do not matter on either side', () => {
  meet(called('Zoé Müller', 'z'));
  expect([names('zoe muller'), names('ZOÉ')]).toEqual([['Zoé Müller'], ['Zoé Müller']]);
});

it('people of another tenant are not found', () => {
  meet(called('Priya Power', 'p', { tenantId: 'tenant-2' }));
  expect(names('priya')).toEqual([]);
  expect(people.find('tenant-1', 'p')).toBeUndefined();
});

it('whoever is met again is known by their last name and chat', () => {
  meet(called('Priya Power', 'P'));
  meet(called('Priya Patel', 'p'), 'another-chat');
  expect(people.find('TENANT-1', 'p')).toEqual({ person: called('Priya Patel', 'p'), conversationId: 'another-chat' });
  expect(names('power')).toEqual([]);
  expect(people.referenceOf('another-chat')).toEqual({ conversation: { id: 'another-chat' } });
});

it('whoever removes the bot is forgotten, also after a restart', () => {
  meet(called('Priya Power', 'p'));
  people.forgetChat('chat-of-p');
  people = temporary.open().people;
  expect([names('priya'), people.find('tenant-1', 'p'), people.referenceOf('chat-of-p')]).toEqual([[], undefined, undefined]);
});

it('a name that many have gives the first few', () => {
  for (let count = 10; count < 30; count += 1) meet(called(`Priya ${count}`, `p${count}`));
  expect(names('priya')).toHaveLength(11);
  expect(names('priya')[0]).toBe('Priya 10');
});
