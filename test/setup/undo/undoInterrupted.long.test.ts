import { SetupError } from '../../../src/setup/errors.ts';
import { type Around, type World, createWorld } from '../world.ts';
import { approveUndo, finished, live, planned, undoOf } from './undoing.ts';

const removals = ['removeKey', 'deleteApplication', 'deleteUser', 'removeLicence', 'deactivateUser', 'removeRole', 'uninstallSolution'] as const;
type Removal = (typeof removals)[number];

/** The first call of each is cut before anything was done, the second after it was done. */
function twiceBroken(calls: Map<string, number>): Around {
  const broken = <T extends object>(port: T): T => {
    const changed = removals.filter((name) => name in port).map((name) => [name, brokenCall(port, name, calls)]);
    return { ...port, ...Object.fromEntries(changed) };
  };
  return (microsoft) => ({ ...microsoft, directory: (actor) => broken(microsoft.directory(actor)), dataverse: (actor, environment) => broken(microsoft.dataverse(actor, environment)) });
}

function brokenCall(port: object, name: Removal, calls: Map<string, number>): (...given: string[]) => Promise<unknown> {
  return async (...given) => {
    if (!isUndoing) return Reflect.get(port, name)(...given);
    const call = (calls.get(name) ?? 0) + 1;
    calls.set(name, call);
    if (call === 1) throw new SetupError('E-UNREACHABLE');
    const done = await Reflect.get(port, name)(...given);
    if (call === 2) throw new SetupError('E-UNCLEAR');
    return done;
  };
}

let isUndoing = false;

describe('Taking back that is interrupted before and after each of its requests', () => {
  let world: World;
  afterEach(() => {
    isUndoing = false;
    return world.close();
  });

  test.each(['entra', 'microsoft365'] as const)('ends with the tenant as it was before, on the way %s', async (path) => {
    const calls = new Map<string, number>();
    world = await createWorld('alex', twiceBroken(calls));
    const before = await live(world);
    await finished(world, path);
    await planned(world);
    isUndoing = true;
    approveUndo(world);
    for (let round = 0; round < 60 && undoOf(world).status !== 'undone'; round += 1) {
      await world.pass('PT5S');
      if (undoOf(world).status !== 'failed') continue;
      world.restart();
      expect(world.command('retry')).toMatchObject({ kind: 'moved' });
    }
    expect(undoOf(world).status).toBe('undone');
    expect(await live(world, world.run().facts.dataverseUser?.systemUserId)).toEqual(before);
    expect([...calls.values()].every((count) => count >= 2)).toBe(true);
  });

  test('a process that dies before it could write what it did goes on by itself, and sends nothing twice', async () => {
    world = await createWorld();
    const before = await live(world);
    await finished(world);
    await planned(world);
    approveUndo(world);
    const approved = world.run();
    await world.settle();
    const sent = await world.changes();
    world.restart();
    world.overwrite(({ version, journal }) => ({ ...approved, version, journal, undo: { ...approved.undo!, state: { ...approved.undo!.state, begun: true } as never } }), { kind: 'undo' });
    await world.settle();
    expect(undoOf(world).status).toBe('undone');
    expect(await live(world)).toEqual(before);
    expect(await world.changes()).toEqual(sent);
  });
});
