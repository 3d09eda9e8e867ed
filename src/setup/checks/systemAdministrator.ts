import { say } from '../sentence.ts';
import type { Check, CheckContext } from './check.ts';
import { becomesSystemAdministrator } from './directoryRoles.ts';

/** The same in every organization and language, unlike the role's name. */
const systemAdministratorTemplate = '627090ff-40a3-4053-8790-584edc5be201';

/** P1: only a System Administrator may install the solution and edit its role; System Customizer is not enough. */
export const systemAdministrator: Check = {
  code: 'PRE-001',
  paths: ['entra', 'microsoft365'],
  async read(context) {
    const { microsoft, actor, environment, administrator } = context;
    if (!administrator) return refused(context, 'notMember');
    const dataverse = microsoft.dataverse(actor, environment);
    if ((await dataverse.rolesOfUser(administrator.systemUserId)).some(isAdministrator)) {
      return { verdict: 'passed', found: say('check.systemAdministrator.direct') };
    }
    if ((await dataverse.rolesThroughTeams(administrator.systemUserId)).some(isAdministrator)) {
      return { verdict: 'passed', found: say('check.systemAdministrator.team') };
    }
    return refused(context, 'missing');
  },
};

/** Whoever could activate a role that brings the right along needs nobody's help. */
function refused({ environment, eligibleRoles }: CheckContext, why: 'notMember' | 'missing') {
  const isEligible = eligibleRoles.some((role) => becomesSystemAdministrator.includes(role));
  const cure = isEligible ? 'check.systemAdministrator.activate' : `check.systemAdministrator.${why}Cure`;
  return { verdict: 'blocked', found: say(`check.systemAdministrator.${why}`, { environment: environment.name }), cure: say(cure) } as const;
}

function isAdministrator({ templateId }: { templateId: string | undefined }): boolean {
  return templateId === systemAdministratorTemplate;
}
