import { say } from '../sentence.ts';
import type { Check } from './check.ts';

/** An administrator without a licence is in access mode 1: may import and assign, may not read leads. */
export const accessMode: Check = {
  code: 'PRE-002',
  paths: ['entra', 'microsoft365'],
  async read({ microsoft, actor, environment, administrator }) {
    if (!administrator) return undefined;
    const mode = await microsoft.dataverse(actor, environment).accessMode(administrator.systemUserId);
    if (mode === 0) return { verdict: 'passed', found: say('check.accessMode.readWrite') };
    return { verdict: 'warning', found: say('check.accessMode.limited'), cure: say('check.accessMode.cure') };
  },
};
