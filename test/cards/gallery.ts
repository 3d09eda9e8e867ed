import { actAsCard } from '../../src/cards/actAsCard.ts';
import type { BrowserLinks } from '../../src/cards/browserLinks.ts';
import type { AdaptiveCard } from '../../src/cards/card.ts';
import { groupHelpCard, groupSentenceCard, groupSetUpCard, groupStatusCard, groupWelcomeCard, groupWordsCard } from '../../src/cards/groupCards.ts';
import { historyCard } from '../../src/cards/historyCard.ts';
import { helpCard, movedCard, welcomeCard } from '../../src/cards/messageCards.ts';
import { questionCard } from '../../src/cards/questionCards.ts';
import { revealTaskCard } from '../../src/cards/revealTaskCard.ts';
import { setupCard } from '../../src/cards/setupCard.ts';
import { skipCard, waysCard, wholePlanCard } from '../../src/cards/waysCards.ts';
import { createTranslator } from '../../src/locales/index.ts';
import type { SetupRun } from '../../src/setup/run.ts';
import { say } from '../../src/setup/sentence.ts';
import { wholePlan } from '../../src/setup/wholePlan.ts';
import { oneOfEach } from '../history/records.ts';
import { askExhibits } from './askExhibits.ts';
import { now, planHash, runsWith, secret, type Texts } from './runs.ts';

export const portals = {
  entra: 'https://entra.microsoft.com',
  azure: 'https://portal.azure.com',
  powerPlatformAdmin: 'https://admin.powerplatform.microsoft.com',
  powerApps: 'https://make.powerapps.com',
  partnerCenter: 'https://partner.microsoft.com/dashboard',
  microsoft365Admin: 'https://admin.microsoft.com',
  leadWriterSolution: 'https://solutions.example/MicrosoftMarketplacesLeadIntegrationSolution_1_0_0_0_managed.zip',
  teams: 'https://teams.microsoft.com',
};

export const browserLinks: BrowserLinks = {
  proof: (runId, about) => `https://bot.example/sign-in/proof/${runId}/${about}`,
  otherAccount: (runId, askId) => `https://bot.example/sign-in/account/${runId}${askId ? `/${askId}` : ''}`,
  consent: () => 'https://login.microsoftonline.com/7d1c4e0a-93b5-4c62-8f0e-2a5b6c7d8e9f/v2.0/adminconsent',
};

export interface Exhibit {
  readonly name: string;
  readonly card: AdaptiveCard;
  /** The key may be on it. */
  readonly showsSecret?: boolean;
}

/**
 * Every card in every state, with these texts in it, in the language of this locale. A card or a state that is not here is neither tested
 * (sizes, words, buttons, escaping, accessibility, narrow windows) nor shown by `npm run cards`: whoever adds one adds it here or in runs.ts.
 */
export function gallery(texts: Texts, locale = 'en-US'): Exhibit[] {
  const runs = runsWith(texts);
  const speaker = { t: createTranslator(locale), locale, now };
  const input = { ...speaker, portals, revealOnCard: true, browserLinks };
  const living = Object.entries(runs).map(([name, run]) => ({ name, card: setupCard({ ...input, run }) }));
  const inTeams = { ...input, revealOnCard: false };
  const inGroup = { ...speaker, portals, botId: '28:5b2d7a10-8d4f-4b6a-9c3e-0f1a2b3c4d5e' };
  const notice = say('notice.alreadyApproved', { name: texts.person, at: '2026-11-22T14:03:00Z' });
  return [
    ...living,
    { name: 'notice', card: setupCard({ ...input, run: runs.applicationPlanned, notice }) },
    { name: 'revealedWithKey', card: setupCard({ ...input, run: runs.revealed, secret }), showsSecret: true },
    { name: 'handoverInTeams', card: setupCard({ ...inTeams, run: runs.handover }) },
    { name: 'revealedInTeams', card: setupCard({ ...inTeams, run: runs.revealed, secret }) },
    { name: 'revealTask', card: revealTaskCard({ ...inTeams, run: runs.revealed, viewer: runs.revealed.startedBy, secret }), showsSecret: true },
    { name: 'passwordRevealedWithPassword', card: setupCard({ ...input, run: runs.passwordRevealed, secret }), showsSecret: true },
    { name: 'passwordHandoverInTeams', card: setupCard({ ...inTeams, run: runs.passwordHandover }) },
    { name: 'passwordRevealTask', card: revealTaskCard({ ...inTeams, run: runs.passwordRevealed, viewer: runs.passwordRevealed.startedBy, secret }), showsSecret: true },
    { name: 'newKeyQuestion', card: questionCard({ ...input, run: runs.revealed }, { kind: 'newSecret', stepId: 'keyAndProof' }) },
    { name: 'newPasswordQuestion', card: questionCard({ ...input, run: runs.passwordHandover }, { kind: 'newSecret', stepId: 'passwordAndProof' }) },
    { name: 'newKeyInVaultQuestion', card: questionCard({ ...input, run: runs.handoverInVault }, { kind: 'newSecret', stepId: 'keyAndProof' }) },
    { name: 'cancelWithUser', card: questionCard({ ...input, run: runs.passwordHandover }, { kind: 'cancel' }) },
    { name: 'cancelAfterFailure', card: questionCard({ ...input, run: runs.keyRefused }, { kind: 'cancel' }) },
    { name: 'undoQuestion', card: questionCard({ ...input, run: runs.keyRefused }, { kind: 'undo' }) },
    { name: 'cancelUntouched', card: questionCard({ ...input, run: runs.prerequisitesPassed }, { kind: 'cancel' }) },
    { name: 'cancelDuringImport', card: questionCard({ ...input, run: { ...runs.cancelledDuringImport, status: 'active' } }, { kind: 'cancel' }) },
    { name: 'cancelWithKey', card: questionCard({ ...input, run: runs.handover }, { kind: 'cancel' }) },
    { name: 'ways', card: waysCard({ ...input, run: runs.solutionPlanned }, { kind: 'ways', stepId: 'solution', ways: ['manual', 'wholePlan', 'ask', 'actAs'] }) },
    { name: 'waysWithSkip', card: waysCard({ ...input, run: runs.keyPlanned }, { kind: 'ways', stepId: 'keyAndProof', ways: ['manual', 'wholePlan', 'skip', 'ask', 'actAs'] }) },
    { name: 'skip', card: skipCard({ ...input, run: runs.keyPlanned }, { kind: 'skip', stepId: 'keyAndProof', consequence: say('keyAndProof.skipped') }) },
    { name: 'wholePlan', card: wholePlanCard({ ...input, run: runs.solutionPlanned }, wholePlanOf(runs.solutionPlanned)) },
    { name: 'wholePlanLate', card: wholePlanCard({ ...input, run: runs.rolePlanned }, wholePlanOf(runs.rolePlanned)) },
    { name: 'wholePlanOnTypedAddress', card: wholePlanCard({ ...input, run: { ...runs.solutionPlanned, environment: runs.finishedOnTypedAddress.environment } }, wholePlanOf(runs.solutionPlanned)) },
    { name: 'wholePlanOfUser', card: wholePlanCard({ ...input, run: runs.userPlanned }, wholePlanOf(runs.userPlanned)) },
    { name: 'wholePlanOf365', card: wholePlanCard({ ...input, run: runs.serviceUserByHand }, wholePlanOf(withAdoptedUser(runs.serviceUserByHand))) },
    { name: 'continueOrRestart', card: questionCard({ ...input, run: runs.applicationPlanned }, { kind: 'continueOrRestart' }) },
    { name: 'continueOrRestartUnknown', card: questionCard({ ...input, run: runs.twoEnvironments }, { kind: 'continueOrRestart' }) },
    { name: 'actAs', card: actAsCard({ ...input, run: runs.prerequisitesBlocked }, { kind: 'actAs' }) },
    { name: 'proofWithoutAddress', card: setupCard({ ...input, browserLinks: undefined, run: runs.stepWantsProof }) },
    { name: 'consentWithoutAddress', card: setupCard({ ...input, browserLinks: undefined, run: runs.discoveryWantsConsent }) },
    { name: 'actAsWithoutAddress', card: questionCard({ ...input, browserLinks: undefined, run: runs.prerequisitesBlocked }, { kind: 'actAs' }) },
    { name: 'actAsAgain', card: questionCard({ ...input, run: runs.actingAs }, { kind: 'actAs', account: runs.actingAs.startedBy.actingAs?.name ?? '' }) },
    { name: 'waysActingAs', card: questionCard({ ...input, run: runs.actingAs }, { kind: 'ways', stepId: 'application', ways: ['manual', 'wholePlan', 'ask', 'actAs'] }) },
    ...askExhibits(texts, runs, input),
    { name: 'historyEmpty', card: historyCard({ ...speaker, run: runs.solutionPlanned, records: [], isPart: false }) },
    { name: 'historyBegun', card: historyCard({ ...speaker, run: runs.solutionPlanned, records: oneOfEach({ person: texts.person, other: texts.person }).slice(0, 12), isPart: false }) },
    { name: 'historyLong', card: historyCard({ ...speaker, run: runs.solutionPlanned, records: oneOfEach({ person: texts.person, other: texts.person }), isPart: false }) },
    { name: 'historyPart', card: historyCard({ ...speaker, run: runs.solutionPlanned, records: oneOfEach().filter(({ entry }) => entry.person), isPart: true }) },
    { name: 'help', card: helpCard(speaker) },
    { name: 'welcome', card: welcomeCard(speaker) },
    ...Object.entries(runs).map(([name, run]) => ({ name: `groupStatus.${name}`, card: groupStatusCard({ ...inGroup, run }) })),
    { name: 'groupStatus.none', card: groupStatusCard({ ...inGroup, run: undefined }) },
    { name: 'groupSetUp', card: groupSetUpCard(inGroup) },
    { name: 'groupHelp', card: groupHelpCard(inGroup) },
    { name: 'groupWords', card: groupWordsCard(inGroup) },
    { name: 'groupLanguage', card: groupSentenceCard(inGroup, say('bot.languageChanged')) },
    { name: 'groupWelcome', card: groupWelcomeCard(inGroup) },
    { name: 'moved', card: movedCard(speaker) },
  ];
}

function wholePlanOf(run: SetupRun) {
  return { kind: 'wholePlan', stepId: 'solution', planHash, shownHash: planHash, remaining: wholePlan(run) } as const;
}

/** Nothing is changed by its step, as far as is foreseen. */
function withAdoptedUser(run: SetupRun): SetupRun {
  return { ...run, inputs: { ...run.inputs, serviceUser: { ...run.inputs.serviceUser, adoptedName: 'leads@contoso.com' } } };
}
