import { questionCard } from '../../src/cards/questionCards.ts';
import { setupCard } from '../../src/cards/setupCard.ts';
import { createTranslator } from '../../src/locales/index.ts';
import type { SetupRun } from '../../src/setup/run.ts';
import { say } from '../../src/setup/sentence.ts';
import { portals } from './gallery.ts';
import { now, planHash, runsWith, secret, shortTexts, type StateName } from './runs.ts';
import { actionsOf, inputsOf, nodes, strings } from './walk.ts';

const runs = runsWith(shortTexts);
const input = { t: createTranslator('en-US'), locale: 'en-US', now, portals, revealOnCard: true };

function show(run: SetupRun, more: object = {}) {
  return setupCard({ ...input, run, ...more });
}

function titlesOf(run: SetupRun): unknown[] {
  return actionsOf(show(run)).map(({ title }) => title);
}

function textOf(card: unknown): string {
  return strings(nodes(card).map(({ text }) => text)).join('\n');
}

/** The text of the innermost box of this style that says it. */
function boxWith(card: unknown, style: string, text: string): string | undefined {
  return nodes(card).filter((node) => node['style'] === style && node['type'] === 'Container').map(textOf).find((inner) => inner.includes(text));
}

/** The plan for this user, where two domains can be chosen. */
function planOf(userName: string, country: string): SetupRun['steps']['serviceUser'] {
  const state = runs.userPlanned.steps.serviceUser;
  if (state.status !== 'planned') throw new Error('It is planned');
  const facts = [
    { label: say('serviceUser.factUserName'), value: userName },
    { label: say('serviceUser.factUsageLocation'), value: country },
  ];
  return { ...state, plan: { ...state.plan, facts } };
}

describe('the choice of the way', () => {
  it('says what is against a password before it is taken, and leaves both open with warnings', () => {
    const box = boxWith(show(runs.prerequisitesWarned), 'emphasis', 'Microsoft 365 user');
    for (const words of ['Not recommended', 'deprecated', 'every 90 days', 'which Microsoft bills']) expect(box).toContain(words);
    expect(titlesOf(runs.prerequisitesWarned).slice(0, 2)).toEqual(['Use Microsoft Entra', 'Use a Microsoft 365 user']);
  });

  it('shows with each way what is missing for it alone', () => {
    const card = show(runs.prerequisitesWarned);
    expect(boxWith(card, 'emphasis', 'Microsoft Entra application')).toContain('registering an application');
    expect(boxWith(card, 'emphasis', 'Microsoft Entra application')).not.toContain('creating a user');
    expect(boxWith(card, 'emphasis', 'Microsoft 365 user')).toContain('creating a user');
  });

  it.each([
    ['prerequisitesForEntraOnly', 'Use Microsoft Entra', 'Use a Microsoft 365 user'],
    ['prerequisitesForMicrosoft365Only', 'Use a Microsoft 365 user', 'Use Microsoft Entra'],
  ] as const)('has no button for a way that is closed: %s', (state, open, closed) => {
    expect(titlesOf(runs[state])).toContain(open);
    expect(titlesOf(runs[state])).not.toContain(closed);
    expect(actionsOf(show(runs[state]))[0]).toMatchObject({ title: open, style: 'positive' });
    expect(textOf(show(runs[state]))).toContain('Not possible now');
  });

  it('is no choice when both are closed', () => {
    const checks = runs.prerequisitesForEntraOnly.checks.map((check) => (check.code === 'PRE-004' ? { ...check, verdict: 'blocked' as const } : check));
    expect(titlesOf({ ...runs.prerequisitesForEntraOnly, checks })).not.toContain('Use Microsoft Entra');
    expect(textOf(show({ ...runs.prerequisitesForEntraOnly, checks }))).toContain('Something is missing');
  });
});

describe('a step of the Microsoft 365 way', () => {
  it.each([
    ['userPlanned', 'serviceUser', 'Approve: create the user'],
    ['userFound', 'serviceUser', 'Approve: use this user'],
    ['licencePlanned', 'licence', 'Approve: assign the licence'],
    ['licencePresent', 'licence', 'Approve: add the user to Dynamics'],
    ['userRolePlanned', 'userRole', 'Approve: give the user its role'],
    ['passwordPlanned', 'passwordAndProof', 'Approve: test the account'],
    ['newPasswordPlanned', 'passwordAndProof', 'Approve: set a new password'],
  ] as const)('asks for approval: %s', (state, stepId, title) => {
    expect(actionsOf(show(runs[state]))[0]).toMatchObject({ title, style: 'positive', data: { verb: 'approve', runId: runs[state].id, stepId, planHash } });
  });

  it('has the details of the user folded, the country by its name', () => {
    const card = show(runs.userPlanned);
    expect(nodes(card).find(({ id }) => id === 'inputs')).toMatchObject({ isVisible: false });
    expect(inputsOf(card).map(({ id, value }) => [id, value])).toEqual([
      ['userName', 'marketplace-lead-writer'],
      ['domain', 'contoso.onmicrosoft.com'],
      ['displayName', 'Marketplace Lead Writer'],
      ['usageLocation', 'FR'],
    ]);
    expect(strings(card)).toContain('France');
  });

  it('has in its details what is planned where nothing was chosen, so that using them changes nothing', () => {
    const { steps, inputs } = runs.userPlanned;
    const unchosen = { ...inputs, serviceUser: { ...inputs.serviceUser, domain: '', usageLocation: '' } };
    const values = inputsOf(show({ ...runs.userPlanned, inputs: unchosen, steps: { ...steps, serviceUser: planOf('marketplace-lead-writer@contoso.example', 'DE') } })).map(({ value }) => value);
    expect(values).toEqual(['marketplace-lead-writer', 'contoso.example', 'Marketplace Lead Writer', 'DE']);
  });

  it('offers the countries in the order and words of the person’s language', () => {
    const titles = (locale: string) => {
      const country = inputsOf(setupCard({ ...input, t: createTranslator(locale), locale, run: runs.userWithoutCountry })).find(({ id }) => id === 'usageLocation');
      return nodes(country?.['choices']).map(({ title }) => title);
    };
    expect(titles('en')).toEqual(expect.arrayContaining(['Germany', 'United States']));
    expect(titles('fr').slice(0, 4)).toEqual(['Afghanistan', 'Afrique du Sud', 'Albanie', 'Algérie']);
    expect(titles('fr')).toHaveLength(249);
  });

  it.each([
    ['userTaken', 'Use this name', { userName: 'marketplace-lead-writer2', domain: 'contoso.onmicrosoft.com' }],
    ['userDomainFederated', 'Use this domain', { domain: 'contoso.onmicrosoft.com' }],
    ['userWithoutCountry', 'Use this country', { usageLocation: '' }],
    ['userAdoptedMissing', 'Use this name', { adoptedName: 'marketplace-lead-writer@contoso.onmicrosoft.com' }],
  ] as const)('has a way on, with only the inputs that matter: %s', (state, title, values) => {
    const card = show(runs[state]);
    expect(nodes(card).find(({ id }) => id === 'inputs')).toMatchObject({ isVisible: true });
    expect(Object.fromEntries(inputsOf(card).map(({ id, value }) => [id, value]))).toEqual(values);
    const main = actionsOf(card).filter(({ style }) => style === 'positive');
    expect(main).toMatchObject([{ title, associatedInputs: 'auto', data: { verb: 'submit', stepId: 'serviceUser' } }]);
    expect(titlesOf(runs[state])).toContain('Check again');
  });

  it.each([
    ['userDeleted', 'https://admin.microsoft.com/Adminportal/Home#/deletedusers'],
    ['userTaken', 'https://admin.microsoft.com/Adminportal/Home#/users'],
    ['licenceNoStock', 'https://admin.microsoft.com/Adminportal/Home#/licenses'],
  ] as const)('leads to the page where it can be put right: %s', (state, url) => {
    expect(actionsOf(show(runs[state]))).toContainEqual(expect.objectContaining({ type: 'Action.OpenUrl', url }));
  });

  it('makes the price of a licence stand out, and says how many are free', () => {
    const card = show(runs.licencePlanned);
    expect(boxWith(card, 'warning', 'billed')).toContain('This costs money');
    expect(textOf(card)).toContain('3 licences of Dynamics 365 Sales Enterprise are free.');
    expect(boxWith(show(runs.passwordPlanned), 'warning', 'This costs money')).toBeUndefined();
  });

  it('offers other licences with how many of each are free', () => {
    const [list] = inputsOf(show(runs.licencePlanned));
    expect(list).toMatchObject({ id: 'skuId', choices: [{ title: 'Dynamics 365 Sales Enterprise 0: 2 free' }, { title: 'Dynamics 365 Sales Enterprise 1: 5 free' }] });
  });
});

describe('the hand-over of a password', () => {
  const labels = ['URL', 'User name', 'Password'];

  it('shows the values under Partner Center’s labels, in its order', () => {
    const lines = textOf(show(runs.passwordRevealed, { secret })).split('\n');
    expect(lines.filter((line) => labels.includes(line))).toEqual(labels);
    expect(lines[lines.indexOf('Password') + 1]).toBe(secret);
    expect(lines[lines.indexOf('User name') + 1]).toBe('marketplace-lead-writer@contoso.onmicrosoft.com');
    expect(lines.join(' ')).toContain('Office 365');
  });

  it('says before that what was proven, what was not, and when the password has to be another one', () => {
    const text = textOf(show(runs.passwordHandover));
    for (const words of ['it was found and removed', 'What this does not show', 'renewed by February 20, 2027']) expect(text).toContain(words);
  });

  it('does not speak of a key where the test was left out', () => {
    const text = textOf(show(runs.passwordHandoverUnproven));
    expect(text).toContain('The account is set up, but not tested.');
    expect(text).not.toMatch(/\bkey\b/iu);
  });

  it('says of a password that others chose what could not be read about it', () => {
    expect(textOf(show(runs.ownPasswordHandover))).toContain('Whether it has to be changed at the first sign-in could not be read');
  });

  it('offers another password once this one is not shown or kept any more', () => {
    const another = { title: 'Make a new password', data: { verb: 'retry', stepId: 'passwordAndProof' } };
    for (const run of [runs.passwordRevealOver, runs.passwordLapsed]) expect(actionsOf(show(run))).toContainEqual(expect.objectContaining({ ...another, data: expect.objectContaining(another.data) }));
  });

  it('shows no password that the bot does not know, and needs no showing', () => {
    const card = show(runs.ownPasswordHandover);
    expect(textOf(card)).toContain('the one that this user has already');
    expect(actionsOf(card)[0]).toMatchObject({ title: 'I have entered the values', style: 'positive', data: { verb: 'done' } });
    expect(titlesOf(runs.ownPasswordHandover)).not.toContain('Show the values');
  });
});

describe('the end of the Microsoft 365 way', () => {
  it.each<StateName>(['passwordFinished', 'ownPasswordFinished'])('is a receipt with what was and was not proven: %s', (state) => {
    const text = textOf(show(runs[state]));
    for (const words of ['What was proven, and what was not', 'What this does not show', 'renewed']) expect(text).toContain(words);
    expect(text).toContain('(https://admin.microsoft.com/Adminportal/Home#/users/:/UserDetails/d5e00000-0000-4000-8000-000000000001)');
  });

  it('says of everything that stays how to remove it, and what is billed', () => {
    const text = textOf(show(runs.passwordCancelled));
    for (const words of ['Delete user', 'which Microsoft bills', 'reduce the subscription', 'Manage security roles', 'copy of the user’s password', 'beside the solution’s own']) expect(text).toContain(words);
    expect(textOf(questionCard({ ...input, run: runs.passwordHandover }, { kind: 'cancel' }))).toContain('which Microsoft bills');
  });
});

describe('What a stopped setup leaves', () => {
  const leftBy = (serviceUser: SetupRun['facts']['serviceUser']) => {
    const run = runs.passwordCancelled;
    return textOf(show({ ...run, facts: { ...run.facts, serviceUser } }));
  };

  it('is the user whose making was answered, and nobody who only has the name', () => {
    const { serviceUser } = runs.passwordCancelled.facts;
    if (!serviceUser) throw new Error('It is made');
    const { objectId: _unanswered, ...named } = serviceUser;
    expect(leftBy(serviceUser)).toContain(serviceUser.userPrincipalName);
    expect(leftBy(named)).not.toContain(serviceUser.userPrincipalName);
  });
});
