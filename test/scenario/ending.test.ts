import { started } from './started.ts';

jest.setTimeout(90_000);

describe('The bot, told to end while Microsoft does not answer', () => {
  const here = started();
  const statusOf = async (path: string) => (await fetch(`${here.bot.url}${path}`)).status;
  /** A turn comes first: the channel's keys are fetched with it. */
  const hangAfter = async (said: string, button: string) => {
    await here.chat.say(said);
    await here.chat.until({ button });
    await here.tenant.control('latency', { ms: 60_000 });
    await here.chat.click(button);
  };

  test('says so, takes no new turn, ends within ten seconds, and goes on at the next start', async () => {
    await hangAfter('set up leads', 'Contoso');
    const before = Date.now();
    const ended = here.bot.end();
    while ((await statusOf('/readyz')) === 200);
    expect(await statusOf('/healthz')).toBe(200);
    expect(await here.chat.trySaying('status')).toBe(503);
    expect(await ended).toBe(0);
    expect(Date.now() - before).toBeLessThan(10_000);

    await here.tenant.control('latency', { ms: 0 });
    await here.restart();
    const startedAt = Date.now();
    await here.chat.until({ button: 'Use Microsoft Entra' });
    // Sooner than a lease runs out.
    expect(Date.now() - startedAt).toBeLessThan(15_000);
    expect(here.bot.output()).not.toMatch(/"level":(?:50|60)/u);
  });

  test('a second time ends at once', async () => {
    await hangAfter('status', 'Use Microsoft Entra');
    here.bot.signal('SIGTERM');
    while ((await statusOf('/readyz')) === 200);
    const before = Date.now();
    expect(await here.bot.end()).toBe(1);
    expect(Date.now() - before).toBeLessThan(2000);
  });

  test('ends in order when nobody reads its log any more', async () => {
    await here.tenant.control('latency', { ms: 0 });
    await here.restart();
    here.bot.stopReading();
    const before = Date.now();
    expect(await here.bot.end()).toBe(0);
    expect(Date.now() - before).toBeLessThan(10_000);
  });
});
