import type { StepContext } from './step.ts';

/** The name under which the password of the service user lies sealed. */
export const passwordSecret = 'password';

/** Days after which the password should be renewed, as the procedure asks. */
const renewAfterDays = 90;

/** From now on the sealed password is the user's. */
export function rememberPassword(context: StepContext): void {
  const now = context.clock.now();
  const renewBy = new Date(now.getTime() + renewAfterDays * 24 * 60 * 60_000);
  context.remember({ password: { setAt: now.toISOString(), renewBy: renewBy.toISOString(), madeBy: context.actor.objectId } });
}

/** The password of the service user, while it is known that the sealed one is theirs. */
export function knownPassword(context: StepContext): string | undefined {
  return context.run().facts.password && context.secrets.open(passwordSecret);
}
