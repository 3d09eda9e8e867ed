import { say } from '../sentence.ts';
import type { Check } from './check.ts';

/** The same in every organization and language, unlike the role's name. */
const systemAdministratorTemplate = '627090ff-40a3-4053-8790-584edc5be201';

/** P1: only a System Administrator may install the solution and edit its role; System Customizer is not enough. */
export const systemAdministrator: Check = {
  code: 'PRE-001',
  paths: ['entra', 'microsoft365'],
  async read({ microsoft, actor, environment, administrator }) {
    const dataverse = microsoft.dataverse(actor, environment);
    if ((await dataverse.rolesOfUser(administrator.systemUserId)).some(isAdministrator)) {
      return { verdict: 'passed', found: say('check.systemAdministrator.direct') };
    }
    if ((await dataverse.rolesThroughTeams(administrator.systemUserId)).some(isAdministrator)) {
      return { verdict: 'passed', found: say('check.systemAdministrator.team') };
    }
    return {
      verdict: 'blocked',
      found: say('check.systemAdministrator.missing', { environment: environment.name }),
      cure: say('check.systemAdministrator.cure'),
    };
  },
};

function isAdministrator({ templateId }: { templateId: string | undefined }): boolean {
  return templateId === systemAdministratorTemplate;
}
