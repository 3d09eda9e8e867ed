import type { StepContext } from '../steps/step.ts';
import { type Found } from './finding.ts';
import { asItShouldBe, differs, type Part } from './part.ts';
import { say } from '../sentence.ts';
import { endsSoon } from './soon.ts';

/** The key that was made: it is on the application, and has not ended. Its value is not kept here, so it is not tried. */
export const keyPart: Part = { id: 'key', read };

async function read(context: StepContext): Promise<Found | undefined> {
  const { application: known, key } = context.run().facts;
  if (!known || !key?.keyId) return undefined;
  const application = await context.microsoft.directory(context.actor).application(known.objectId);
  const entry = application?.keys.find(({ keyId }) => keyId === key.keyId);
  const values = { name: key.displayName, date: entry?.endsAt ?? key.endsAt };
  if (!entry) return differs('key', 'missing', values);
  if (entry.endsAt <= context.clock.now().toISOString()) return differs('key', 'ended', values);
  if (!endsSoon(entry.endsAt, context.clock)) return asItShouldBe('key', values);
  return { verdict: 'endsSoon', what: say('drift.key.endsSoon', values), cure: say('drift.key.endsSoonCure') };
}
