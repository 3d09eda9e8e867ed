import { type ErrorCode, SetupError } from '../errors.ts';
import type { VaultSecret } from '../ports/microsoft.ts';
import type { Change, Inputs } from '../run.ts';
import { type Sentence, say } from '../sentence.ts';
import type { Look, StepContext } from './step.ts';

/** Where somebody wants the key to go in place of being shown. */
export interface VaultPlace {
  /** As it was typed; the vault's root address once it was found to be one. */
  readonly address: string;
  readonly name: string;
}

export const putRequest = 'PUT keyVault /secrets/{name}';
/** What a version that this setup put there is recognised by. */
const runTag = 'lead-setup-run';
const keyTag = 'lead-setup-key';

export function vaultPlaceIn(inputs: Inputs): VaultPlace | undefined {
  const { vault = '', vaultSecret = '' } = inputs;
  return vault === '' ? undefined : { address: vault.replace(/\/+$/u, ''), name: vaultSecret };
}

export function vaultChange({ address, name }: VaultPlace): Change {
  return { sentence: say('keyAndProof.changeVault', { name, vault: address }), request: putRequest, canBeUndone: true };
}

function secretAt({ microsoft, actor }: StepContext, { address, name }: VaultPlace): VaultSecret | undefined {
  return microsoft.vaultSecret(actor, address, name);
}

/** Other details are a way on; there is nothing to choose from. */
const otherDetails = { vault: [] };
/** What other details, or somebody with more rights, can change. */
const refusals: readonly ErrorCode[] = ['E-VAULT-REFUSED', 'E-VAULT-NAME', 'E-VAULT-MISSING'];

/** What is against it, before any key is made; `isTaken` where the name has versions that are not this setup's. */
export async function lookAtVault(context: StepContext, place: VaultPlace): Promise<{ readonly obstacle?: Look; readonly isTaken: boolean }> {
  const secret = secretAt(context, place);
  if (!secret) return { isTaken: false, obstacle: blocked(say('keyAndProof.noVault', { vault: place.address }), 'keyAndProof.noVaultCure') };
  try {
    const versions = await secret.versions();
    if (versions.length === 0 && (await secret.isDeleted())) throw new SetupError('E-VAULT-NAME');
    return { isTaken: versions.some(({ tags }) => tags[runTag] !== context.run().id) };
  } catch (error) {
    if (!isVaultRefusal(error) && !isUnreachable(error)) throw error;
    return { isTaken: false, obstacle: blocked(error.sentence, 'keyAndProof.otherVaultCure', error.code === 'E-VAULT-REFUSED') };
  }
}

function isVaultRefusal(error: unknown): error is SetupError {
  return error instanceof SetupError && refusals.includes(error.code);
}

function isUnreachable(error: unknown): error is SetupError {
  return error instanceof SetupError && error.code === 'E-UNREACHABLE' && error.upstream?.service === 'keyVault';
}

function blocked(reason: Sentence, cure: string, lacksRight = false): Look {
  return { kind: 'blocked', reason, cure: say(cure), choices: otherDetails, ...(lacksRight && { lacksRight }) };
}

/** Whether the key that was made last was made for where the key is to go now: what was made for a vault is never shown, nor the other way about. */
export function isMadeForPlace(context: StepContext): boolean {
  const { vaultSecret } = context.run().facts;
  const place = vaultPlaceIn(context.inputs);
  return vaultSecret?.address === place?.address && vaultSecret?.name === place?.name;
}

/** Interrupted when the present key lay in the vault already: it was proven before, and is nowhere else any more. */
export function isInVault(context: StepContext): boolean {
  const { facts: { key, vaultSecret }, steps } = context.run();
  const isBegun = steps.keyAndProof.status === 'applying' && steps.keyAndProof.begun;
  return isBegun && vaultSecret?.version !== undefined && vaultSecret.keyId === key?.keyId && isMadeForPlace(context);
}

/** A key on its way into a vault; `value` is the secret itself. */
export interface VaultKey {
  readonly keyId: string;
  readonly value: string;
  readonly endsAt: string;
}

/**
 * The version that holds this key: one that is there by an earlier try, else a new one. Nobody else is told the key. Where the vault refuses, the
 * key stays sealed, and the vault is looked at anew before the next try.
 */
export async function putIntoVault(context: StepContext, place: VaultPlace, key: VaultKey): Promise<string> {
  const secret = secretAt(context, place);
  if (!secret) throw new Error('A key was made for an address that is no vault');
  try {
    return (await versionOf(secret, key)) ?? (await put(context, secret, key));
  } catch (error) {
    if (isVaultRefusal(error)) context.planAnew();
    throw error;
  }
}

async function versionOf(secret: VaultSecret, { keyId }: VaultKey): Promise<string | undefined> {
  const known = (await secret.versions()).find(({ tags }) => tags[keyTag] === keyId);
  return known?.version;
}

async function put(context: StepContext, secret: VaultSecret, { keyId, value, endsAt }: VaultKey): Promise<string> {
  const tags = { [runTag]: context.run().id, [keyTag]: keyId };
  const { version } = await context.changing(putRequest, () => secret.put(value, { endsAt, tags }));
  return version;
}
