import { skuIds } from '../../../sandbox/directory/subscriptions.ts';
import { personas } from '../../../sandbox/personas.ts';
import { SetupError } from '../../../src/setup/errors.ts';
import type { Licences, PowerPlatform } from '../../../src/setup/ports/microsoft.ts';
import type { StepState } from '../../../src/setup/run.ts';
import { type Around, type World, createWorld, withDirectory } from '../world.ts';

let world: World;
afterEach(() => world.close());

const userName = 'marketplace-lead-writer@contoso.example';
const asked = () => world.run().journal.map(({ request }) => request);
const assignments = async () => (await world.changes()).filter((request) => request.endsWith('/assignLicense'));
const objectId = () => world.run().facts.serviceUser?.objectId ?? '';
const condition = (microsoft365: object) => world.tenant.control('conditions', { microsoft365 });
const assign = (skuId: string) =>
  world.tenant.graph('alex', 'POST', `/users/${objectId()}/assignLicense`, { body: { addLicenses: [{ skuId, disabledPlans: [] }], removeLicenses: [] } });

async function begin(around?: Around): Promise<void> {
  world = await createWorld('alex', around);
  await world.goTo('licence');
}

async function choose(skuId: string): Promise<StepState> {
  expect(world.command('submit', { stepId: 'licence', skuId })).toMatchObject({ kind: 'moved' });
  await world.settle();
  return world.step('licence');
}

async function lookAgain(): Promise<StepState> {
  world.overwrite((run) => ({ ...run, steps: { ...run.steps, licence: { status: 'planning', since: run.startedAt } } }), { kind: 'plan', stepId: 'licence' });
  await world.settle();
  return world.step('licence');
}

async function waitsFor(key: string, rounds = 40): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    const state = world.step('licence');
    if (state.status === 'applying' && state.progress?.sentence.key === key) return;
    await world.pass('PT5S');
  }
  throw new Error(`It never waited for ${key}: ${JSON.stringify(world.step('licence'))}`);
}

function withPowerPlatform(addUser: PowerPlatform['addUser']): Around {
  return (microsoft) => ({ ...microsoft, powerPlatform: () => ({ addUser }) });
}

describe('The licence', () => {
  test('is the best that is free, and says that it is billed and how many are left', async () => {
    await begin();
    expect(world.step('licence')).toMatchObject({
      status: 'planned',
      plan: {
        summary: { key: 'licence.summary', values: { userName, licence: 'Dynamics 365 Sales Enterprise', environment: 'Contoso' } },
        notices: [{ key: 'licence.billed' }],
        changes: [{ request: 'POST graph /users/{id}/assignLicense' }, { request: 'POST powerPlatform /environments/{id}/addUser' }],
      },
      choices: {
        skuId: [
          { value: skuIds.DYN365_ENTERPRISE_SALES, title: { key: 'licence.choice', values: { licence: 'Dynamics 365 Sales Enterprise', count: 3 } } },
          { value: skuIds.DYN365_TEAM_MEMBERS, title: { values: { licence: 'Dynamics 365 Team Members', count: 20 } } },
        ],
      },
      remarks: [{ key: 'licence.free', values: { count: 3 } }],
    });
  });

  test('is given, waited for until it is in force, and the user until the environment has it', async () => {
    await begin();
    world.approve('licence');
    await waitsFor('licence.waitingForLicence');
    await waitsFor('licence.waitingForUser');
    await world.until('licence', 'done');
    expect(world.step('licence')).toMatchObject({ evidence: [{ key: 'licence.assigned' }, { key: 'licence.inEnvironment' }] });
    expect(world.run().facts).toMatchObject({
      licence: { skuId: skuIds.DYN365_ENTERPRISE_SALES, skuPartNumber: 'DYN365_ENTERPRISE_SALES', origin: 'made' },
      dataverseUser: { systemUserId: expect.any(String) },
    });
    expect(await assignments()).toHaveLength(1);
  });

  test('that more people take meanwhile keeps its plan', async () => {
    await begin();
    await condition({ bought: { DYN365_ENTERPRISE_SALES: 9 } });
    world.approve('licence');
    await waitsFor('licence.waitingForLicence');
    expect(await assignments()).toHaveLength(1);
  });

  test('that was chosen and is probably too small says so', async () => {
    await begin();
    expect(await choose(skuIds.DYN365_TEAM_MEMBERS)).toMatchObject({ plan: { notices: [{ key: 'licence.billed' }, { key: 'licence.teamMembers' }] } });
    world.approve('licence');
    await world.until('licence', 'done');
    expect(world.run().facts.licence).toMatchObject({ skuPartNumber: 'DYN365_TEAM_MEMBERS' });
  });

  test('that is not known here is named by its part number, with a warning', async () => {
    const row = { skuId: '00000000-0000-4000-8000-00000000abcd', partNumber: 'DYN365_SALES_SOMETHING_NEW', free: 2 };
    await begin(withDirectory((): Partial<Licences> => ({ licenceStock: () => Promise.resolve([row]) })));
    expect(world.step('licence')).toMatchObject({
      plan: { facts: [{ value: userName }, { value: row.partNumber }], notices: [{ key: 'licence.billed' }, { key: 'licence.unknown' }] },
    });
  });
});

describe('What was approved', () => {
  test('is the one licence that is given, also when the directory shows it late and others are free', async () => {
    let hidden = 0;
    await begin(withDirectory((directory) => ({
      user: async (key) => {
        const user = await directory.user(key);
        if (!user || hidden === 0 || user.skuIds.length === 0) return user;
        hidden -= 1;
        return { ...user, skuIds: [] };
      },
    })));
    await condition({ bought: { DYN365_ENTERPRISE_SALES: 8 } });
    expect(await lookAgain()).toMatchObject({ plan: { ids: { skuId: skuIds.DYN365_ENTERPRISE_SALES } } });
    hidden = 1;
    world.approve('licence');
    await world.until('licence', 'done');
    const [user] = (await world.state()).graph.users.filter(({ id }) => id === objectId());
    expect(user).toMatchObject({ assignedLicenses: [{ skuId: skuIds.DYN365_ENTERPRISE_SALES }] });
    expect(world.run().facts.licence).toMatchObject({ skuPartNumber: 'DYN365_ENTERPRISE_SALES', origin: 'made' });
  });

  test('is not replaced by another licence that is sold out between the look and the assignment', async () => {
    let looks = 0;
    let isArmed = false;
    await begin(withDirectory((directory) => ({
      licenceStock: async () => {
        if (isArmed && (looks += 1) === 2) await condition({ bought: { DYN365_ENTERPRISE_SALES: 7 } });
        return await directory.licenceStock();
      },
    })));
    isArmed = true;
    world.approve('licence');
    await world.until('licence', 'failed');
    expect(world.step('licence')).toMatchObject({ failure: { code: 'E-NO-LICENCE' }, approval: { begun: false } });
    expect(await assignments()).toEqual([]);
    world.command('retry', { stepId: 'licence' });
    await world.until('licence', 'planned');
    expect(world.step('licence')).toMatchObject({ plan: { ids: { skuId: skuIds.DYN365_TEAM_MEMBERS } }, notice: { key: 'notice.planChangedSinceApproval' } });
  });

  test('is no licence where the user had one, which was taken away meanwhile', async () => {
    await begin();
    await assign(skuIds.DYN365_ENTERPRISE_SALES);
    expect(await lookAgain()).toMatchObject({ plan: { summary: { key: 'licence.summaryPresent' } } });
    world.approve('licence');
    await waitsFor('licence.waitingForLicence');
    await world.tenant.graph('alex', 'POST', `/users/${objectId()}/assignLicense`, { body: { addLicenses: [], removeLicenses: [skuIds.DYN365_ENTERPRISE_SALES] } });
    await world.until('licence', 'failed');
    expect(asked()).not.toContain('POST graph /users/{id}/assignLicense');
    world.command('retry', { stepId: 'licence' });
    await world.until('licence', 'planned');
    expect(world.step('licence')).toMatchObject({ plan: { summary: { key: 'licence.summary' } } });
  });
});

describe('A licence that cannot be given', () => {
  test('because none is free can be bought, and is found at the next check', async () => {
    await begin();
    await condition({ bought: { DYN365_ENTERPRISE_SALES: 7, DYN365_TEAM_MEMBERS: 5 } });
    expect(await lookAgain()).toMatchObject({ status: 'blocked', reason: { key: 'licence.noStock' }, cure: { key: 'licence.noStockCure' } });
    await condition({ bought: { DYN365_ENTERPRISE_SALES: 8 } });
    world.command('check', { stepId: 'licence' });
    await world.until('licence', 'planned');
  });

  test('because the chosen one is not free any more leaves the choice of others', async () => {
    await begin();
    await choose(skuIds.DYN365_TEAM_MEMBERS);
    await condition({ bought: { DYN365_TEAM_MEMBERS: 5 } });
    world.approve('licence');
    await world.until('licence', 'blocked');
    expect(world.step('licence')).toMatchObject({
      reason: { key: 'licence.chosenGone', values: { licence: 'Dynamics 365 Team Members' } },
      choices: { skuId: [{ value: skuIds.DYN365_ENTERPRISE_SALES }] },
    });
    expect(await choose('')).toMatchObject({ status: 'planned' });
    expect(await assignments()).toEqual([]);
  });

  test('because the last one went at the last moment is asked anew after Retry', async () => {
    const refused = new SetupError('E-REFUSED', { upstream: { service: 'graph', status: 400, message: 'no available licenses' } });
    await begin(withDirectory((): Partial<Licences> => ({ assignLicence: () => Promise.reject(refused) })));
    world.approve('licence');
    await world.until('licence', 'failed');
    expect(world.step('licence')).toMatchObject({ failure: { code: 'E-REFUSED' }, approval: { begun: false } });
    expect(world.run().facts.licence).toBeUndefined();
    await condition({ bought: { DYN365_ENTERPRISE_SALES: 7 } });
    world.command('retry', { stepId: 'licence' });
    await world.until('licence', 'planned');
    expect(world.step('licence')).toMatchObject({ notice: { key: 'notice.planChangedSinceApproval' } });
  });

  test('because the last one went while the process was dead is asked anew after Retry', async () => {
    await begin();
    world.approve('licence');
    world.overwrite((run) => ({ ...run, steps: { ...run.steps, licence: { ...run.steps.licence, begun: true } as never } }));
    await condition({ bought: { DYN365_ENTERPRISE_SALES: 7, DYN365_TEAM_MEMBERS: 5 } });
    await world.until('licence', 'failed');
    expect(world.step('licence')).toMatchObject({ failure: { code: 'E-NO-LICENCE' } });
    world.command('retry', { stepId: 'licence' });
    await world.until('licence', 'blocked');
    expect(world.step('licence')).toMatchObject({ reason: { key: 'licence.noStock' } });
    expect(await assignments()).toEqual([]);
  });

  test('because the user has no usage location says where it is set', async () => {
    await begin();
    await world.tenant.graph('alex', 'PATCH', `/users/${objectId()}`, { body: { usageLocation: null } });
    expect(await lookAgain()).toMatchObject({ status: 'blocked', reason: { key: 'licence.usageLocationMissing' } });
  });

  test('because the user was deleted says so', async () => {
    await begin();
    await world.tenant.graph('alex', 'DELETE', `/users/${objectId()}`);
    expect(await lookAgain()).toMatchObject({ status: 'blocked', reason: { key: 'licence.userGone' } });
  });

  test('because the person may not see the stock needs somebody with more rights', async () => {
    const refused = new SetupError('E-REFUSED', { upstream: { service: 'graph', status: 403, message: 'no' } });
    world = await createWorld('alex', withDirectory((): Partial<Licences> => ({ licenceStock: () => Promise.reject(refused) })));
    await world.goTo('serviceUser');
    world.approve('serviceUser');
    await world.until('licence', 'blocked');
    expect(world.step('licence')).toMatchObject({ reason: { key: 'licence.noRight' }, lacksRight: true });
  });
});

describe('A user who has a licence already', () => {
  test('gets no second one', async () => {
    await begin();
    await assign(skuIds.DYN365_ENTERPRISE_SALES);
    world.approve('licence');
    await world.until('licence', 'planned');
    expect(world.step('licence')).toMatchObject({
      plan: { summary: { key: 'licence.summaryPresent' }, notices: [], changes: [{ request: 'POST powerPlatform /environments/{id}/addUser' }] },
    });
    world.approve('licence');
    await world.until('licence', 'done');
    expect(world.run().facts.licence).toMatchObject({ origin: 'found' });
    expect(await assignments()).toHaveLength(1);
  });

  test('and is in the environment needs nothing', async () => {
    world = await createWorld();
    await world.goTo('serviceUser');
    world.command('submit', { stepId: 'serviceUser', adoptedName: personas.rita.userPrincipalName });
    await world.until('licence', 'done');
    expect(world.step('licence')).toMatchObject({ evidence: [{ key: 'licence.assigned' }, { key: 'licence.inEnvironment' }] });
    expect(world.run().facts.dataverseUser).toBeDefined();
    expect(asked()).not.toContain('POST powerPlatform /environments/{id}/addUser');
  });
});

describe('A licence that is given by hand', () => {
  test('is noticed, even a small one, once the user is in the environment', async () => {
    await begin();
    const check = async () => {
      world.command('check', { stepId: 'licence' });
      await world.settle();
      return world.step('licence');
    };
    world.command('manual', { stepId: 'licence' });
    expect(await check()).toMatchObject({ status: 'byHand', missing: [{ key: 'licence.changeAssign' }, { key: 'licence.changeAdmit' }] });
    await assign(skuIds.DYN365_TEAM_MEMBERS);
    expect(await check()).toMatchObject({ status: 'byHand', missing: [{ key: 'licence.changeAdmit' }] });
    await condition({ userSyncUnforced: 'PT10S' });
    await world.pass('PT20M');
    expect(await check()).toMatchObject({ status: 'done', evidence: [{ key: 'licence.assigned' }, { key: 'licence.inEnvironment' }] });
    expect(asked()).not.toContain('POST graph /users/{id}/assignLicense');
  });
});

describe('A licence that is left out', () => {
  test('is not given; once somebody else has, the user comes into the environment', async () => {
    await begin();
    expect(await choose('none')).toMatchObject({
      plan: { summary: { key: 'licence.summaryWithout' }, notices: [{ key: 'licence.skipConsequence' }], changes: [{ request: 'POST powerPlatform /environments/{id}/addUser' }] },
    });
    world.approve('licence');
    await waitsFor('licence.waitingForOthers');
    await assign(skuIds.DYN365_ENTERPRISE_SALES);
    await world.until('licence', 'done');
    expect(world.step('licence')).toMatchObject({ evidence: [{ key: 'licence.without' }, { key: 'licence.inEnvironment' }] });
    expect(world.run().facts.licence).toBeUndefined();
    expect(await assignments()).toHaveLength(1);
  });

  test('and comes from nobody is asked for again after twenty minutes', async () => {
    await begin();
    await choose('none');
    world.approve('licence');
    await waitsFor('licence.waitingForOthers');
    await world.pass('PT20M');
    await world.pass('PT30S');
    await world.until('licence', 'planned');
    expect(world.step('licence')).toMatchObject({ notice: { key: 'licence.stillWithout' }, plan: { summary: { key: 'licence.summary' } } });
    expect(await assignments()).toEqual([]);
    world.approve('licence');
    await world.until('licence', 'done');
    expect(await assignments()).toHaveLength(1);
  });
});

describe('The way into the environment', () => {
  test('fails after ten minutes without a licence in force, and goes on with Retry', async () => {
    await begin();
    await condition({ licenceEffective: 'PT15M' });
    world.approve('licence');
    await waitsFor('licence.waitingForLicence');
    for (let round = 0; round < 21; round += 1) await world.pass('PT30S');
    expect(world.step('licence')).toMatchObject({ status: 'failed', failure: { code: 'E-NOT-LICENSED' } });
    for (let round = 0; round < 11; round += 1) await world.pass('PT30S');
    world.command('retry', { stepId: 'licence' });
    await world.until('licence', 'done');
    expect(await assignments()).toHaveLength(1);
  });

  test('fails after fifteen minutes for somebody outside the security group, and goes on when they are in it', async () => {
    await begin();
    await condition({ securityGroups: { contoso: [personas.alex.objectId] } });
    world.approve('licence');
    await waitsFor('licence.waitingForUser');
    for (let round = 0; round < 31; round += 1) await world.pass('PT30S');
    expect(world.step('licence')).toMatchObject({ status: 'failed', failure: { code: 'E-USER-MISSING' } });
    await condition({ securityGroups: { contoso: [objectId()] } });
    world.command('retry', { stepId: 'licence' });
    await world.until('licence', 'done');
  });

  test('is asked for in the user’s name where the person may not force it', async () => {
    await begin(withPowerPlatform(() => Promise.reject(new SetupError('E-REFUSED', { upstream: { service: 'powerPlatform', status: 403, message: 'no' } }))));
    world.approve('licence');
    await waitsFor('licence.waitingForUser');
    await world.until('licence', 'done');
    expect(asked().filter((request) => request.startsWith('POST powerPlatform'))).toHaveLength(1);
    expect(asked()).toContain('GET dataverse /WhoAmI');
  });

  test('is forced again after it was only busy', async () => {
    let calls = 0;
    await begin((microsoft) => ({
      ...microsoft,
      powerPlatform: (actor) => ({
        addUser: async (environmentId, user) => {
          calls += 1;
          if (calls === 1) throw new SetupError('E-BUSY', { upstream: { service: 'powerPlatform', status: 429, message: 'slow down' } });
          return await microsoft.powerPlatform(actor).addUser(environmentId, user);
        },
      }),
    }));
    world.approve('licence');
    await world.until('licence', 'failed');
    expect(world.step('licence')).toMatchObject({ failure: { code: 'E-BUSY' } });
    world.command('retry', { stepId: 'licence' });
    await world.until('licence', 'done');
    expect(calls).toBeGreaterThan(1);
    expect(asked()).not.toContain('GET dataverse /WhoAmI');
  });

  test('is asked for in the user’s name where the environment’s id is not known', async () => {
    await begin();
    world.overwrite(({ environment, ...run }) => {
      const { environmentId: _, ...known } = environment!;
      return { ...run, environment: known };
    });
    expect(await lookAgain()).toMatchObject({ plan: { changes: [{}, { sentence: { key: 'licence.changeAdmitAsked' }, request: 'GET dataverse /WhoAmI' }] } });
    world.approve('licence');
    await world.until('licence', 'done');
    expect(asked().filter((request) => request.startsWith('POST powerPlatform'))).toEqual([]);
  });

  test('stops with the setup', async () => {
    await begin();
    world.approve('licence');
    await waitsFor('licence.waitingForLicence');
    world.command('cancel', { confirmed: true });
    const before = asked().length;
    await world.pass('PT30S');
    expect(asked()).toHaveLength(before);
    expect(world.run().facts.licence).toMatchObject({ origin: 'made' });
  });

  test('goes on after the process died, with no second licence', async () => {
    await begin();
    world.approve('licence');
    await waitsFor('licence.waitingForUser');
    world.restart();
    await world.until('licence', 'done');
    expect(await assignments()).toHaveLength(1);
  });
});
