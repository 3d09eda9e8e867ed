import { say } from '../sentence.ts';
import type { Check } from './check.ts';

/** Without Dynamics 365 Sales (or its lead table) there is nowhere for a lead to go. */
export const leadTable: Check = {
  code: 'PRE-003',
  paths: ['entra', 'microsoft365'],
  async read({ microsoft, actor, environment, administrator }) {
    if (!administrator) return undefined;
    if (await microsoft.dataverse(actor, environment).hasTable('lead')) {
      return { verdict: 'passed', found: say('check.leadTable.present') };
    }
    return {
      verdict: 'blocked',
      found: say('check.leadTable.missing', { environment: environment.name }),
      cure: say('check.leadTable.cure'),
    };
  },
};
