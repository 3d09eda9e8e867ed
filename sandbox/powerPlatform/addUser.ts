import { z } from 'zod';
import { forceUser, isLicensed, type PeopleOfTenant } from '../dataverse/people.ts';
import type { Environment } from '../dataverse/environment.ts';
import type { SandboxAnswer } from '../service.ts';
import { refusals } from './errors.ts';

const addUserBody = z.strictObject({ objectId: z.guid().toLowerCase() });

/**
 * `POST …/environments/{id}/addUser`: begins to make the person a user of the environment's Dataverse. Somebody outside the environment's
 * security group is never made one, and the answer does not tell.
 */
export function addUser(environment: Environment, people: PeopleOfTenant, body: unknown): SandboxAnswer {
  const parsed = addUserBody.safeParse(body);
  if (!parsed.success) throw refusals.badBody(z.prettifyError(parsed.error));
  const { objectId } = parsed.data;
  const person = people.find(objectId);
  if (person === undefined) throw refusals.unknownUser(objectId);
  if (!person.isEnabled) throw refusals.disabledUser(objectId);
  if (!isLicensed(environment, person)) throw refusals.unlicensedUser(objectId);
  forceUser(environment, objectId);
  return { status: 200 };
}
