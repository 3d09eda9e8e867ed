import type { Directory } from '../../ports/microsoft.ts';
import { type Sentence, say } from '../../sentence.ts';
import { removeRequest } from '../../steps/keyAndProof.ts';
import { nothing, type Reversal, staying, type Taking, together, type UndoContext } from '../reversal.ts';
import { testLead } from './testLead.ts';

/** Every key under this run's name, also one whose answer was lost; a key that a person has made is theirs. */
export async function keyAndProof(context: UndoContext): Promise<Reversal> {
  return together(await testLead(context), await keys(context), inVault(context));
}

async function keys(context: UndoContext): Promise<Reversal> {
  const { application, key } = context.run().facts;
  if (!application || !key) return nothing;
  const directory = context.microsoft.directory(context.actor);
  const entry = await directory.application(application.objectId);
  if (!entry) return nothing;
  const values = { key: key.displayName, name: entry.displayName };
  if (key.isByHand) return application.origin === 'found' ? staying(say('undo.keyByHand', values)) : nothing;
  const own = entry.keys.filter(({ displayName }) => displayName === key.displayName);
  if (own.length === 0) return nothing;
  return { ...nothing, takings: [removing(context, directory, { objectId: application.objectId, keyIds: own.map(({ keyId }) => keyId), sentence: say('undo.key', values) })] };
}

interface Keys {
  readonly objectId: string;
  readonly keyIds: readonly string[];
  readonly sentence: Sentence;
}

function removing(context: UndoContext, directory: Directory, { objectId, keyIds, sentence }: Keys): Taking {
  return {
    sentence,
    request: removeRequest,
    take: async () => {
      for (const keyId of keyIds) await context.changing(removeRequest, () => directory.removeKey(objectId, keyId));
      return { kind: 'done' };
    },
  };
}

/** Without its key the value opens nothing; the vault, and who may delete in it, is the organization's own business. */
function inVault(context: UndoContext): Reversal {
  const vault = context.run().facts.vaultSecret;
  return vault?.version === undefined ? nothing : staying(say('undo.vaultSecret', { name: vault.name, vault: vault.address }));
}
