import { keyName } from '../steps/keyAndProof.ts';
import type { StepContext } from '../steps/step.ts';
import { type Found } from './finding.ts';
import { asItShouldBe, differs, differsForPeople, type Part } from './part.ts';
import { say } from '../sentence.ts';
import { endsSoon } from './soon.ts';

/** The key that was made: it is on the application, and has not ended; no other of this setup is. Its value is not kept here, so it is not tried. */
export const keyPart: Part = { id: 'key', read };

async function read(context: StepContext): Promise<Found | undefined> {
  const { application: known, key } = context.run().facts;
  if (!known) return undefined;
  const keys = (await context.microsoft.directory(context.actor).application(known.objectId))?.keys ?? [];
  const entry = keys.find(({ keyId }) => keyId === key?.keyId);
  const values = { name: key?.displayName ?? keyName(context), date: entry?.endsAt ?? key?.endsAt ?? '', application: known.displayName };
  if (!entry) return differs('key', 'missing', values);
  if (key?.isUnused) return differs('key', 'unused', values);
  if (entry.endsAt <= context.clock.now().toISOString()) return differs('key', 'ended', values);
  if (endsSoon(entry.endsAt, context.clock)) return { verdict: 'endsSoon', what: say('drift.key.endsSoon', values), cure: say('drift.key.endsSoonCure') };
  const isAlone = !keys.some((other) => other !== entry && other.displayName === keyName(context));
  return isAlone ? asItShouldBe('key', values) : differsForPeople('key', 'several', values);
}
