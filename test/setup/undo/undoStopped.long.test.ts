import { SetupError, toFailure } from '../../../src/setup/errors.ts';
import { check, finishedWorld } from '../steps/finished.ts';
import { portalsOf } from '../steps/portals.ts';
import { createWorld, withDirectory, type World } from '../world.ts';
import { approveUndo, finished, planned, undoOf } from './undoing.ts';

jest.setTimeout(60_000);
let world: World;
afterEach(() => world.close());

async function passedOn(): Promise<void> {
  for (let round = 0; round < 20 && undoOf(world).status === 'undoing'; round += 1) await world.pass('PT5S');
}

test('What went, but whose answer was lost, is among what is gone', async () => {
  let isUndoing = false;
  let lost = 0;
  world = await createWorld('alex', withDirectory((directory) => ({
    deleteApplication: async (id: string) => {
      await directory.deleteApplication(id);
      if (isUndoing && lost === 0) {
        lost += 1;
        throw new SetupError('E-UNCLEAR');
      }
    },
  })));
  await finished(world);
  await planned(world);
  isUndoing = true;
  const state = undoOf(world);
  const approved = 'plan' in state ? state.plan.changes.map(({ sentence }) => sentence.key) : [];
  approveUndo(world);
  await passedOn();
  expect(undoOf(world).status).toBe('failed');
  world.command('retry');
  await passedOn();
  expect(undoOf(world).status).toBe('undone');
  expect(world.run().undo?.taken.map(({ sentence }) => sentence.key).toSorted()).toEqual(approved.toSorted());
});

describe('Taking back that was stopped', () => {
  test('of a setup that was being put right leaves it finished', async () => {
    world = await finishedWorld('entra');
    const portals = portalsOf(world);
    const { systemUserId, roleId } = world.run().facts.applicationUser ?? {};
    await portals.dataverse('DELETE', `/systemusers(${systemUserId})/systemuserroles_association/$ref?$id=${portals.api}/roles(${roleId})`);
    await check(world);
    world.command('mend');
    world.signIn();
    await world.settle();
    expect(world.step('applicationUserAndRole').status).toBe('planned');
    const failure = toFailure(new SetupError('E-REFUSED'), 'e');
    world.overwrite((run) => ({ ...run, steps: { ...run.steps, applicationUserAndRole: { status: 'failed', at: run.updatedAt, failure } } }));
    expect(world.command('undo')).toMatchObject({ kind: 'asked' });
    expect(world.command('undo', { confirmed: true })).toMatchObject({ kind: 'moved' });
    await world.settle();
    world.command('cancel');
    expect(world.run()).toMatchObject({ status: 'finished', steps: { applicationUserAndRole: { status: 'done' } } });
    expect(world.run().undo).toBeUndefined();
  });

  test('before anything was sent is as if nobody had asked: it can be checked', async () => {
    world = await createWorld();
    await finished(world);
    await planned(world);
    approveUndo(world);
    world.command('cancel');
    expect(world.run().undo).toBeUndefined();
    expect(world.command('check')).toMatchObject({ kind: 'moved' });
  });
});

describe('Where taking back was stopped in the middle of the application user, the next setup', () => {
  /** Stops as soon as this was done to the user. */
  async function stoppedAfter(what: 'deactivateUser' | 'deleteUser'): Promise<void> {
    let isStopped = false;
    world = await createWorld('alex', (microsoft) => ({
      ...microsoft,
      dataverse: (person, environment) => {
        const dataverse = microsoft.dataverse(person, environment);
        return {
          ...dataverse,
          [what]: async (id: string) => {
            await dataverse[what](id);
            if (!isStopped) isStopped = world.command('cancel').kind === 'moved';
          },
        };
      },
    }));
    await finished(world);
    await planned(world);
    approveUndo(world);
    await passedOn();
    expect(undoOf(world).status).toBe('stopped');
    await world.goTo('applicationUserAndRole');
  }

  async function goesOn(): Promise<void> {
    world.approve('applicationUserAndRole');
    await world.until('applicationUserAndRole', 'done');
    const users = (await world.state()).dataverse['contoso']?.['systemusers']?.filter(({ applicationid }) => applicationid === world.run().facts.application?.appId);
    expect(users).toEqual([expect.objectContaining({ isdisabled: false, deletedstate: 0 })]);
  }

  const changes = (): string[] => {
    const step = world.step('applicationUserAndRole');
    return step.status === 'planned' ? step.plan.changes.map(({ sentence }) => sentence.key) : [];
  };

  test('enables it again, after an approval that says so', async () => {
    await stoppedAfter('deactivateUser');
    expect(changes()).toContain('applicationUserAndRole.changeEnable');
    await goesOn();
  });

  test('deletes it for good and makes another, after an approval that says so', async () => {
    await stoppedAfter('deleteUser');
    expect(changes().slice(0, 2)).toEqual(['applicationUserAndRole.changeClear', 'applicationUserAndRole.changeCreate']);
    await goesOn();
  });
});
