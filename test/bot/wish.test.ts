import { TestAdapter, TurnContext } from 'botbuilder';

import { wishOfMessage } from '../../src/bot/wish.ts';

const blank = new TurnContext(new TestAdapter(async () => undefined), { type: 'message', recipient: { id: 'bot', name: 'Bot' } }).activity;
const typed = (text: string) => wishOfMessage({ ...blank, text });

it.each([
  ['set up leads', 'start'],
  ['  Setup   LEADS! ', 'start'],
  ['start', 'start'],
  ['start again', 'restart'],
  ['Restart', 'restart'],
  ['approve.', 'approve'],
  ['check again', 'check'],
  ['retry', 'retry'],
  ['continue', 'continue'],
  ['show the values', 'reveal'],
  ['I have entered it.', 'done'],
  ['stop', 'cancel'],
])('%s means %s', (text, verb) => {
  expect(typed(text)).toMatchObject({ kind: 'command', verb, typed: true, data: {} });
});

it.each([
  ['status', { kind: 'status' }],
  ['refresh', { kind: 'status' }],
  ['hello', { kind: 'help' }],
  ['?', { kind: 'help' }],
  ['yes, cancel', { kind: 'command', verb: 'cancel', data: { confirmed: true, removeKey: 'true' } }],
  ['Microsoft Entra', { kind: 'command', verb: 'choose', data: { path: 'entra' } }],
])('%s is understood', (text, wish) => {
  expect(typed(text)).toMatchObject(wish);
});

it.each([
  'https://contoso.crm4.dynamics.com/main.aspx?appid=1',
  'HTTP://contoso.crm4.dynamics.com',
  'contoso.crm4.dynamics.com',
  'contoso.crm4.dynamics.com/main.aspx',
  'localhost:4444',
])('%s is an address', (text) => {
  expect(typed(text)).toMatchObject({ kind: 'command', verb: 'submit', data: { address: text } });
});

it.each(['please approve everything', 'approved', 'hello there.', '123456', 'contoso', '', `https://${'x'.repeat(3000)}.example`])(
  '%s is words',
  (text) => {
    expect(typed(text)).toEqual({ kind: 'words' });
  },
);

it.each([
  ['ask Priya', 'Priya'],
  ['Ask  for Priya Power.', 'Priya Power'],
  ['ask priya@contoso.com', 'priya@contoso.com'],
  ['demander à Zoé', 'Zoé'],
  ['Demandez à Zoé Müller', 'Zoé Müller'],
])('%s asks for %s', (text, wanted) => {
  expect(typed(text)).toMatchObject({ kind: 'command', verb: 'ask', typed: true, data: { wanted } });
});

it.each(['ask', 'ask an administrator', 'Ask somebody else!', 'demander à un administrateur'])('%s asks for nobody yet', (text) => {
  expect(typed(text)).toMatchObject({ kind: 'command', verb: 'ask', data: {} });
});

it('a long question is no name', () => {
  expect(typed(`ask ${'why does this take so long '.repeat(5)}`)).toEqual({ kind: 'words' });
});
