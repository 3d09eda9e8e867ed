/** The one home tenant of the sandbox; `npm start` gives the same ids to the Agents Playground. */
export const tenant = {
  id: '7d1c4e0a-93b5-4c62-8f0e-2a5b6c7d8e9f',
  displayName: 'Contoso',
  domain: 'contoso.onmicrosoft.com',
} as const;

export const personaNames = ['alex', 'priya', 'rita'] as const;
export type PersonaName = (typeof personaNames)[number];

export interface Persona {
  readonly name: PersonaName;
  readonly objectId: string;
  readonly displayName: string;
  readonly userPrincipalName: string;
  /** Template ids of the Entra directory roles that the person holds, active. */
  readonly directoryRoles: readonly string[];
  /** The Dataverse roles per environment, by the name of the sandbox's own role seed. */
  readonly dataverseRoles: readonly ('System Administrator' | 'Basic User')[];
}

const globalAdministrator = '62e90394-69f5-4237-9190-012177145e10';

export const personas: Readonly<Record<PersonaName, Persona>> = {
  alex: {
    name: 'alex',
    objectId: 'a1e10000-0000-4000-8000-000000000001',
    displayName: 'Alex Admin',
    userPrincipalName: 'alex@contoso.onmicrosoft.com',
    directoryRoles: [globalAdministrator],
    dataverseRoles: ['System Administrator'],
  },
  priya: {
    name: 'priya',
    objectId: 'a1e10000-0000-4000-8000-000000000002',
    displayName: 'Priya Power',
    userPrincipalName: 'priya@contoso.onmicrosoft.com',
    directoryRoles: [],
    dataverseRoles: ['System Administrator'],
  },
  rita: {
    name: 'rita',
    objectId: 'a1e10000-0000-4000-8000-000000000003',
    displayName: 'Rita Reader',
    userPrincipalName: 'rita@contoso.onmicrosoft.com',
    directoryRoles: [],
    dataverseRoles: ['Basic User'],
  },
};
