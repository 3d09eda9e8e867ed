import { freePort } from '../freePort.ts';
import { startTenant } from '../sandbox/tenantHarness.ts';
import { type BotProcess, startBotProcess } from './botProcess.ts';
import { secretsIn, secretsOf, storedBytes } from './secretSearch.ts';
import { TeamsChat } from './teams.ts';

const quick = {
  importTakes: 'PT0S',
  replication: { applicationToServicePrincipal: 'PT0S', filter: 'PT0S', applicationToToken: 'PT0S', keyToToken: 'PT0S', servicePrincipalToDataverse: 'PT0S', applicationUser: 'PT0S' },
  microsoft365: { licenceEffective: 'PT0S', userSync: 'PT0S' },
};

/** A tenant that is quick, the bot as a process that tells as much as it can, a chat, and the search in all that it left. */
export async function startSearched() {
  const port = await freePort();
  const tenant = await startTenant(`http://127.0.0.1:${port}/api/messages`);
  await tenant.control('conditions', quick);
  const outputs: BotProcess[] = [];
  const start = async () => {
    const bot = await startBotProcess(port, { ...tenant.sandbox.botEnvironment, DATA_DIR: tenant.dataDir, LOG_LEVEL: 'debug' });
    outputs.push(bot);
  };
  await start();
  const chat = await TeamsChat.open(tenant.sandbox.channelUrl);
  const revealing = new Set<string>();
  /** Of before the tenant was made anew. */
  const earlier: string[] = [];

  const walk = async (path: string, last: string) => {
    await chat.say('set up leads');
    await chat.until({ button: 'Contoso' });
    await chat.click('Contoso');
    await chat.until({ button: path });
    await chat.click(path);
    await chat.until({ button: 'Approve: install the solution' });
    await chat.click('Approve: install the solution');
    const titles = path === 'Use Microsoft Entra' ? ['Approve: set up the application', 'Approve: give the account its role'] : ['Approve: create the user', 'Approve: assign the licence', 'Approve: give the user its role'];
    if (!titles.includes(last)) await chat.walk(...titles);
    await chat.until({ button: last });
  };

  return {
    tenant,
    chat,
    toKey: () => walk('Use Microsoft Entra', 'Approve: make the key and test it'),
    toUser: () => walk('Use a Microsoft 365 user', 'Approve: create the user'),
    toPassword: () => walk('Use a Microsoft 365 user', 'Approve: test the account'),
    /** The one answer that may hold a secret, kept out of the search; answers with its text. */
    reveal: async (button = 'Show the values') => {
      const { text } = await chat.click(button);
      revealing.add(chat.answered.at(-1) ?? '');
      return text;
    },
    kill: () => outputs.at(-1)!.kill(),
    restart: start,
    /** The tenant is as at the start, and the bot as it is. */
    resetTenant: async () => {
      earlier.push(...(await secretsOf(tenant)).secrets);
      await tenant.control('reset', {});
      await tenant.control('conditions', quick);
    },
    /** Everything that is left, and where of it a secret stands; with how many secrets were looked for. */
    search: async () => {
      const { secrets: present, shownBySandbox } = await secretsOf(tenant);
      const secrets = [...earlier, ...present];
      const log = outputs.map((bot) => bot.output()).join('');
      const answers = chat.answered.filter((answer) => !revealing.has(answer)).join('\n');
      const places = { log, 'what was sent to the chat': chat.received.join('\n'), 'how it was sent to the chat': chat.heads.join('\n'), 'answers to clicks': answers, ...storedBytes(tenant.dataDir), ...shownBySandbox };
      return { found: secretsIn(places, secrets), secrets, places };
    },
    close: async () => {
      await outputs.at(-1)!.kill();
      await chat.close();
      await tenant.close();
    },
  };
}
