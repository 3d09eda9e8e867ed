import { z } from 'zod';

import type { SecurityRole } from '../../setup/ports/microsoft.ts';

export const roleColumns = ['roleid', 'name', 'iscustomizable', 'isinherited', '_parentrootroleid_value', '_roletemplateid_value'] as const;

/** A row of the table `role`; `iscustomizable` is a managed property. */
export const roleRow = z.object({
  roleid: z.string(),
  name: z.string(),
  iscustomizable: z.object({ Value: z.boolean() }).nullish(),
  isinherited: z.number().nullish(),
  _parentrootroleid_value: z.string().nullish(),
  _roletemplateid_value: z.string().nullish(),
});

export function toSecurityRole({ _parentrootroleid_value: root, _roletemplateid_value: template, ...row }: z.infer<typeof roleRow>): SecurityRole {
  return {
    roleId: row.roleid,
    name: row.name,
    isCustomizable: row.iscustomizable?.Value ?? false,
    isInherited: row.isinherited ?? 0,
    // A role of the root business unit is its own root.
    rootRoleId: root ?? row.roleid,
    templateId: template ?? undefined,
  };
}
