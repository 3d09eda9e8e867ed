import { say, type Sentence } from '../../setup/sentence.ts';

/** The procedure by hand for what undo takes back, with the value that names it there. */
const ways: Readonly<Record<string, readonly [key: string, value: string]>> = {
  'undo.testLead': ['testLeadRemove', ''],
  'undo.key': ['keyRemove', 'key'],
  'undo.application': ['applicationRemove', 'name'],
  'undo.signInOff': ['applicationDisable', 'name'],
  'undo.applicationUser': ['applicationUserRemove', ''],
  'undo.applicationUserOff': ['applicationUserRemove', ''],
  'undo.role': ['userRoleRemove', 'role'],
  'undo.companion': ['companionRoleRemove', 'name'],
  'undo.serviceUser': ['serviceUserRemove', 'userName'],
  'undo.licence': ['licenceRemove', ''],
  'undo.solution': ['solutionRemove', 'name'],
};

export function byHandOf({ key, values = {} }: Sentence): Sentence | undefined {
  const way = ways[key];
  if (!way) return undefined;
  const name = values[way[1]] ?? '';
  return say(`card.made.${way[0]}`, { name, role: name });
}
