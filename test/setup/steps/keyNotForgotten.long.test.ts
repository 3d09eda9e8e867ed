import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { SetupError } from '../../../src/setup/errors.ts';
import type { PersonaName } from '../../../sandbox/personas.ts';
import type { Directory } from '../../../src/setup/ports/microsoft.ts';
import { startTenant } from '../../sandbox/tenantHarness.ts';
import { createWorld, withDirectory, type World } from '../world.ts';

jest.setTimeout(60_000);

const keysIn = async (world: World) => (await world.state()).graph.applications.flatMap(({ passwordCredentials }) => passwordCredentials);

/** Something that has been reached, and waits until it may go on. */
function gate() {
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  const pass = async (): Promise<void> => {
    reach();
    await opened;
  };
  return { reached, open, pass };
}

type Making = (directory: Directory, key: Parameters<Directory['addKey']>) => ReturnType<Directory['addKey']>;

describe('A key that Entra is still making when its setup is stopped', () => {
  let world: World;
  afterEach(() => world.close());

  /** Stopped, with the wish to have the key removed, while it is on its way. */
  async function stoppedMeanwhile(making: Making, approver: PersonaName = 'alex'): Promise<void> {
    const { reached, open, pass } = gate();
    world = await createWorld('alex', withDirectory((directory) => ({
      addKey: async (...key) => {
        await pass();
        return making(directory, key);
      },
    })));
    await world.goTo('keyAndProof');
    world.approve('keyAndProof');
    world.overwrite((now) => ({ ...now, steps: { ...now.steps, keyAndProof: { ...now.steps.keyAndProof, approvedBy: world.person(approver) } as never } }));
    const working = world.settle();
    await reached;
    world.command('cancel', { confirmed: true, removeKey: 'true' });
    open();
    await working;
    for (let round = 0; round < 8; round += 1) await world.pass('PT30S');
  }

  test('is removed when its answer comes, which is on record', async () => {
    await stoppedMeanwhile((directory, key) => directory.addKey(...key));
    expect(await keysIn(world)).toEqual([]);
    expect(world.run().facts.key).toBeUndefined();
    expect(world.run().journal.slice(-2)).toMatchObject([{ outcome: { result: 'done' } }, { request: 'POST graph /applications/{id}/removePassword', outcome: { result: 'done' } }]);
  });

  test('is removed by whoever has approved it, as the record says', async () => {
    await stoppedMeanwhile((directory, key) => directory.addKey(...key), 'tia');
    const { objectId: by } = world.person('tia');
    expect(world.run().journal.slice(-2)).toMatchObject([{ by, outcome: { result: 'done' } }, { by, outcome: { result: 'done' } }]);
  });

  test('is removed when its answer is lost', async () => {
    await stoppedMeanwhile(async (directory, key) => {
      await directory.addKey(...key);
      throw new SetupError('E-UNCLEAR');
    });
    expect(await keysIn(world)).toEqual([]);
    expect(world.run().facts.key).toBeUndefined();
  });
});

test('A worker that is late with its key, as another has taken its job over, takes it away again', async () => {
  const tenant = await startTenant();
  const directory = mkdtempSync(join(tmpdir(), 'lead-setup-'));
  const { reached, open, pass } = gate();
  const late = await createWorld('alex', withDirectory((graph) => ({
    addKey: async (...key) => {
      await pass();
      return graph.addKey(...key);
    },
  })), { tenant, directory });
  await late.goTo('keyAndProof');
  late.approve('keyAndProof');
  const working = late.settle();
  await reached;
  const other = await createWorld('alex', undefined, { tenant, directory });
  await other.pass('PT30S');
  await other.until('keyAndProof', 'done');
  open();
  await working;
  expect(await keysIn(other)).toEqual([expect.objectContaining({ keyId: other.run().facts.key?.keyId })]);
  await Promise.all([late.close(), other.close()]);
  await tenant.close();
  rmSync(directory, { recursive: true });
});
