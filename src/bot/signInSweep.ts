import type { Person } from '../setup/run.ts';
import type { Setups } from '../setup/setups.ts';
import { actsForThem, letGoOf, type SignOutParts } from './signOut.ts';

export interface SignInSweepParts extends Pick<SignOutParts, 'jobs' | 'userTokens' | 'forgetTokens' | 'log'> {
  readonly setups: Pick<Setups, 'overdueSignIns' | 'endSignIn'>;
}

/** Each is a call of the token service; whoever is left comes with the next sweep. */
const mostAtOnce = 50;

/**
 * Signs out whoever has left a setup alone: nobody else ends what the token service keeps. Nobody is written to; their card says it when
 * they come back. Never rejects: whom the token service could not be told of stays signed in until the next sweep.
 */
export async function endOverdueSignIns(parts: SignInSweepParts): Promise<void> {
  try {
    for (const person of parts.setups.overdueSignIns().slice(0, mostAtOnce)) await endSignInOf(parts, person);
  } catch (error) {
    parts.log.warn({ err: error }, 'The sign-ins that are not used any more could not be read');
  }
}

async function endSignInOf(parts: SignInSweepParts, person: Person): Promise<void> {
  const { setups, jobs, log } = parts;
  try {
    if (jobs.openOf(person).some(actsForThem)) return;
    await letGoOf(parts, person);
    setups.endSignIn(person);
    log.info({ person: person.objectId }, 'A sign-in was ended that was not used any more');
  } catch (error) {
    log.warn({ err: error, person: person.objectId }, 'Nobody was signed out');
  }
}
