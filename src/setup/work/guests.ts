import { samePerson } from '../asking.ts';
import { SetupError } from '../errors.ts';
import type { Microsoft } from '../ports/microsoft.ts';
import type { Person, SetupRun } from '../run.ts';

/** Before anything else is read with an account's rights. Throws `E-GUEST`. */
export async function refuseGuest({ microsoft }: { readonly microsoft: Microsoft }, actor: Person): Promise<void> {
  if (await microsoft.directory(actor).isGuest()) throw new SetupError('E-GUEST');
}

/** The account of whoever began is looked at with the environments and the prerequisites, also when it becomes another one; that of somebody who was asked is looked at here. */
export async function refuseGuestAtStep(parts: { readonly microsoft: Microsoft }, run: SetupRun, actor: Person): Promise<void> {
  if (!samePerson(actor, run.startedBy)) await refuseGuest(parts, actor);
}
