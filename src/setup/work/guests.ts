import { samePerson } from '../asking.ts';
import { SetupError } from '../errors.ts';
import type { Microsoft } from '../ports/microsoft.ts';
import type { Person, SetupRun } from '../run.ts';

/** Before anything else is read with an account's rights. Throws `E-GUEST`. */
export async function refuseGuest({ microsoft }: { readonly microsoft: Microsoft }, actor: Person): Promise<void> {
  if (await microsoft.directory(actor).isGuest()) throw new SetupError('E-GUEST');
}

/** The account of whoever began was looked at with the prerequisites; that of somebody who was asked, and another than their own, is looked at here. */
export async function refuseGuestAtStep(parts: { readonly microsoft: Microsoft }, run: SetupRun, actor: Person): Promise<void> {
  if (actor.actingAs || !samePerson(actor, run.startedBy)) await refuseGuest(parts, actor);
}
