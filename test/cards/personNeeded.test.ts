import { askedCard } from '../../src/cards/askedCard.ts';
import { setupCard } from '../../src/cards/setupCard.ts';
import { standingOf } from '../../src/cards/standing.ts';
import { createTranslator } from '../../src/locales/index.ts';
import type { SetupRun } from '../../src/setup/run.ts';
import { browserLinks, portals } from './gallery.ts';
import { now, runsWith, shortTexts } from './runs.ts';

const runs = runsWith(shortTexts);
const input = { t: createTranslator('en-US'), locale: 'en-US', now, portals, revealOnCard: true, browserLinks };
const textOf = (card: object) => JSON.stringify(card);
const buttonsOf = (card: object) => [...textOf(card).matchAll(/"type":"Action\.(\w+)","title":"([^"]+)"(?:,"url":"([^"]+)")?/gu)].map(([, type, title, url]) => [type, title, url].filter(Boolean).join(' '));

const { solution: proofless } = runs.stepWantsProof.steps;
if (proofless.status !== 'failed' || !proofless.approval) throw new Error('The step was approved before it waited');
const claimsApproval = proofless.approval;

describe('a part of a setup that waits for a proof', () => {
  it.each([
    ['the environments', 'discovery', runs.discoveryWantsProof],
    ['the prerequisites', 'prerequisites', runs.prerequisitesWantProof],
    ['a step', 'solution', runs.stepWantsProof],
  ] as const)('offers the browser first and Retry second: %s', (_what, about, run) => {
    const card = setupCard({ ...input, run });
    expect(buttonsOf(card).slice(0, 2)).toEqual([`OpenUrl Sign in https://bot.example/sign-in/proof/${run.id}/${about}`, 'Execute Retry']);
    expect(textOf(card)).toContain('One more proof is needed');
    expect(textOf(card).match(/"style":"positive"/gu)).toHaveLength(1);
    expect(textOf(card)).toMatch(/"title":"Sign in","url":"[^"]+","style":"positive"/u);
    expect(textOf(card)).not.toContain('That did not work');
  });

  it('shows what support asks for, and neither Microsoft’s words nor the claims', () => {
    const card = textOf(setupCard({ ...input, run: runs.stepWantsProof }));
    expect(card).toContain('AADSTS50076');
    expect(card).toContain('E-CLAIMS k3v9q2');
    expect(card).not.toContain(shortTexts.message);
    expect(card).not.toContain('polids');
  });

  it('stands in the list, and for others, as waiting', () => {
    expect(textOf(setupCard({ ...input, run: runs.stepWantsProof }))).toContain('Waiting for a sign-in');
    expect(standingOf(runs.stepWantsProof).open).toEqual([expect.objectContaining({ section: 'solution', how: 'waiting' })]);
    expect(standingOf(runs.discoveryWantsProof).open).toEqual([expect.objectContaining({ section: 'environment', how: 'waiting' })]);
    expect(standingOf(runs.solutionFailed).open).toContainEqual(expect.objectContaining({ section: 'solution', how: 'trouble' }));
  });

  it('says who must set the address where browsers cannot reach the bot', () => {
    const card = setupCard({ ...input, browserLinks: undefined, run: runs.stepWantsProof });
    expect(textOf(card)).toContain('PUBLIC_URL');
    expect(buttonsOf(card)[0]).toBe('Execute Retry');
  });
});

describe('a sign-in that is gone', () => {
  it('in the middle of a step stands in the list, and for others, as waiting', () => {
    const applying = { ...claimsApproval, status: 'applying', signInLost: { since: '2026-11-22T14:05:00Z', errorId: 'k3v9q2' } } as const;
    const run = { ...runs.stepWantsProof, steps: { ...runs.stepWantsProof.steps, solution: applying } };
    expect(textOf(setupCard({ ...input, run }))).toContain('Waiting for a sign-in');
    expect(standingOf(run).open).toEqual([expect.objectContaining({ section: 'solution', how: 'waiting', since: '2026-11-22T14:05:00Z' })]);
  });

  it('of the own account is asked for by single sign-on, not by a browser', () => {
    const card = setupCard({ ...input, run: runs.stepWantsSignIn });
    expect(textOf(card)).toContain('Please sign in again');
    expect(buttonsOf(card)[0]).toBe('Execute Retry');
  });

  it('of another account is made anew in the browser', () => {
    const card = setupCard({ ...input, run: runs.stepWantsOtherAccount });
    expect(buttonsOf(card)[0]).toContain('/sign-in/proof/');
    expect(textOf(card)).toContain(`The sign-in as ${shortTexts.person} is over`);
  });
});

describe('an undo', () => {
  it.each([['that is planned', runs.undoPlanned], ['that has failed', runs.undoFailed], ['that could not be planned', runs.undoNotPlanned]])('%s may be done as another account, where a browser reaches the bot', (_what, run) => {
    const buttons = buttonsOf(setupCard({ ...input, run }));
    expect(buttons).toContain('Execute Use my admin account');
    expect(buttons.filter((title) => !title.startsWith('Submit')).length).toBeLessThanOrEqual(6);
    expect(buttonsOf(setupCard({ ...input, browserLinks: undefined, run })).join()).not.toContain('admin account');
  });
});

describe('somebody who was asked', () => {
  const priya = { ...runs.stepWantsProof.startedBy, objectId: 'a1e10000-0000-4000-8000-000000000002', channelUserId: '29:priya', name: 'Priya Power' };
  const ask = { id: 'ask1', about: 'application', wanted: 'Priya', askedBy: runs.stepWantsProof.startedBy, askedAt: '2026-11-22T14:00:00Z', status: 'open', signedIn: true, person: priya } as const;
  const claims = runs.stepWantsProof.steps.solution;
  if (claims.status !== 'failed') throw new Error('The step waits for a proof');
  const wantedOf = (person: string): SetupRun => {
    const application = { status: 'failed', at: claims.at, failure: { ...claims.failure, person } } as const;
    return { ...runs.applicationPlanned, asks: [ask], steps: { ...runs.applicationPlanned.steps, application } };
  };

  it('proves who they are on their own card, while whoever asked waits for them', () => {
    const run = wantedOf(priya.objectId);
    expect(buttonsOf(askedCard({ ...input, run, ask }))[0]).toBe(`OpenUrl Sign in https://bot.example/sign-in/proof/${run.id}/application`);
    expect(textOf(setupCard({ ...input, run }))).toContain('Waiting for Priya Power');
  });

  it('may use another account for a plan that is shown to them, where a browser reaches the bot', () => {
    const run = { ...runs.applicationPlanned, asks: [ask] };
    const buttons = buttonsOf(askedCard({ ...input, run, ask })).filter((title) => !title.startsWith('Submit'));
    expect(buttons.slice(0, 5)).toEqual(['Execute Approve: set up the application', 'ToggleVisibility Details', 'ToggleVisibility Change details', 'Execute Use my admin account', 'Execute Decline']);
    expect(buttonsOf(askedCard({ ...input, browserLinks: undefined, run, ask })).join()).not.toContain('admin account');
    const toTick = { ...ask, about: 'solution' } as const;
    expect(buttonsOf(askedCard({ ...input, run: { ...runs.solutionWithCode, asks: [toTick] }, ask: toTick })).filter((title) => title === 'Execute Use my admin account')).toHaveLength(1);
    expect(buttonsOf(askedCard({ ...input, run: { ...runs.applicationApplying, asks: [ask] }, ask })).join()).not.toContain('admin account');
  });

  it('is told to wait where the proof is of whoever asked, who has the button', () => {
    const run = wantedOf(ask.askedBy.objectId);
    const theirs = askedCard({ ...input, run, ask });
    expect(buttonsOf(theirs)[0]).toBe('Execute Retry');
    expect(textOf(theirs)).toContain(`Microsoft asks ${ask.askedBy.name} to sign in again`);
    expect(buttonsOf(setupCard({ ...input, run }))[0]).toBe(`OpenUrl Sign in https://bot.example/sign-in/proof/${run.id}/application`);
  });
});

describe('looking for somebody', () => {
  const { startedBy } = runs.handover;
  const { solution: consentless } = runs.stepWantsConsent.steps;
  const failureOf = (state: typeof proofless | typeof consentless) => (state.status === 'failed' ? state.failure : undefined);
  const looked = (about: 'partnerCenter' | 'application', failure: ReturnType<typeof failureOf>): SetupRun => {
    const run = about === 'partnerCenter' ? runs.handover : runs.applicationPlanned;
    return { ...run, asks: [{ id: 'ask1', about, wanted: 'Priya', askedBy: startedBy, askedAt: '2026-11-22T14:00:00Z', status: 'nobody', signedIn: false, ...(failure && { failure }) }] };
  };

  it.each(['partnerCenter', 'application'] as const)('that wants a proof offers the browser: %s', (about) => {
    const run = looked(about, failureOf(proofless));
    const card = setupCard({ ...input, run });
    expect(buttonsOf(card)[0]).toBe(`OpenUrl Sign in https://bot.example/sign-in/proof/${run.id}/${about}`);
    expect(textOf(card)).toContain('One more proof is needed');
  });

  it.each(['partnerCenter', 'application'] as const)('that wants consent leads to its page, and looks again for the same: %s', (about) => {
    const run = looked(about, failureOf(consentless));
    const card = setupCard({ ...input, run });
    expect(buttonsOf(card).slice(0, 2)).toEqual([expect.stringMatching(/^OpenUrl Open the consent page https:/u), 'Execute I have consented']);
    expect(textOf(card)).toContain('"verb":"ask"');
    expect(textOf(card)).toContain('"wanted":"Priya"');
    expect(textOf(card).match(/"style":"positive"/gu)).toHaveLength(1);
  });
});
