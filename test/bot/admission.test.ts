import type { Activity } from 'botbuilder';

import { admit } from '../../src/bot/admission.ts';
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
