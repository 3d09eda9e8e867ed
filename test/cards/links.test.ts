import { helpfulPage } from '../../src/cards/helpfulPage.ts';
import { applicationKeysLink, applicationLink, environmentLink, licencesLink, offersLink, solutionLink, userLink } from '../../src/cards/portals.ts';
import { setupCard } from '../../src/cards/setupCard.ts';
import { createTranslator } from '../../src/locales/index.ts';
import type { SetupRun } from '../../src/setup/run.ts';
import { say } from '../../src/setup/sentence.ts';
import { portals } from './gallery.ts';
import { now, runsWith, shortTexts, type StateName } from './runs.ts';
import { actionsOf } from './walk.ts';

const runs = runsWith(shortTexts);

const solutionFile = portals.leadWriterSolution;
const solutions = 'https://make.powerapps.com/environments/e0000000-0000-4000-8000-000000000001/solutions';
const applications = 'https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade';
const keys = 'https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/Credentials/appId/c0ffee00-0000-4000-8000-000000000002';
const environment = 'https://admin.powerplatform.microsoft.com/environments/environment/e0000000-0000-4000-8000-000000000001/hub';
const users = 'https://admin.microsoft.com/Adminportal/Home#/users';
const user = `${users}/:/UserDetails/05e00000-0000-4000-8000-000000000001`;
const deletedUsers = 'https://admin.microsoft.com/Adminportal/Home#/deletedusers';
const licences = 'https://admin.microsoft.com/Adminportal/Home#/licenses';
const offers = 'https://partner.microsoft.com/dashboard/marketplace-offers/overview';
const myRoles = 'https://entra.microsoft.com/#view/Microsoft_Azure_PIMCommon/ActivationMenuBlade/~/aadmigratedroles';

/** Every button of the card that opens a page. */
function linksOn(run: SetupRun): [unknown, unknown][] {
  const card = setupCard({ t: createTranslator('en'), locale: 'en', now, portals, revealOnCard: true, run });
  return actionsOf(card).filter(({ type }) => type === 'Action.OpenUrl').map(({ title, url }) => [title, url]);
}

describe('a step that is done by hand leads to its page', () => {
  it.each<[StateName, [string, string][]]>([
    ['solutionByHand', [['Download the solution', solutionFile], ['Open Power Apps', solutions]]],
    ['applicationByHand', [['Open Microsoft Entra', applications]]],
    ['roleByHand', [['Open Power Platform admin center', environment]]],
    ['keyByHand', [['Open the application’s keys', keys]]],
    ['serviceUserByHand', [[expect.any(String), user]]],
    ['licenceByHand', [[expect.any(String), user]]],
    ['userRoleByHand', [['Open Power Platform admin center', environment]]],
    ['passwordByHand', [[expect.any(String), user]]],
  ])('%s', (state, links) => {
    expect(linksOn(runs[state])).toEqual(links);
  });

  it('as far as ids are known', () => {
    expect(linksOn({ ...runs.serviceUserByHand, facts: {} }).map(([, url]) => url)).toEqual([users]);
    const typed = { url: 'https://contoso.crm4.dynamics.com', name: 'contoso.crm4.dynamics.com', isTest: false };
    expect(linksOn({ ...runs.solutionByHand, environment: typed }).map(([, url]) => url)).toEqual([solutionFile, 'https://make.powerapps.com']);
    expect(linksOn({ ...runs.roleByHand, environment: typed }).map(([, url]) => url)).toEqual(['https://admin.powerplatform.microsoft.com/environments']);
  });
});

describe('a page that helps is one click away', () => {
  it.each<[StateName, [string, string][]]>([
    ['prerequisitesToActivate', [['Open My roles', myRoles]]],
    ['prerequisitesWarned', []],
    ['userTaken', [['Open the list of users', users]]],
    ['userDeleted', [['Open the deleted users', deletedUsers]]],
    ['userWithoutCountry', [['Open the list of users', users]]],
    ['licenceNoStock', [['Open the licences', licences]]],
    ['handover', [['Open Partner Center', offers]]],
    ['passwordHandover', [['Open Partner Center', offers]]],
  ])('%s', (state, links) => {
    expect(linksOn(runs[state])).toEqual(links);
  });

  it.each([
    ['serviceUser.taken', users],
    ['serviceUser.adoptedMissing', users],
    ['serviceUser.adoptedDisabled', users],
    ['serviceUser.adoptedGuest', users],
    ['serviceUser.takenByDeleted', deletedUsers],
    ['licence.userGone', deletedUsers],
    ['licence.usageLocationMissing', users],
    ['licence.noStock', licences],
    ['licence.chosenGone', licences],
    ['userRole.disabled', users],
    ['userRole.missing', users],
    ['applicationUserAndRole.disabled', undefined],
    ['licence.billed', undefined],
  ])('%s is put right on %s', (key, url) => {
    expect(helpfulPage(portals, say(key))?.url).toBe(url);
  });
});

describe('the address of', () => {
  const { finished } = runs;

  it.each([
    ['an application', applicationLink(portals, 'a/b'), 'https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/Overview/appId/a%2Fb'],
    ['its keys', applicationKeysLink(portals, 'a/b'), 'https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/Credentials/appId/a%2Fb'],
    ['an environment', environmentLink(portals, finished.environment), environment],
    ['no environment', environmentLink(portals, undefined), 'https://admin.powerplatform.microsoft.com/environments'],
    ['an installed solution', solutionLink(portals, finished), `${solutions}/50000000-0000-4000-8000-000000000001`],
    ['a user', userLink(portals, 'a/b'), `${users}/:/UserDetails/a%2Fb`],
    ['licences', licencesLink(portals), licences],
    ['offers', offersLink(portals), offers],
  ])('%s', (_what, link, address) => {
    expect(link).toBe(address);
  });
});
