import { directoryRoles } from './directory/roles.ts';
import type { EnvironmentName } from './environments.ts';

export { tenant } from './tenants.ts';

export const personaNames = ['alex', 'priya', 'rita', 'tomas', 'pim', 'tia', 'una', 'gus'] as const;
export type PersonaName = (typeof personaNames)[number];

export type DataverseRoleName = 'System Administrator' | 'Basic User';

/** What a person is in one environment. */
export interface Membership {
  /** By the name of the sandbox's own role seed. */
  readonly roles: readonly DataverseRoleName[];
  /** Roles that the person has through a team only. */
  readonly teamRoles?: readonly DataverseRoleName[];
  /** 0 Read-Write unless it is said; 1 is Administrative, which keeps out of business rows such as leads. */
  readonly accessMode?: 0 | 1;
  readonly isLicensed?: boolean;
}

export interface Persona {
  readonly name: PersonaName;
  readonly objectId: string;
  readonly displayName: string;
  readonly userPrincipalName: string;
  /** Somebody of another organization, who was invited. */
  readonly isGuest?: true;
  /** Template ids of the Entra directory roles that the person holds, active. */
  readonly directoryRoles: readonly string[];
  /** Template ids of the roles that the person may activate in Privileged Identity Management, and has not. */
  readonly eligibleRoles: readonly string[];
  /** Where the person is a user; elsewhere they are not a member. */
  readonly environments: Readonly<Partial<Record<EnvironmentName, Membership>>>;
}

const systemAdministrator: Membership = { roles: ['System Administrator'] };
const basicUser: Membership = { roles: ['Basic User'] };
const throughTeam: Membership = { roles: [], teamRoles: ['System Administrator'] };
/** What Dataverse makes of an administrator of the tenant who has no licence. */
const administrative: Membership = { roles: ['System Administrator'], accessMode: 1, isLicensed: false };

export const personas: Readonly<Record<PersonaName, Persona>> = {
  alex: {
    ...identity('alex', 1, 'Alex Admin'),
    directoryRoles: [directoryRoles['Global Administrator']],
    eligibleRoles: [],
    environments: everywhere(systemAdministrator),
  },
  priya: {
    ...identity('priya', 2, 'Priya Power'),
    directoryRoles: [],
    eligibleRoles: [],
    environments: everywhere(systemAdministrator),
  },
  rita: {
    ...identity('rita', 3, 'Rita Reader'),
    directoryRoles: [],
    eligibleRoles: [],
    environments: { contoso: basicUser, 'contoso-test': basicUser },
  },
  tomas: {
    ...identity('tomas', 4, 'Tomas Tenant'),
    directoryRoles: [directoryRoles['Application Administrator'], directoryRoles['User Administrator'], directoryRoles['License Administrator']],
    eligibleRoles: [],
    environments: {},
  },
  pim: {
    ...identity('pim', 5, 'Pim Privileged'),
    directoryRoles: [],
    eligibleRoles: [directoryRoles['Application Administrator'], directoryRoles['User Administrator'], directoryRoles['License Administrator']],
    environments: everywhere(systemAdministrator),
  },
  tia: {
    ...identity('tia', 6, 'Tia Team'),
    directoryRoles: [directoryRoles['Application Administrator']],
    eligibleRoles: [],
    environments: everywhere(throughTeam),
  },
  una: {
    ...identity('una', 7, 'Una Unlicensed'),
    directoryRoles: [directoryRoles['Global Administrator']],
    eligibleRoles: [],
    environments: everywhere(administrative),
  },
  gus: {
    ...identity('gus', 8, 'Gus Guest'),
    userPrincipalName: 'gus_fabrikam.com#EXT#@contoso.onmicrosoft.com',
    isGuest: true,
    directoryRoles: [],
    eligibleRoles: [],
    environments: {},
  },
};

/** The persona with this object id in Entra. */
export function personaWithId(objectId: unknown): Persona | undefined {
  return Object.values(personas).find((persona) => persona.objectId === objectId);
}

function identity(name: PersonaName, number: number, displayName: string): Pick<Persona, 'name' | 'objectId' | 'displayName' | 'userPrincipalName'> {
  return { name, objectId: `a1e10000-0000-4000-8000-00000000000${number}`, displayName, userPrincipalName: `${name}@contoso.onmicrosoft.com` };
}

/** In each environment of the home tenant. */
function everywhere(membership: Membership): Persona['environments'] {
  return { contoso: membership, 'contoso-test': membership, nolead: membership };
}
