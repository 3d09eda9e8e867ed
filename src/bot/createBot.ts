import { ConversationState, type Storage } from 'botbuilder';
import type { Server } from 'restify';

import { AskedConversation } from '../dialogs/askedConversation.ts';
import { SetupConversation } from '../dialogs/setupConversation.ts';
import type { Log } from '../log.ts';
import type { AuditTrail } from '../setup/ports/stores.ts';
import type { Clock } from '../setup/ports/tools.ts';
import type { SetupRun } from '../setup/run.ts';
import type { Setups } from '../setup/setups.ts';
import type { AskedPlaces } from '../storage/askedPlaces.ts';
import type { ConversationPlaces } from '../storage/conversationPlaces.ts';
import type { LanguageChoices } from '../storage/languageChoices.ts';
import type { People } from '../storage/people.ts';
import type { SignInExchanges } from '../storage/signInExchanges.ts';
import { AccountDesk } from './accountDesk.ts';
import type { Accounts } from './accounts.ts';
import type { ChannelAdapter } from './adapter.ts';
import { AskedCards } from './askedCards.ts';
import { AskedDesk } from './askedDesk.ts';
import { ConversationLocks } from './conversationLocks.ts';
import { ChannelPace } from './channelPace.ts';
import type { LanguageFor } from './language.ts';
import { HistoryDesk } from './historyDesk.ts';
import { LeadSetupBot } from './leadSetupBot.ts';
import { LivingCards } from './livingCards.ts';
import { createNotifier, type Notifier, type NotifierParts } from './notifier.ts';
import { createBotServer, type ServerParts } from './server.ts';
import { lettingGoOfOthers } from './ownAccountAgain.ts';
import { withRefusalsLogged } from './refusedWishes.ts';
import { endOverdueSignIns } from './signInSweep.ts';
import { signOutAfter, type SignOutParts } from './signOut.ts';
import { addSignInPages, type SignInPagesParts } from './pages/signInPages.ts';
import { TurnLimits } from './turnLimits.ts';
import { UnderWay } from './underWay.ts';
import type { UserTokens } from './userTokens.ts';

export interface CreateBotParts {
  readonly adapter: ChannelAdapter;
  readonly setups: Setups;
  readonly runs: SignOutParts['runs'];
  readonly jobs: SignOutParts['jobs'];
  readonly audit: AuditTrail;
  readonly places: ConversationPlaces;
  readonly languageChoices: LanguageChoices;
  readonly signInExchanges: SignInExchanges;
  readonly people: People;
  readonly askedPlaces: AskedPlaces;
  readonly dialogState: Storage;
  readonly userTokens: UserTokens;
  /** Undefined in an installation without a public address. */
  readonly browser?: Pick<SignInPagesParts, 'accounts' | 'publicUrl'> | undefined;
  /** Sign-ins made in a browser; undefined in an installation without a public address. */
  readonly accounts?: Accounts | undefined;
  /** Drops what is kept in memory of a person's tokens. */
  readonly forgetTokens: SignOutParts['forgetTokens'];
  readonly languageFor: LanguageFor;
  /** The one tenant that this bot serves. */
  readonly tenantId: string;
  /** Of the token service; undefined when nobody can sign in here. */
  readonly connectionName: string | undefined;
  /** Whether the key may be the answer to a click; else it is shown in a task module only. */
  readonly revealOnCard: boolean;
  readonly isReady: () => boolean;
  readonly isWritable: () => boolean;
  readonly clock: Clock;
  readonly log: Log;
  /** For tests; the process's own timers else. */
  readonly later?: NotifierParts['later'];
  readonly limits?: TurnLimits;
}

export interface Bot {
  /** Not listening yet. */
  readonly server: Server;
  readonly notifier: Notifier;
  /** Resolves when the turns that are in hand have ended. */
  readonly turnsEnded: () => Promise<void>;
  /** Signs out whoever has left a setup alone. Never rejects. */
  readonly endOverdueSignIns: () => Promise<void>;
}

/** Puts together everything that speaks Bot Framework. */
export function createBot(given: CreateBotParts): Bot {
  const parts = { ...given, setups: lettingGoOfOthers(withRefusalsLogged(given.setups, given.log), given) };
  const { adapter, connectionName, later = afterwards } = parts;
  const state = new ConversationState(parts.dialogState);
  const askedCards = new AskedCards(parts);
  const askedConversation = new AskedConversation(state, connectionName ?? '');
  const accountDesk = new AccountDesk(parts);
  const signOut = (run: SetupRun) => signOutAfter(parts, run);
  const shared = {
    ...parts,
    accountDesk,
    askedCards,
    askedDesk: new AskedDesk({ ...parts, askedCards, accountDesk, askedConversation, signOut }),
    historyDesk: new HistoryDesk(parts),
    state,
    later,
    conversation: new SetupConversation(state, connectionName ?? ''),
    livingCards: new LivingCards(parts),
    locks: new ConversationLocks(),
    limits: parts.limits ?? new TurnLimits(),
    pace: new ChannelPace(parts.clock),
    canSignIn: connectionName !== undefined,
    signOut,
  };
  const bot = new LeadSetupBot(shared);
  const turns = new UnderWay();
  const channel: Pick<ServerParts, 'authenticate' | 'receive'> = {
    authenticate: (authorization) => adapter.authenticate(authorization),
    receive: (token, activity) => turns.add(adapter.receive(token, activity, (context) => bot.run(context))),
  };
  const server = createBotServer({ ...parts, ...channel });
  if (parts.browser) addSignInPages(server, { ...parts, ...parts.browser });
  return { server, notifier: createNotifier({ ...shared, bot }), turnsEnded: () => turns.ended(), endOverdueSignIns: () => endOverdueSignIns(parts) };
}

function afterwards(work: () => void, ms: number): () => void {
  const timer = setTimeout(work, ms).unref();
  return () => clearTimeout(timer);
}
