import { completeApplication, portalsOf, registerApplication } from '../steps/portals.ts';
import { createWorld, type World } from '../world.ts';
import { approveUndo, finished, live, planned, sentencesOf, undone, undoOf } from './undoing.ts';

describe('An application that was there, disabled, and that the setup has enabled', () => {
  let world: World;
  afterEach(() => world.close());

  const setEnabled = (appId: string, accountEnabled: boolean) => portalsOf(world).graph('PATCH', `/servicePrincipals(appId='${appId}')`, { accountEnabled });
  /** One that somebody registered in the portal, and the setup that is to use it, which has got as far as enabling it. */
  const enabled = async () => {
    world = await createWorld();
    const portals = portalsOf(world);
    const entry = await registerApplication(portals, 'AzureADMyOrg');
    await world.pass('PT30S');
    await completeApplication(portals, entry);
    await setEnabled(entry.appId, false);
    await world.pass('PT30S');
    const before = await live(world);
    await world.goTo('application');
    world.command('submit', { stepId: 'application', displayName: 'Marketplace Lead Writer', appId: entry.appId });
    await world.until('application', 'planned');
    world.approve('application');
    await world.until('application', 'done');
    return { ...entry, before };
  };
  const stopped = async () => {
    world.command('cancel', { confirmed: true });
    await planned(world);
  };

  test('is disabled again', async () => {
    const { before } = await enabled();
    await stopped();
    expect(sentencesOf(world.run())).toContain('undo.signInOff');
    await undone(world);
    expect(await live(world)).toEqual(before);
  });

  test('is left alone by undo where somebody has disabled it meanwhile', async () => {
    const { appId } = await enabled();
    await setEnabled(appId, false);
    await world.pass('PT30S');
    await stopped();
    expect(sentencesOf(world.run())).not.toContain('undo.signInOff');
  });

  test('stays enabled for another setup that uses it, and the person is told', async () => {
    world = await createWorld();
    await finished(world);
    await setEnabled(world.run().facts.application!.appId, false);
    await finished(world);
    await planned(world);
    const state = undoOf(world);
    expect('plan' in state && state.plan.stays.map(({ key }) => key)).toContain('undo.signInUsed');
    approveUndo(world);
  });
});
