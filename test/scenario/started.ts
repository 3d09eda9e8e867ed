import { freePort } from '../freePort.ts';
import { type TenantHarness, startTenant } from '../sandbox/tenantHarness.ts';
import { type BotProcess, startBotProcess } from './botProcess.ts';
import { type Message, TeamsChat } from './teams.ts';

export interface Started {
  readonly tenant: TenantHarness;
  /** The process that was started last. */
  readonly bot: BotProcess;
  readonly chat: TeamsChat;
  readonly port: number;
  /** One more process, at the same place and on the same database. */
  restart(): Promise<void>;
  /** A new chat in the place of the one before. */
  openChat(): Promise<TeamsChat>;
}

export interface Beginning {
  /** Of the tenant, from before the bot is there. */
  readonly conditions?: object;
  /** More settings of the bot. */
  readonly settings?: (tenant: TenantHarness) => Readonly<Record<string, string>>;
}

/** For the tests of a `describe`: a tenant, the bot as a process of its own and a chat with it, which end with the last of them. */
export function started({ conditions, settings }: Beginning = {}): Started {
  let [port, tenant, bot, chat]: [number?, TenantHarness?, BotProcess?, TeamsChat?] = [];
  const here: Started = {
    get tenant() { return there(tenant); },
    get bot() { return there(bot); },
    get chat() { return there(chat); },
    get port() { return there(port); },
    restart: async () => {
      bot = await startBotProcess(here.port, { ...here.tenant.sandbox.botEnvironment, ...settings?.(here.tenant), DATA_DIR: here.tenant.dataDir });
    },
    openChat: async () => {
      await chat?.close();
      chat = await TeamsChat.open(here.tenant.sandbox.channelUrl);
      return chat;
    },
  };
  beforeAll(async () => {
    port = await freePort();
    tenant = await startTenant(`http://127.0.0.1:${port}/api/messages`);
    if (conditions) await tenant.control('conditions', conditions);
    await here.restart();
    await here.openChat();
  });
  afterAll(async () => {
    await bot?.kill();
    await chat?.close();
    await tenant?.close();
  });
  return here;
}

function there<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('Nothing is there before the first test');
  return part;
}

/** From the plan of the first step to a finished setup. */
export const approvals = ['Approve: install the solution', 'Approve: set up the application', 'Approve: give the account its role', 'Approve: make the key and test it'] as const;
export const toTheEnd = [...approvals, 'Show the values', 'I have entered the values'] as const;

/** A setup that asks for its first approval. */
export async function toSolutionPlan(chat: TeamsChat): Promise<Message> {
  await chat.say('set up leads');
  await chat.walk('Contoso', 'Use Microsoft Entra');
  return chat.until({ button: 'Approve: install the solution' });
}

/** How many imports were begun in this tenant. */
export async function importsBegun(tenant: TenantHarness): Promise<number> {
  const requests: { path: string }[] = (await tenant.control('requests')).json;
  return requests.filter(({ path }) => path.endsWith('/ImportSolutionAsync')).length;
}

/** What is live in the tenant, row by row. */
export async function liveIn(tenant: TenantHarness): Promise<object> {
  const { graph, dataverse } = (await tenant.control('state')).json;
  const { solutions, systemusers, roles, systemuserroles, leads } = dataverse.contoso;
  return { applications: graph.applications, servicePrincipals: graph.servicePrincipals, users: graph.users, solutions, systemusers, roles, systemuserroles, leads };
}
