import type { DirectoryUser } from '../ports/microsoft.ts';
import type { StepContext } from './step.ts';

/** The name under which the password of the service user lies sealed. */
export const passwordSecret = 'password';

/** Days after which the password should be renewed, as the procedure asks. */
const renewAfterDays = 90;

/** Entra's clock and ours need not agree to the minute. */
const clocksDifferMs = 5 * 60_000;

/** The sealed password is the user's, since `setAt`. */
export function rememberPassword(context: StepContext, setAt: Date = context.clock.now()): void {
  const renewBy = new Date(setAt.getTime() + renewAfterDays * 24 * 60 * 60_000);
  context.remember({ password: { setAt: setAt.toISOString(), renewBy: renewBy.toISOString(), madeBy: context.actor.objectId } });
}

/** The user has another password, or another user is used: the sealed one is of no use, and is destroyed before that is written. */
export function forgetPassword(context: StepContext): void {
  context.secrets.forget(passwordSecret);
  if (context.run().facts.password) context.remember({ password: undefined });
}

/** What Entra says right after our own change of the password: any later change is somebody else's. */
export function rememberOwnChange(context: StepContext, user: DirectoryUser): void {
  const { password } = context.run().facts;
  if (!password || password.changedAt || !user.passwordChangedAt || wasReplaced(context, user)) return;
  context.remember({ password: { ...password, changedAt: user.passwordChangedAt } });
}

/** Somebody else has set a password since ours. */
export function wasReplaced(context: StepContext, { passwordChangedAt }: DirectoryUser): boolean {
  const { password } = context.run().facts;
  if (!password || !passwordChangedAt) return false;
  const latest = password.changedAt ? Date.parse(password.changedAt) : Date.parse(password.setAt) + clocksDifferMs;
  return Date.parse(passwordChangedAt) > latest;
}

/** The password of the service user, while it is known that the sealed one is theirs. */
export function knownPassword(context: StepContext): string | undefined {
  return context.run().facts.password && context.secrets.open(passwordSecret);
}
