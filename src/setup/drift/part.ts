import { say } from '../sentence.ts';
import type { StepContext } from '../steps/step.ts';
import type { Found, PartId } from './finding.ts';

/** One part of a finished setup, as the tenant has it now. */
export interface Part {
  readonly id: PartId;
  /** Reads only; undefined where there is nothing to say: it was left out, or another part says it. Whatever it throws makes the part unknown. */
  read(context: StepContext): Promise<Found | undefined>;
}

type Values = Record<string, string>;

export function asItShouldBe(part: PartId, values?: Values): Found {
  return { verdict: 'asItShouldBe', what: say(`drift.${part}.right`, values) };
}

/** `how` is the key of the sentence that says what differs. */
export function differs(part: PartId, how: string, values?: Values): Found {
  return { verdict: 'differs', what: say(`drift.${part}.${how}`, values) };
}

/** … which no step of a setup puts right: what a person can do. */
export function differsForPeople(part: PartId, how: string, values?: Values): Found {
  return { ...differs(part, how, values), cure: say(`drift.${part}.${how}Cure`, values), isForPeople: true };
}
