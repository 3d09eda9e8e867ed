import { personas, type Persona, type PersonaName } from '../personas.ts';

/** Which of their eligible directory roles people have activated, as Privileged Identity Management keeps it. */
export interface RoleActivations {
  /** Template ids of the roles that count for the person now. */
  active(persona: Persona): readonly string[];
  /** Template ids of the roles that the person could activate, the active ones among them. */
  eligible(persona: Persona): readonly string[];
  activate(persona: PersonaName, roles: readonly string[]): void;
  deactivate(persona: PersonaName, roles: readonly string[]): void;
  reset(): void;
}

export function createRoleActivations(): RoleActivations {
  const activated = new Map<PersonaName, readonly string[]>();
  const of = (name: PersonaName) => activated.get(name) ?? [];
  return {
    active: ({ name, directoryRoles }) => [...directoryRoles, ...of(name)],
    eligible: ({ eligibleRoles }) => eligibleRoles,
    activate: (name, roles) => {
      const allowed = roles.filter((role) => personas[name].eligibleRoles.includes(role));
      activated.set(name, [...new Set([...of(name), ...allowed])]);
    },
    deactivate: (name, roles) => void activated.set(name, of(name).filter((role) => !roles.includes(role))),
    reset: () => activated.clear(),
  };
}
