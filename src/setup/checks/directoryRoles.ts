import type { Path } from '../run.ts';
import { say } from '../sentence.ts';
import type { Check, CheckContext } from './check.ts';

const globalAdministrator = '62e90394-69f5-4237-9190-012177145e10';
const applicationAdministrators = [
  globalAdministrator,
  '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3', // Application Administrator
  '158c047a-c907-4556-b7ef-446551a6b5f7', // Cloud Application Administrator
  'cf1c38e5-3621-4004-a7cb-879624dced7c', // Application Developer
];
const userAdministrator = 'fe930be7-5e62-47db-91af-98c3a49a38b1';
const licenseAdministrator = '4d6ac14f-3453-41d0-bef9-a3e0c569773a';

/** These roles make their holder System Administrator of every environment, which takes Dynamics some minutes. Source: create-users. */
export const becomesSystemAdministrator: readonly string[] = [
  globalAdministrator,
  '44367163-eba1-44c3-98af-f5787879f96a', // Dynamics 365 Administrator
  '11648597-926c-4cf3-9c36-bcebb0ba8dcc', // Power Platform Administrator
];

/** P2, Entra path. Many tenants let everybody register applications, so a missing role is no proven no. */
export const registerApplications = directoryRoleCheck('PRE-004', 'entra', 'check.registerApplications', (holds) =>
  applicationAdministrators.some(holds),
);

/** P2, Microsoft 365 path: a User Administrator may also assign licences, yet the procedure asks for both roles. */
export const createUsers = directoryRoleCheck(
  'PRE-005',
  'microsoft365',
  'check.createUsers',
  (holds) => holds(globalAdministrator) || (holds(userAdministrator) && holds(licenseAdministrator)),
);

function directoryRoleCheck(
  code: string,
  path: Path,
  key: string,
  suffices: (holds: (templateId: string) => boolean) => boolean,
): Check {
  return {
    code,
    paths: [path],
    async read({ directoryRoles, eligibleRoles }: CheckContext) {
      if (!directoryRoles) return { verdict: 'warning', found: say('check.directoryRoles.unreadable'), cure: say(`${key}.cure`) };
      if (suffices((templateId) => directoryRoles.includes(templateId))) {
        return { verdict: 'passed', found: say(`${key}.present`) };
      }
      // What is active and what could be counts together: one of two roles may be missing.
      if (suffices((templateId) => directoryRoles.includes(templateId) || eligibleRoles.includes(templateId))) {
        return { verdict: 'warning', found: say(`${key}.eligible`), cure: say('check.directoryRoles.activate') };
      }
      return { verdict: 'warning', found: say(`${key}.missing`), cure: say(`${key}.cure`) };
    },
  };
}
