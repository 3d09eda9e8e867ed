import { createWorld, withDirectory, type World } from '../world.ts';
import { sentencesOf, undone } from './undoing.ts';

let world: World;
afterEach(() => world.close());

test('A step that Microsoft has not answered when its setup is stopped and taken back changes nothing more', async () => {
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  const later: string[] = [];
  world = await createWorld('alex', withDirectory((directory) => ({
    saveApplication: async (application) => {
      const saved = await directory.saveApplication(application);
      reach();
      await answered;
      return saved;
    },
    saveServicePrincipal: (appId) => {
      later.push('saveServicePrincipal');
      return directory.saveServicePrincipal(appId);
    },
  })));
  await world.goTo('application');
  world.approve('application');
  const working = world.settle();
  await reached;
  world.command('cancel', { confirmed: true });
  expect(world.command('undo')).toMatchObject({ kind: 'moved', run: { steps: { application: { status: 'applying' } } } });
  answer();
  await working;
  expect(later).toEqual([]);
  expect(world.run()).toMatchObject({ status: 'active', undo: { endedAs: 'cancelled' }, steps: { application: { status: 'applying' } } });
  world.signIn();
  await world.settle();
  expect(sentencesOf(world.run())).toEqual(['undo.application', 'undo.solution']);
  await undone(world);
  expect((await world.state()).graph.applications).toEqual([]);
});
