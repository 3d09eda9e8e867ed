import type { Command } from '../../src/setup/commands/command.ts';
import { decide } from '../../src/setup/commands/index.ts';
import type { SetupRun } from '../../src/setup/run.ts';
import { aCommand, alex, aRunWithSteps, done, now } from './fixtures.ts';

const decideOn = (run: SetupRun, command: Command) => decide(run, { command, now, hostKind: () => 'environment' });

describe('A key that lies in a key vault', () => {
  const handedOver = { ...done, evidence: [] };
  const facts = { key: { keyId: 'k', displayName: 'key', endsAt: now, madeBy: alex.objectId }, vaultSecret: { address: 'https://contoso.vault.azure.net', name: 'lead-key', keyId: 'k', version: 'v' } };
  const run = aRunWithSteps({ solution: handedOver, application: handedOver, applicationUserAndRole: handedOver, keyAndProof: handedOver }, { facts });

  test('is shown to nobody, clicked or typed, and nobody can be named to see it', () => {
    const refused = { kind: 'refuse', notice: { key: 'notice.keyInVault' } };
    expect(decideOn(run, aCommand('reveal'))).toMatchObject(refused);
    expect(decideOn(run, aCommand('reveal', {}, { typed: true }))).toMatchObject(refused);
    expect(decideOn(run, aCommand('ask', { about: 'partnerCenter', wanted: 'priya' }))).toMatchObject(refused);
    expect(decideOn(run, aCommand('ask', { about: 'partnerCenter', objectId: alex.objectId }))).toMatchObject(refused);
  });

  test('is entered without having been shown', () => {
    expect(decideOn(run, aCommand('done'))).toMatchObject({ kind: 'move', run: { status: 'finished' }, lock: 'release' });
  });

  test('may be in use, so another one is asked about first', () => {
    expect(decideOn(run, aCommand('retry', { stepId: 'keyAndProof' }))).toMatchObject({ kind: 'question', question: { kind: 'newSecret' } });
    const confirmed = decideOn(run, aCommand('retry', { stepId: 'keyAndProof', confirmed: true }));
    expect(confirmed).toMatchObject({ kind: 'move', run: { steps: { keyAndProof: { status: 'planning' } }, facts: { vaultSecret: { version: 'v' } } }, destroySecrets: true });
  });
});
