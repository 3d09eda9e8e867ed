import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { started } from './started.ts';

jest.setTimeout(90_000);

describe('What goes on by itself after the bot was killed', () => {
  const here = started();
  const inDatabase = <T>(work: (database: DatabaseSync) => T): T => {
    const database = new DatabaseSync(join(here.tenant.dataDir, 'lead-setup.db'), { timeout: 5000 });
    try {
      return work(database);
    } finally {
      database.close();
    }
  };
  const jobs = () => inDatabase((database) => Number(database.prepare('select count(*) as count from jobs').get()?.['count']));
  /** How many messages there are more, and how often the bot said something, until nothing is left to do. */
  const told = async (act: () => Promise<void>) => {
    const [messages, sent] = [here.chat.messages.size, here.chat.received.length];
    await act();
    while (jobs() > 0) await new Promise((resolve) => { setImmediate(resolve); });
    return { posted: here.chat.messages.size - messages, sent: here.chat.received.length - sent };
  };

  test('is told once, by an update of the card that there is', async () => {
    await here.chat.say('set up leads');
    await here.chat.until({ button: 'Contoso' });
    await here.tenant.control('latency', { ms: 60_000 });
    await here.chat.click('Contoso');
    await here.bot.kill();
    await here.tenant.control('latency', { ms: 0 });
    expect(await told(here.restart)).toEqual({ posted: 0, sent: 1 });
    expect(here.chat.withButton('Use Microsoft Entra')).toBeDefined();
  });

  test('and was told, but not noted as told, is told again in the same place', async () => {
    const card = here.chat.withButton('Use Microsoft Entra');
    await here.bot.kill();
    inDatabase((database) => {
      const { id } = database.prepare('select id from runs').get() ?? {};
      database.prepare(`insert into jobs (id, run_id, task, state, not_before, leased_until, attempt) values ('told', ?, '{"kind":"checkPrerequisites"}', 'applied', 0, 0, 1)`).run(id ?? null);
    });
    expect(await told(here.restart)).toEqual({ posted: 0, sent: 1 });
    expect(here.chat.withButton('Use Microsoft Entra')).toEqual(card);
  });

  test('is nothing where nothing is left to do: nobody is told anything', async () => {
    await here.bot.kill();
    expect(await told(here.restart)).toEqual({ posted: 0, sent: 0 });
  });
});
