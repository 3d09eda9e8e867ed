import { setupCard } from '../../src/cards/setupCard.ts';
import { createTranslator } from '../../src/locales/index.ts';
import { browserLinks, portals } from './gallery.ts';
import { now, runsWith, shortTexts } from './runs.ts';
import { strings } from './walk.ts';

const runs = runsWith(shortTexts);
const input = { t: createTranslator('en-US'), locale: 'en-US', now, portals, revealOnCard: true, browserLinks };
const namesOn = (card: object) => strings(card).filter((text) => /^(?:Microsoft Graph|Dynamics CRM|PowerApps Service|Azure Key Vault): /u.test(text));
const buttonsOf = (card: object) => [...JSON.stringify(card).matchAll(/"type":"Action\.(\w+)","title":"([^"]+)"/gu)].map(([, type, title]) => `${type} ${title}`);

describe('a setup that waits for consent', () => {
  it('says what is asked for before a way is chosen: what both need, and nothing that only one does', () => {
    expect(namesOn(setupCard({ ...input, run: runs.discoveryWantsConsent }))).toEqual([
      'Microsoft Graph: User.Read',
      'Microsoft Graph: User.ReadBasic.All',
      'Microsoft Graph: RoleManagement.Read.Directory',
      'Dynamics CRM: user_impersonation',
    ]);
  });

  it('says that more may be asked for, until a way is chosen', () => {
    const later = 'What only one way of setting up needs is asked for when that way is chosen.';
    expect([runs.discoveryWantsConsent, runs.stepWantsConsent].map((run) => strings(setupCard({ ...input, run })).includes(later))).toEqual([true, false]);
  });

  it('asks for a key vault only where one was named', () => {
    const inputs = { ...runs.stepWantsConsent.inputs, keyAndProof: { months: '24', vault: 'https://contoso.vault.azure.net' } };
    expect(namesOn(setupCard({ ...input, run: { ...runs.stepWantsConsent, inputs } }))).toContain('Azure Key Vault: user_impersonation');
    expect(namesOn(setupCard({ ...input, run: runs.stepWantsConsent }))).not.toContain('Azure Key Vault: user_impersonation');
  });

  it('of the way with a user says what that one needs, and nothing of the other', () => {
    const names = namesOn(setupCard({ ...input, run: runs.microsoft365WantsConsent }));
    expect(names).toContain('Microsoft Graph: LicenseAssignment.ReadWrite.All');
    expect(names).not.toContain('Microsoft Graph: Application.ReadWrite.All');
  });

  it.each([
    ['the environments', runs.discoveryWantsConsent],
    ['a step', runs.stepWantsConsent],
  ])('leads to the consent page first and goes on after it: %s', (_what, run) => {
    const buttons = buttonsOf(setupCard({ ...input, run }));
    expect(buttons.slice(0, 2)).toEqual(['OpenUrl Open the consent page', 'Execute I have consented']);
    expect(buttons).not.toContain('Execute Retry');
  });

  it('reads as waiting, with what support asks for', () => {
    const card = JSON.stringify(setupCard({ ...input, run: runs.stepWantsConsent }));
    expect(card).toContain('Waiting for consent');
    expect(card).toContain('AADSTS65001');
    expect(card).not.toContain('That did not work');
  });

  it('says where else it is given when browsers cannot reach the bot', () => {
    const card = setupCard({ ...input, browserLinks: undefined, run: runs.discoveryWantsConsent });
    expect(JSON.stringify(card)).toContain('Microsoft Entra admin center');
    expect(buttonsOf(card)[0]).toBe('Execute I have consented');
  });
});
