import type { Activity } from 'botbuilder';

import { admit, isGroup, tenantOf } from '../../src/bot/admission.ts';
import { alex } from '../setup/fixtures.ts';

// Only what admission reads of an activity.
const from = (more: object) =>
  ({ channelId: 'msteams', from: { id: '29:a', name: 'Alex', aadObjectId: alex.objectId, ...more }, conversation: { id: 'c', tenantId: alex.tenantId } }) as Activity;

test.each([['nothing', undefined], ['an empty id', ''], ['a path', '../me'], ['a name', 'alex@contoso.example'], ['more than an id', `${alex.objectId}/x`]])(
  'nobody is somebody by %s in place of an object id',
  (_what, aadObjectId) => {
    expect(admit(from({ aadObjectId }), alex.tenantId)).toEqual({ kind: 'refused', why: { key: 'bot.unknownPerson' } });
  },
);

test.each([
  ['Alex Admin', 'Alex Admin'],
  ['Alex\n\u202eAdmin\u0000', 'Alex Admin'],
  ['   ', alex.objectId],
  ['x'.repeat(900), `${'x'.repeat(255)}…`],
])('a name is one line of what can be seen, and no book: %j', (name, shown) => {
  expect(admit(from({ name }), alex.tenantId)).toMatchObject({ kind: 'person', person: { name: shown } });
});

test('somebody of the one organization is let in, in whatever letters its id is written', () => {
  const tenantId = alex.tenantId.toUpperCase();
  expect(admit({ ...from({}), conversation: { id: 'c', tenantId } } as Activity, alex.tenantId)).toEqual({
    kind: 'person', person: { tenantId, objectId: alex.objectId, channelUserId: '29:a', channelId: 'msteams', name: 'Alex' },
  });
});

test('somebody is the same person in whatever letters their id is written', () => {
  expect(admit(from({ aadObjectId: alex.objectId.toUpperCase() }), alex.tenantId)).toMatchObject({ kind: 'person', person: { objectId: alex.objectId } });
});

test.each([
  ['of another organization', { conversation: { id: 'c', tenantId: 'f0000000-0000-4000-8000-000000000001' } }, 'bot.otherTenant'],
  ['of another organization by the channel’s data', { conversation: { id: 'c' }, channelData: { tenant: { id: 'f0000000-0000-4000-8000-000000000001' } } }, 'bot.otherTenant'],
  ['of two organizations', { channelData: { tenant: { id: 'f0000000-0000-4000-8000-000000000001' } } }, 'bot.unknownPerson'],
  ['of another channel, where a client says who it is', { channelId: 'directline' }, 'bot.unknownPerson'],
  ['of no organization', { conversation: { id: 'c' } }, 'bot.unknownPerson'],
  ['without an address in the channel', { from: { id: '', name: 'Alex', aadObjectId: alex.objectId } }, 'bot.unknownPerson'],
  ['who is not there', { from: undefined }, 'bot.unknownPerson'],
])('nobody is let in %s', (_what, change, key) => {
  expect(admit({ ...from({}), ...change } as Activity, alex.tenantId)).toEqual({ kind: 'refused', why: { key } });
});

test('the organization stands in the conversation or in the channel’s data, and in both it has to be one', () => {
  const channelData = { tenant: { id: 'of the data' } };
  expect(tenantOf({ conversation: { tenantId: 'of the conversation' } as Activity['conversation'] })).toBe('of the conversation');
  expect(tenantOf({ conversation: { tenantId: 'of the conversation' } as Activity['conversation'], channelData })).toBeUndefined();
  expect(tenantOf({ conversation: { tenantId: 'OF THE DATA' } as Activity['conversation'], channelData })).toBe('OF THE DATA');
  expect(tenantOf({ conversation: {} as Activity['conversation'], channelData })).toBe('of the data');
  expect(tenantOf({ channelData })).toBe('of the data');
  expect(tenantOf({ channelData: { tenant: 7 } })).toBeUndefined();
  expect(tenantOf({})).toBeUndefined();
});

test.each([
  [{ isGroup: true, conversationType: 'personal' }, true],
  [{ conversationType: 'groupChat' }, true],
  [{ conversationType: 'channel' }, true],
  [{ isGroup: false, conversationType: 'personal' }, false],
])('%j is heard by more than one person: %s', (conversation, expected) => {
  expect(isGroup({ conversation } as Activity)).toBe(expected);
});
