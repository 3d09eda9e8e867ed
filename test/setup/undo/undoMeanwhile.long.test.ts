import type { Dataverse } from '../../../src/setup/ports/microsoft.ts';
import { addApplicationUser, giveRole, type Portals, portalsOf } from '../steps/portals.ts';
import { type World, createWorld } from '../world.ts';
import { planned, sentencesOf, undone } from './undoing.ts';

describe('What an administrator makes in the portals just before this setup would', () => {
  let world: World;
  afterEach(() => world.close());

  /** Right before this change, once. */
  const before = async (change: 'createApplicationUser' | 'assignRole', act: (portals: Portals, appId: string) => Promise<void>) => {
    let isDone = false;
    const acting = async (): Promise<void> => {
      if (isDone) return;
      isDone = true;
      await act(portalsOf(world), world.run().facts.application!.appId);
    };
    const first = <Parameters extends unknown[], T>(work: (...given: Parameters) => Promise<T>) => async (...given: Parameters): Promise<T> => {
      await acting();
      return work(...given);
    };
    const around = (dataverse: Dataverse): Dataverse =>
      change === 'assignRole' ? { ...dataverse, assignRole: first(dataverse.assignRole) } : { ...dataverse, createApplicationUser: first(dataverse.createApplicationUser) };
    world = await createWorld('alex', (microsoft) => ({ ...microsoft, dataverse: (actor, environment) => around(microsoft.dataverse(actor, environment)) }));
    await world.goTo('applicationUserAndRole');
    world.approve('applicationUserAndRole');
    await world.settle();
  };
  const usersOf = async () => (await world.state()).dataverse['contoso']!['systemusers']!.filter(({ applicationid }) => applicationid === world.run().facts.application?.appId);

  test('the application user is put before the person as one that was there, and stays when all is taken back', async () => {
    await before('createApplicationUser', addApplicationUser);
    await world.until('applicationUserAndRole', 'planned');
    expect(world.step('applicationUserAndRole')).toMatchObject({ plan: { usesWhatWasThere: true }, notice: { key: 'notice.planChangedSinceApproval' } });
    world.approve('applicationUserAndRole');
    await world.until('applicationUserAndRole', 'done');
    expect(world.run().facts.applicationUser?.origin).toBe('found');
    const made = await usersOf();
    world.command('cancel', { confirmed: true });
    await planned(world);
    expect(sentencesOf(world.run())).not.toContain('undo.applicationUser');
    expect(sentencesOf(world.run())).toContain('undo.role');
    await undone(world);
    expect(await usersOf()).toEqual(made);
  });

  test('the role that the user is given stays theirs', async () => {
    await before('assignRole', giveRole);
    await world.until('applicationUserAndRole', 'done');
    world.overwrite((run) => ({ ...run, journal: run.journal.filter(({ request }) => request !== 'POST dataverse /systemusers') }));
    world.command('cancel', { confirmed: true });
    await planned(world);
    expect(sentencesOf(world.run())).not.toContain('undo.role');
  });
});

test.each([1, 4])('an application user is this setup’s own where the answer to its making was lost, %i times, and goes when all is taken back', async (times) => {
  const world = await createWorld();
  await world.goTo('applicationUserAndRole');
  await world.tenant.control('faults', [{ match: 'POST /systemusers', kind: 'drop-after', times }]);
  world.approve('applicationUserAndRole');
  await world.settle();
  if (times > 1) world.command('retry', { stepId: 'applicationUserAndRole' });
  await world.until('applicationUserAndRole', 'done');
  expect(world.run().facts.applicationUser?.origin).toBe('made');
  world.command('cancel', { confirmed: true });
  await planned(world);
  expect(sentencesOf(world.run())).toContain('undo.applicationUser');
  await world.close();
});
