import type { Plan } from '../run.ts';
import { say } from '../sentence.ts';

/** Which application a plan is about: whoever registers one chooses its name, so only the id tells an approver, and the plan's hash, whose it is. */
export function applicationFact({ appId }: { readonly appId: string }): Plan['facts'][number] {
  return { label: say('application.factAppId'), value: appId };
}
