import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { started } from './started.ts';

jest.setTimeout(60_000);

describe('Somebody who comes back days later', () => {
  const here = started({ conditions: { importTakes: 'PT2S' } });

  /** The process is down meanwhile: everything that it wrote became that much older. */
  const daysPass = (days: number) => {
    const database = new DatabaseSync(join(here.tenant.dataDir, 'lead-setup.db'));
    const earlier = (text: string) => text.replaceAll(/"(\d{4}-\d\d-\d\dT[\d:.]+Z)"/gu, (_whole, at: string) => JSON.stringify(new Date(Date.parse(at) - days * 86_400_000).toISOString()));
    for (const { id, record } of database.prepare('select id, record from runs').all()) {
      database.prepare('update runs set record = ? where id = ?').run(earlier(String(record)), id ?? null);
    }
    // Another version has other dialogs: what it finds of the old ones means nothing to it.
    database.prepare(`update dialog_state set item = replace(item, 'setup.2', 'setup.0')`).run();
    database.close();
  };

  test('finds the setup where it was, and what was deleted in between planned again, with the reason', async () => {
    await here.chat.say('set up leads');
    await here.chat.walk('Contoso', 'Use Microsoft Entra', 'Approve: install the solution', 'Approve: set up the application', 'Approve: give the account its role');
    await here.chat.until({ button: 'Approve: make the key and test it' });
    await here.bot.kill();
    daysPass(3);
    const { graph } = (await here.tenant.control('state')).json;
    await here.tenant.graph('alex', 'DELETE', `/applications/${graph.applications[0].id}`);
    await here.restart();

    await here.chat.say('status');
    const card = await here.chat.until({ text: /is not there any more/u });
    expect(card.text).toContain('The application was set up, but is not there any more, or was changed since.');
    expect(card.actions.map(({ title }) => title)).toContain('Approve: set up the application');
  });

  test('and goes on from there to the end', async () => {
    await here.chat.walk('Approve: set up the application', 'Approve: give the account its role', 'Approve: make the key and test it', 'Show the values', 'I have entered the values');
    const { text } = await here.chat.until({ text: /can receive leads/u });
    expect(text).toContain('Validate');
    const { graph } = (await here.tenant.control('state')).json;
    expect(graph.applications).toHaveLength(1);
  });

  test('set up leads for the same environment finds what is there', async () => {
    await here.chat.say('set up leads');
    await here.chat.walk('Contoso', 'Use Microsoft Entra');
    const { text } = await here.chat.until({ text: /made by an earlier setup of this environment, will be used/u });
    expect(text).toMatch(/Solution\nDone at/u);
  });
});
