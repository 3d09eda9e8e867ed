import type { SetupRun } from '../setup/run.ts';
import { say } from '../setup/sentence.ts';
import type { Words } from './words.ts';

/** Name and address of the environment: the address is the name where that is all that is known, and says that it is a test environment. */
export function placeOf({ environment }: Pick<SetupRun, 'environment'>, words: Words): { name: string; address: string } {
  if (!environment) return { name: '', address: '' };
  const { host } = new URL(environment.url);
  return { name: environment.name, address: environment.isTest ? words.text(say('card.frame.test', { host })) : host };
}
