import { z } from 'zod';
import type { Directory, Password } from '../directory/directory.ts';
import { findDomain } from '../directory/domains.ts';
import { refusals } from './errors.ts';
import { checkBody } from './schema.ts';

type Body = Readonly<Record<string, unknown>>;

const settable: ReadonlySet<string> = new Set([
  'accountEnabled', 'businessPhones', 'city', 'companyName', 'country', 'department', 'displayName', 'employeeId', 'employeeType', 'givenName',
  'jobTitle', 'mail', 'mailNickname', 'mobilePhone', 'officeLocation', 'onPremisesImmutableId', 'otherMails', 'passwordPolicies',
  'passwordProfile', 'postalCode', 'preferredLanguage', 'state', 'streetAddress', 'surname', 'usageLocation', 'userPrincipalName', 'userType',
]);

/** The letters of a user name, without accents and blanks; no dot at either end. */
const localPart = /^(?!\.)[A-Za-z0-9'._!#^~-]{1,64}(?<!\.)$/;
const nickname = /^[A-Za-z0-9'._!#^~$%&*+/=?`{|}-]{1,64}$/;
const passwordPolicies: readonly unknown[] = [
  null, 'None', 'DisablePasswordExpiration', 'DisableStrongPassword', 'DisablePasswordExpiration, DisableStrongPassword',
];
const passwordProfile = z.object({ password: z.string().nullish(), forceChangePasswordNextSignIn: z.boolean().nullish() });
const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

/** Throws Graph's 400 for what the type does not have, for what cannot be set and for values that a user cannot have. */
export function checkUserBody(body: Body): void {
  checkBody('user', body);
  const refused = Object.keys(body).find((name) => !settable.has(name));
  if (refused !== undefined) throw refusals.readOnly(refused);
  const wrong = Object.entries(body).find(([name, value]) => Object.hasOwn(rules, name) && !rules[name]?.(value));
  if (wrong !== undefined) throw refusals.invalidUserValue(wrong[0]);
}

const rules: Readonly<Record<string, (value: unknown) => boolean>> = {
  displayName: (value) => isText(value, 256),
  mailNickname: (value) => typeof value === 'string' && nickname.test(value),
  employeeId: (value) => value === null || isText(value, 16),
  usageLocation: (value) => value === null || isCountry(value),
  passwordPolicies: (value) => passwordPolicies.includes(value),
  accountEnabled: (value) => value !== null,
  userPrincipalName: (value) => value !== null,
};

function isText(value: unknown, longest: number): boolean {
  return typeof value === 'string' && value.trim() !== '' && value.length <= longest;
}

function isCountry(value: unknown): boolean {
  return typeof value === 'string' && /^[A-Z]{2}$/.test(value) && value !== 'ZZ' && regions.of(value) !== undefined;
}

/** Throws Graph's 400 for the first property without which no user is made, and gives the password. */
export function requiredPassword(body: Body): Password {
  const missing = ['accountEnabled', 'displayName', 'mailNickname', 'userPrincipalName'].find((name) => body[name] === undefined || body[name] === null);
  if (missing !== undefined) throw refusals.required(missing, 'User');
  const password = passwordIn(body);
  if (password === undefined) throw refusals.passwordMissing();
  return password;
}

/**
 * Throws Graph's 400 for a user name that nobody can have here or that somebody else has. Entra renames a deleted user, so a deleted
 * user's name is free again: Microsoft says so for cloud users, but no source was found that tried it through Graph.
 */
export function checkUserName(directory: Directory, body: Body, ownId?: string): void {
  const [, local = '', domainName = ''] = /^(.*)@([^@]*)$/.exec(String(body['userPrincipalName'])) ?? [];
  const domain = findDomain(domainName);
  if (domain === undefined) throw refusals.unverifiedDomain();
  if (!localPart.test(local)) throw refusals.invalidUserValue('userPrincipalName');
  const hasImmutableId = typeof body['onPremisesImmutableId'] === 'string' && body['onPremisesImmutableId'] !== '';
  // That a federated domain needs the property is documented; the words of the refusal are not.
  if (domain.authenticationType === 'Federated' && !hasImmutableId) throw refusals.required('onPremisesImmutableId', 'User');
  const name = `${local}@${domainName}`.toLowerCase();
  const holder = directory.users.find(({ userPrincipalName }) => userPrincipalName.toLowerCase() === name);
  if (holder !== undefined && holder.id !== ownId) throw refusals.userNameTaken();
}

/** The password that a body sets, if it sets one; Graph asks for a change at the next sign-in unless it is told not to. */
export function passwordIn(body: Body): Password | undefined {
  const { password, forceChangePasswordNextSignIn } = passwordProfile.safeParse(body['passwordProfile']).data ?? {};
  return typeof password === 'string' ? { text: password, mustChange: forceChangePasswordNextSignIn ?? true } : undefined;
}

/** Whether a body that sets no password asks for another one at the next sign-in; undefined when it does not say. */
export function mustChangeIn(body: Body): boolean | undefined {
  return passwordProfile.safeParse(body['passwordProfile']).data?.forceChangePasswordNextSignIn ?? undefined;
}

const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^a-zA-Z0-9]/];

/** Throws Graph's 400 for a password that Entra's policy for cloud users refuses. */
export function checkPassword({ text: password }: Password, { userPrincipalName, passwordPolicies: policies }: Body): void {
  const [local = ''] = String(userPrincipalName).toLowerCase().split('@');
  const isStrong = typeof policies === 'string' && policies.includes('DisableStrongPassword') ? true : kinds.filter((kind) => kind.test(password)).length >= 3;
  const fits = password.length >= 8 && password.length <= 256 && /^[\x20-\x7e]*$/.test(password);
  if (!fits || !isStrong || password.toLowerCase().includes(local)) throw refusals.weakPassword();
}
