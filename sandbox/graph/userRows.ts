import type { UserRow } from '../directory/rows.ts';
import type { EntitySet } from './answers.ts';
import { hasScope, requireScope } from './authorisation.ts';
import { refusals } from './errors.ts';
import type { GraphCall } from './request.ts';

const named = ['eq', 'startswith'] as const;

/** Users, and what can be asked of them. */
export const users: EntitySet = {
  name: 'users',
  type: 'user',
  resource: 'User',
  filterable: {
    id: ['eq'], userPrincipalName: named, displayName: named, mail: named, mailNickname: named, givenName: named, surname: named, employeeId: named,
  },
  advanced: { userPrincipalName: ['endswith'], mail: ['endswith'] },
  shown: [
    'businessPhones', 'displayName', 'givenName', 'id', 'jobTitle', 'mail', 'mobilePhone', 'officeLocation', 'preferredLanguage', 'surname',
    'userPrincipalName',
  ],
};

const fullReads = ['User.Read.All', 'User.ReadWrite.All', 'Directory.Read.All', 'Directory.ReadWrite.All'] as const;
const basicProperties: ReadonlySet<string> = new Set(['id', 'displayName', 'givenName', 'surname', 'mail', 'userPrincipalName']);

export function requireUserRead(call: GraphCall): void {
  requireScope(call, 'User.ReadBasic.All', ...fullReads);
}

/** The rows as far as the token may see them: with `User.ReadBasic.All` alone the basic properties, the others as null. */
export function readable(call: GraphCall, rows: readonly UserRow[]): readonly Readonly<Record<string, unknown>>[] {
  return hasScope(call, ...fullReads) ? rows : rows.map(basics);
}

function basics(row: UserRow): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(row).filter(([name]) => basicProperties.has(name)));
}

/** The user whom the address names by id or user principal name, or Graph's 404. */
export function findUser({ directory, parts }: GraphCall): UserRow {
  const { user = '' } = parts;
  const wanted = user.toLowerCase();
  const found = directory.users.find(({ id, userPrincipalName }) => id === wanted || userPrincipalName.toLowerCase() === wanted);
  if (found === undefined) throw refusals.notFound(user);
  return found;
}
