import { setupCard } from '../../src/cards/setupCard.ts';
import { createTranslator } from '../../src/locales/index.ts';
import type { SetupRun } from '../../src/setup/run.ts';
import { browserLinks, portals } from './gallery.ts';
import { now, runsWith, shortTexts } from './runs.ts';

const runs = runsWith(shortTexts);
const input = { t: createTranslator('en-US'), locale: 'en-US', now, portals, revealOnCard: true, browserLinks };
const textOf = (run: SetupRun) => JSON.stringify(setupCard({ ...input, run }));
const buttonsOf = (text: string) => [...text.matchAll(/"type":"Action\.(?!Submit)(\w+)","title":"([^"]+)"(?:,"url":"([^"]+)")?/gu)].map(([, type, title, url]) => [type, title, url].filter(Boolean).join(' '));

describe('The card of a check that waits for the person', () => {
  it('leads to the proof with what Microsoft asked for, and is no failure', () => {
    const text = textOf(runs.checkWantsProof);
    expect(buttonsOf(text)).toEqual([`OpenUrl Sign in https://bot.example/sign-in/proof/${runs.checkWantsProof.id}/check`, 'Execute Retry', 'Execute Use my admin account', 'Execute Do not check']);
    expect(text).toContain('One more proof is needed');
    expect(text).not.toContain('That did not work');
    expect(text).not.toContain('polids');
  });

  it('leads to consent and back, and can end with what was read', () => {
    const text = textOf(runs.checkWantsConsent);
    expect(buttonsOf(text)).toEqual([expect.stringMatching(/^OpenUrl Open the consent page https:/u), 'Execute I have consented', 'Execute Use my admin account', 'Execute Show what could be read']);
    expect(text).toContain('3 of 8 parts could be read');
  });

  it('asks for the sign-in by single sign-on, and in the browser where it is of another account', () => {
    expect(buttonsOf(textOf(runs.checkWantsSignIn))[0]).toBe('Execute Retry');
    const other = textOf(runs.checkWantsOtherAccount);
    expect(buttonsOf(other)[0]).toBe(`OpenUrl Sign in https://bot.example/sign-in/proof/${runs.checkWantsOtherAccount.id}/check`);
    expect(other).toContain(`Acting as ${shortTexts.person}`);
  });
});

describe('The card of a check', () => {
  it.each([['before the sign-in', runs.checkSigningIn], ['where a part may not be read', runs.checkUnknown], ['where nothing could be read', runs.checkFailed]])('offers another account %s', (_when, run) => {
    expect(buttonsOf(textOf(run))).toContain('Execute Use my admin account');
    expect(JSON.stringify(setupCard({ ...input, browserLinks: undefined, run }))).not.toContain('Use my admin account');
  });

  it('offers no other account where everything could be read', () => {
    expect(textOf(runs.checkRight)).not.toContain('Use my admin account');
  });

  it.each([['everything is right', runs.checkRight], ['something differs', runs.checkDiffers], ['it could not be checked', runs.checkFailed]])('keeps the links of the receipt where %s', (_how, run) => {
    const text = textOf(run);
    expect(buttonsOf(text)).toContain('ToggleVisibility What was made');
    const links = [...textOf(runs.finished).matchAll(/\]\((https:[^)]+)\)/gu)].map(([, url]) => url);
    expect(links.length).toBeGreaterThan(3);
    for (const url of links) expect(text).toContain(`](${url})`);
    expect(text).toContain(portals.partnerCenter);
    expect(buttonsOf(text).length).toBeLessThanOrEqual(6);
  });
});
