import { setupCard } from '../../src/cards/setupCard.ts';
import { createTranslator } from '../../src/locales/index.ts';
import type { SetupRun } from '../../src/setup/run.ts';
import { gallery, portals } from './gallery.ts';
import { longTexts, now, planHash, runsWith, secret, shortTexts, type StateName } from './runs.ts';
import { actionsOf, inputsOf, type Node, nodes, strings } from './walk.ts';

const runs = runsWith(shortTexts);
const input = { t: createTranslator('en-US'), locale: 'en-US', now, portals, revealOnCard: true };

function show(run: SetupRun, more: object = {}) {
  return setupCard({ ...input, run, ...more });
}

function buttonsOf(state: StateName): [unknown, unknown][] {
  return actionsOf(show(runs[state])).map(({ title, data }) => [title, data]);
}

function textOf(card: unknown): string {
  return strings(nodes(card).map(({ text }) => text)).join('\n');
}

function checklistOf(run: SetupRun): string[] {
  return nodes(show(run))
    .filter(({ type, columns }) => type === 'ColumnSet' && Array.isArray(columns) && columns.length === 3)
    .map((row) => strings(nodes(row).filter(({ type }) => type === 'TextBlock').map(({ text }) => text)).join(' '));
}

function visible(card: unknown): Node[] {
  return nodes(card).filter(({ isVisible }) => isVisible !== false);
}

describe('the checklist', () => {
  it('starts with six lines that are not begun', () => {
    expect(checklistOf(runs.twoEnvironments)).toEqual([
      '○ Prerequisites Not started',
      '○ Solution Not started',
      '○ Account Not started',
      '○ Role Not started',
      '○ Proof Not started',
      '○ Partner Center Not started',
    ]);
  });

  it('tells times, and how far an import is that goes on behind', () => {
    expect(checklistOf(runs.applicationPlanned).slice(0, 3)).toEqual([
      '✓ Prerequisites Done at 14:02',
      '◔ Solution 42% done, since 14:02, usually 1–3 minutes',
      '● Account Waiting for you',
    ]);
  });

  it('marks what is in trouble', () => {
    expect(checklistOf(runs.solutionFailed)).toContain('✗ Solution Did not work, at 14:02');
    expect(checklistOf(runs.solutionBlocked)).toContain('✗ Solution Needs somebody’s help');
    expect(checklistOf(runs.prerequisitesBlocked)).toContain('✗ Prerequisites Needs somebody’s help');
  });

  it('says that the proof was left out, or could not be made by hand', () => {
    expect(checklistOf(runs.handoverUnproven)).toContain('– Proof Left out at 14:02');
    expect(checklistOf(runs.finishedUnproven)).toContain('– Proof Left out at 14:02');
    expect(checklistOf(runs.passwordHandoverUnproven)).toContain('– Proof Left out at 14:02');
    expect(checklistOf(runs.handoverByHand)).toContain('– Proof Not tested, at 14:02');
  });

  it('says what was not done when the setup was stopped', () => {
    expect(checklistOf(runs.cancelledDuringImport)).toContain('○ Solution Not done');
    expect(checklistOf(runs.cancelledLate)).toContain('✓ Proof Done at 14:02');
  });

  it('tells the time of the person where their time zone is known', () => {
    const text = textOf(show(runs.applicationPlanned, { timeZone: 'Europe/Paris' }));
    expect(text).toContain('Done at 15:02');
    expect(text).not.toContain('UTC');
    expect(textOf(show(runs.applicationPlanned))).toContain('Times are in UTC.');
  });
});

describe('the environment', () => {
  it('is offered by a button each, a test environment first, and nothing has been changed yet', () => {
    const runId = runs.twoEnvironments.id;
    expect(buttonsOf('twoEnvironments')).toEqual([
      ['Contoso Test (test)', { verb: 'choose', runId, environment: 'https://contoso-test.crm4.dynamics.com' }],
      ['Contoso', { verb: 'choose', runId, environment: 'https://contoso.crm4.dynamics.com' }],
      ['Another address', undefined],
      ['Use this address', { verb: 'submit', runId }],
    ]);
    expect(textOf(show(runs.twoEnvironments))).toContain('The bot has changed nothing yet.');
  });

  it('is not said to be untouched once something is being done', () => {
    expect(textOf(show(runs.solutionPlanned))).toContain('The bot has changed nothing yet.');
    expect(textOf(show(runs.solutionApproved))).not.toContain('The bot has changed nothing yet.');
  });

  it('is told apart by its host where names are the same', () => {
    expect(buttonsOf('sameNames').map(([title]) => title)).toContain('contoso-test.crm4.dynamics.com');
  });

  it('is chosen from a list where there are many, which an empty address does not hinder', () => {
    const [list, address] = inputsOf(show(runs.manyEnvironments));
    expect(list).toMatchObject({ id: 'environment', value: 'https://contoso-test.crm4.dynamics.com' });
    expect(address).toMatchObject({ id: 'address', isRequired: false });
    expect(buttonsOf('manyEnvironments')[0]).toEqual(['Use this environment', { verb: 'choose', runId: runs.manyEnvironments.id }]);
  });

  it('is asked for by address where none is found', () => {
    expect(visible(show(runs.noEnvironments)).map(({ id }) => id)).toContain('address');
    expect(buttonsOf('noEnvironments').map(([title]) => title)).toEqual(['Use this address', 'Look again']);
  });

  it('can be looked for again after a failure', () => {
    expect(buttonsOf('discoveryFailed')[0]).toEqual(['Retry', { verb: 'retry', runId: runs.discoveryFailed.id }]);
  });
});

describe('the prerequisites', () => {
  it('leave the choice open with a warning, and close it with a proven no', () => {
    const runId = runs.prerequisitesWarned.id;
    expect(buttonsOf('prerequisitesWarned').slice(0, 2)).toEqual([
      ['Use Microsoft Entra', { verb: 'choose', runId, path: 'entra' }],
      ['Use a Microsoft 365 user', { verb: 'choose', runId, path: 'microsoft365' }],
    ]);
    expect(buttonsOf('prerequisitesBlocked').map(([title]) => title)).toEqual(['Check again', 'Choose another environment', 'Cancel']);
  });
});

describe('a step', () => {
  it.each([
    ['solutionPlanned', 'solution', 'Approve: install the solution'],
    ['applicationPlanned', 'application', 'Approve: set up the application'],
    ['rolePlanned', 'applicationUserAndRole', 'Approve: give the account its role'],
    ['keyPlanned', 'keyAndProof', 'Approve: make the key and test it'],
    ['keyPlannedWithoutProof', 'keyAndProof', 'Approve: make the key'],
    ['applicationFound', 'application', 'Approve: use this application'],
  ] as const)('asks for approval: %s', (state, stepId, title) => {
    expect(buttonsOf(state)[0]).toEqual([title, { verb: 'approve', runId: runs[state].id, stepId, planHash }]);
    const [approve] = actionsOf(show(runs[state]));
    expect(approve).toMatchObject({ associatedInputs: 'none' });
  });

  it('lets its details be changed, filled with what is planned', () => {
    expect(inputsOf(show(runs.applicationPlanned))).toMatchObject([{ id: 'displayName', value: 'Marketplace Lead Writer', isRequired: true }]);
    expect(inputsOf(show(runs.keyPlanned))).toMatchObject([{ id: 'months', value: '24' }, { id: 'proof', value: 'yes' }, { id: 'vault' }, { id: 'vaultSecret' }]);
    expect(buttonsOf('keyPlanned')).toContainEqual(['Use these details', { verb: 'submit', runId: runs.keyPlanned.id, stepId: 'keyAndProof' }]);
    expect(inputsOf(show(runs.solutionPlanned))).toEqual([]);
  });

  it.each<StateName>(['solutionWithCode', 'solutionWithEverything'])('says in words and in red what a solution brings besides, and asks for a tick: %s', (state) => {
    const card = show(runs[state]);
    const inRed = nodes(card).filter(({ color }) => color === 'attention');
    expect(textOf(inRed)).toMatch(/Attention: this solution brings more[\s\S]*Plug-ins \(.*code that Dynamics runs/u);
    expect(inputsOf(card)).toMatchObject([
      { type: 'Input.Toggle', id: 'hasSeen', value: 'false', valueOn: 'true', valueOff: 'false', isRequired: true, label: expect.stringMatching(/./u), title: expect.stringContaining('“Attention”'), errorMessage: expect.stringContaining('Tick this box') },
    ]);
    expect(actionsOf(card)[0]).toMatchObject({ associatedInputs: 'auto', data: { verb: 'approve', planHash } });
    for (const other of actionsOf(card).slice(1)) expect(other).not.toMatchObject({ associatedInputs: 'auto' });
  });

  it('keeps its changes folded, and says of each whether it can be taken back', () => {
    const folded = nodes(show(runs.keyPlanned)).find(({ id }) => id === 'changes');
    expect(folded).toMatchObject({ isVisible: false });
    expect(textOf(folded)).toContain('DELETE dataverse /leads({id})');
    expect(textOf(folded)).toContain('Cannot be taken back');
  });

  it('has no list of changes where nothing is changed', () => {
    expect(buttonsOf('applicationFound').map(([title]) => title)).not.toContain('Details');
    expect(nodes(show(runs.applicationFound)).map(({ id }) => id)).not.toContain('changes');
  });

  it.each<StateName>(['prerequisitesReading', 'solutionPlanning', 'applicationApplying', 'waitingForImport', 'importingAllAtOnce'])('can be cancelled while nothing is asked: %s', (state) => {
    expect(buttonsOf(state).at(-1)).toEqual(['Cancel', { verb: 'cancel', runId: runs[state].id }]);
  });

  it.each([
    ['keyApplying', 'Making the key and testing it'],
    ['keyApplyingWithoutProof', 'Making the key'],
    ['applicationFoundApplying', 'Taking the application'],
    ['newPasswordApplying', 'Setting a new password'],
  ] as const)('is called what was approved while it is done: %s', (state, heading) => {
    expect(textOf(show(runs[state])).split('\n')).toContain(heading);
  });

  it('says why it is asked anew', () => {
    expect(textOf(show(runs.solutionPlannedAnew))).toContain('Something has changed since you approved.');
  });

  it('shows Microsoft’s own words after a refusal, and Retry', () => {
    const shown = strings(show(runs.solutionFailed)).join('\n');
    for (const words of [shortTexts.message, '0x80040220', '403', 'b2c3d4e5-0000-4000-8000-000000000003', 'E-REFUSED k3v9q2']) {
      expect(shown).toContain(words);
    }
    expect(buttonsOf('solutionFailed')[0]).toEqual(['Retry', { verb: 'retry', runId: runs.solutionFailed.id, stepId: 'solution' }]);
  });

  it('waits for the import with the import’s progress', () => {
    const bar = nodes(show(runs.waitingForImport)).find(({ type }) => type === 'ProgressBar');
    expect(bar).toMatchObject({ value: 42, max: 100, fallback: { text: '████████░░░░░░░░░░░░ 42%' } });
  });
});

describe('Approve all', () => {
  const cards = Object.fromEntries(gallery(shortTexts).map(({ name, card }) => [name, card]));

  it('names the environment, and promises no silence where something is asked for by itself', () => {
    expect(textOf(cards['wholePlan'])).toContain('Environment: Contoso (contoso.crm4.dynamics.com)');
    expect(textOf(cards['wholePlan'])).toContain('with no further question');
    expect(textOf(cards['wholePlanOf365'])).not.toContain('with no further question');
    expect(textOf(cards['wholePlanOf365'])).toContain('What is marked below is asked for by itself first');
  });

  it('shows what each step’s own plan would warn of', () => {
    const text = textOf(cards['wholePlanOfUser']);
    for (const words of ['The bot makes its password', 'If your organization demands a second factor', 'workflows, notifications']) expect(text).toContain(words);
    expect(textOf(cards['wholePlan'])).toContain('Nobody has to consent to anything');
  });

  it('is not said to cover a licence that waits for the person', () => {
    expect(textOf(show(runs.licenceAllAtOnce))).toContain('This one is asked for by itself, and the rest goes on after it.');
    expect(textOf(show(runs.licenceAllAtOnce))).not.toContain('All remaining steps were approved');
    expect(textOf(show(runs.importingAllAtOnce))).toContain('All remaining steps were approved');
  });

  it('is said to have ended where trouble ended it', () => {
    expect(textOf(show(runs.stoppedByFailure))).toContain('Approving all ended here (14:02): what comes is asked one by one.');
    expect(textOf(show(runs.solutionFailed))).not.toContain('Approving all ended');
  });
});

describe('the hand-over', () => {
  const labels = ['URL', 'Application (client) ID', 'Directory (tenant) ID', 'Client secret (the key’s value, not its ID)'];

  it('shows the values under Partner Center’s labels, in its order', () => {
    const lines = textOf(show(runs.revealed, { secret })).split('\n');
    expect(lines.filter((line) => labels.includes(line))).toEqual(labels);
    expect(lines[lines.indexOf(labels[3] ?? '') + 1]).toBe(secret);
    expect(lines[lines.indexOf('URL') + 1]).toBe('https://contoso.crm4.dynamics.com');
  });

  it('opens a task module where the client has them, and keeps the key off the card', () => {
    const card = show(runs.handover, { revealOnCard: false, secret });
    expect(actionsOf(card)[0]).toMatchObject({
      type: 'Action.Submit',
      data: { verb: 'reveal', runId: runs.handover.id, msteams: { type: 'task/fetch' } },
    });
    expect(JSON.stringify(show(runs.revealed, { revealOnCard: false, secret }))).not.toContain(secret);
  });

  it('offers the key again until its time is over, then a new one', () => {
    expect(buttonsOf('revealed').map(([title]) => title)).toContain('Show the values again');
    expect(buttonsOf('revealOver')).toContainEqual(['Make a new key', { verb: 'retry', runId: runs.revealOver.id, stepId: 'keyAndProof' }]);
    expect(buttonsOf('revealOver').map(([title]) => title)).not.toContain('Show the values again');
  });

  it('offers only a new key when the sealed one is no longer kept', () => {
    expect(buttonsOf('keyLapsed').map(([title]) => title)).toEqual(['Make a new key', 'Cancel']);
  });

  it('never shows a key that is over, not even when given one before it was revealed', () => {
    expect(JSON.stringify(show(runs.handover, { secret }))).not.toContain(secret);
  });
});

describe('the end', () => {
  it('is a receipt with links to everything that was made', () => {
    const text = textOf(show(runs.finished));
    expect(text).toContain(
      '(https://make.powerapps.com/environments/e0000000-0000-4000-8000-000000000001/solutions/50000000-0000-4000-8000-000000000001)',
    );
    expect(text).toContain('/ApplicationMenuBlade/~/Overview/appId/c0ffee00-0000-4000-8000-000000000002)');
    expect(text).toContain('(https://admin.powerplatform.microsoft.com/environments/environment/e0000000-0000-4000-8000-000000000001/hub)');
    expect(text).toContain('works until November 21, 2028');
  });

  it.each<StateName>(['finished', 'passwordFinished', 'ownPasswordFinished'])('says once how to begin another setup: %s', (state) => {
    expect(textOf(show(runs[state])).match(/set up leads/gu)).toHaveLength(1);
  });

  it('says what stays after a stop, and leaves alone what this setup did not make', () => {
    const text = textOf(show(runs.cancelledLate));
    expect(text).toContain('It was not made by this setup, so it is better left alone.');
    expect(text).toContain('Test lead, may still be there');
    expect(textOf(show(runs.cancelledAtOnce))).toContain('Nothing was changed');
    expect(textOf(show(runs.cancelledDuringImport))).not.toContain('Nothing was changed');
    expect(textOf(show(runs.cancelledWithoutKey))).toContain('The key is not on the application any more.');
  });
});

describe('cancel', () => {
  it('offers to remove the key where there is one', () => {
    const cards = Object.fromEntries(gallery(shortTexts).map(({ name, card }) => [name, card]));
    expect(inputsOf(cards['cancelWithKey'])).toMatchObject([{ id: 'removeKey', value: 'true', valueOn: 'true', valueOff: 'false' }]);
    expect(inputsOf(cards['cancelUntouched'])).toEqual([]);
    expect(actionsOf(cards['cancelWithKey'])[0]).toMatchObject({ associatedInputs: 'auto', data: { verb: 'cancel', confirmed: true } });
  });
});

describe('a notice', () => {
  it('stands on top, with its time', () => {
    const notice = { key: 'card.continueOrRestart.about', values: { name: '*Alex*', environment: 'Contoso', at: '2026-11-22T14:03:00Z' } };
    const [first] = nodes(show(runs.solutionPlanned, { notice }).body);
    expect(textOf(first)).toBe('\\*Alex\\* began it for Contoso (14:03 UTC).');
  });
});

describe('long names', () => {
  it('stay plain text', () => {
    const [heading] = nodes(setupCard({ ...input, run: runsWith(longTexts).solutionPlanned })).filter(({ style }) => style === 'heading');
    expect(heading?.['text']).toContain('A \\*bold\\* \\_name\\_ with \\[a link\\](https://evil.example), \\`code\\`, \\<b\\>HTML\\</b\\>, ${runId} and \\{\\{DATE(');
  });
});
