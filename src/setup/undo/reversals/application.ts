import type { Application, Directory } from '../../ports/microsoft.ts';
import { say } from '../../sentence.ts';
import { applicationMadeBy, completeRequest, enableRequest, saveRequest, servicePrincipalRequest } from '../../steps/application.ts';
import { hasSent, otherUser } from '../madeByRun.ts';
import { nothing, type Reversal, staying, taking, together, type UndoContext } from '../reversal.ts';

const request = 'DELETE graph /applications/{id}';
const disableRequest = 'PATCH graph /servicePrincipals(appId) (accountEnabled: false)';

/** Deleted with its service principal, where this setup has registered it and no other uses it; else disabled again, where it was so before. */
export async function application(context: UndoContext): Promise<Reversal> {
  const directory = context.microsoft.directory(context.actor);
  const entry = await entryOf(context, directory);
  if (!entry) return nothing;
  if (!isMade(context)) return together(leftChanged(context, entry), await disabledAgain(context, directory, entry));
  const values = { name: entry.displayName, appId: entry.appId };
  const other = otherUser(context, ({ facts }) => facts.application?.objectId === entry.objectId);
  if (other) return staying(say('undo.applicationUsed', { ...values, person: other.startedBy.name }));
  const others = otherKeys(context, entry);
  return {
    ...nothing,
    takings: [taking(context, { sentence: say('undo.application', values), request }, () => directory.deleteApplication(entry.objectId))],
    notices: others.length > 0 ? [say('undo.otherKeys', { ...values, keys: others.join(', ') })] : [],
  };
}

/** By its own unique name where the answer to its making was lost, the first time or when it took the place of one that was gone. */
async function entryOf(context: UndoContext, directory: Directory): Promise<Application | undefined> {
  const run = context.run();
  const { application: known } = run.facts;
  const entry = known && (await directory.application(known.objectId));
  return entry ?? (isMade(context) ? applicationMadeBy(run, directory) : undefined);
}

function isMade(context: UndoContext): boolean {
  const run = context.run();
  return hasSent(run, saveRequest) && run.facts.application?.origin !== 'found';
}

/** What was changed on an application that was there before: nobody has written down how it was. */
function leftChanged(context: UndoContext, { displayName: name }: Application): Reversal {
  const run = context.run();
  const changed = [hasSent(run, completeRequest) && say('undo.applicationChanged', { name }), hasSent(run, servicePrincipalRequest) && say('undo.servicePrincipalStays', { name })];
  return staying(...changed.filter((sentence) => sentence !== false));
}

async function disabledAgain(context: UndoContext, directory: Directory, { objectId, appId, displayName: name }: Application): Promise<Reversal> {
  const run = context.run();
  const isEnabledHere = run.facts.application?.wasDisabled && hasSent(run, enableRequest);
  if (!isEnabledHere || !(await directory.servicePrincipal(appId))?.isEnabled) return nothing;
  const other = otherUser(context, ({ facts }) => facts.application?.objectId === objectId);
  if (other) return staying(say('undo.signInUsed', { name, person: other.startedBy.name }));
  const sentence = say('undo.signInOff', { name, appId });
  return { ...nothing, takings: [taking(context, { sentence, request: disableRequest }, () => directory.disableServicePrincipal(appId))] };
}

/** Keys that somebody else has made since, which go with the application. */
function otherKeys(context: UndoContext, { keys }: Application): string[] {
  const { id, facts } = context.run();
  const isOwn = ({ keyId, displayName }: Application['keys'][number]) => displayName === `lead-setup ${id}` || (keyId === facts.key?.keyId && !facts.key.isByHand);
  return keys.filter((key) => !isOwn(key)).map(({ displayName, keyId }) => displayName || keyId);
}
