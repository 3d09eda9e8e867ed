import { TestAdapter, TurnContext } from 'botbuilder';

import { wishOfClick, wishOfMessage, wishOfTask } from '../../src/bot/wish.ts';
import { languages, readWords } from '../../src/locales/written.ts';
import { type Verb, verbs } from '../../src/setup/commands/command.ts';
import { gallery } from '../cards/gallery.ts';
import { longTexts } from '../cards/runs.ts';
import { actionsOf, inputsOf, isNode } from '../cards/walk.ts';
import { alex, aRunWithSteps, planned } from '../setup/fixtures.ts';
import { type BotHarness, startBotHarness } from './botHarness.ts';

const blank = new TurnContext(new TestAdapter(async () => undefined), { type: 'message', recipient: { id: 'bot', name: 'Bot' } }).activity;
const ofMessage = (activity: object) => wishOfMessage({ ...blank, ...activity });

/** Verbs that nobody has to type, and why. */
const withoutWord: Partial<Record<Verb, string>> = {
  submit: 'the address itself is typed; other inputs stand on a card only',
  refresh: 'status shows the card as it is now',
};

const buttons = gallery(longTexts).flatMap(({ name, card }) =>
  actionsOf(card).filter(({ data }) => isNode(data)).map((action) => ({ action, inputs: inputsOf(card), where: `${name}, ${String(action['title']).slice(0, 60)}` })),
);
const ofType = (type: string) => buttons.filter(({ action }) => action['type'] === type);

describe('a button', () => {
  it.each(ofType('Action.Execute'))('means the same to a client without Action.Execute: $where', ({ action, inputs }) => {
    const { verb, fallback, associatedInputs } = action;
    const filled = associatedInputs === 'auto' ? Object.fromEntries(inputs.map(({ id, value }) => [String(id), answerTo(value)])) : {};
    const { verb: named, ...data } = { ...(fallback as { readonly data: { readonly verb?: unknown } }).data, ...filled };
    const wish = ofMessage({ value: { verb: named, ...data } });
    expect(wish).toEqual({ kind: 'command', verb, data: expect.objectContaining(data), typed: false });
    expect(wish).toEqual(wishOfClick({ action: { type: 'Action.Execute', verb, data: { verb, ...data } } }));
  });

  it.each(ofType('Action.Submit'))('that opens a dialog is understood: $where', ({ action: { data } }) => {
    expect(wishOfTask({ data })).toMatchObject({ kind: 'command', typed: false });
  });

  it('is there for most verbs', () => {
    const shown = new Set(buttons.map(({ action: { data } }) => (isNode(data) ? data['verb'] : undefined)));
    expect(shown.size).toBeGreaterThan(7);
  });
});

describe('as a plain message, over HTTP', () => {
  let bot: BotHarness;
  beforeAll(async () => {
    bot = await startBotHarness();
  });
  afterAll(() => bot.stop());

  it.each(verbs)('%s is answered, and was understood', async (verb) => {
    const conversation = { id: `a:${verb}`, conversationType: 'personal', tenantId: alex.tenantId };
    bot.storage.runs.create({ ...aRunWithSteps({ solution: planned }), id: verb, conversationId: conversation.id });
    bot.sent();
    await bot.post({ type: 'message', replyToId: 'card-1', value: { verb, runId: verb, stepId: 'solution', planHash: 'hash-1' }, conversation });
    const sent = bot.sent();
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.join('\n')).not.toMatch(/older version of the bot|Something went wrong/u);
  });
});

describe.each(languages.filter(readWords))('typed in %s', (language) => {
  const words = Object.values(readWords(language) as Record<string, string[]>).flat();
  const typed = words.map((text) => ofMessage({ text }));

  it.each(verbs)('%s has a word, or a reason to have none', (verb) => {
    const hasWord = typed.some((wish) => wish.kind === 'command' && wish.verb === verb && wish.typed);
    expect(hasWord).toBe(withoutWord[verb] === undefined);
  });
});

/** What an input sends that nobody has touched, else something. */
function answerTo(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : '24';
}
