import type { StagedSolution } from '../ports/microsoft.ts';
import { type Sentence, say } from '../sentence.ts';
import { componentKinds, type ForeignComponent, kindOfTypeName } from '../solutionComponents.ts';

/** One sentence for each kind of component that a security role does not consist of, told by the file or by Dynamics: what it is and what it could do. */
export function broughtBesides(staged: Pick<StagedSolution, 'components'>, foreign: readonly ForeignComponent[]): Sentence[] {
  const told = staged.components.flatMap(({ name, type }): ForeignComponent[] => {
    const kind = kindOfTypeName(type);
    return kind ? [{ kind, name }] : [];
  });
  const all = [...told, ...foreign];
  const kinds = componentKinds.filter((kind) => all.some((component) => component.kind === kind));
  return kinds.map((kind) => say(`solution.brings.${kind}`, { names: namesOf(all.filter((component) => component.kind === kind)) }));
}

const mostNames = 5;
const longestName = 60;

/** Ids only where there is nothing better. */
function namesOf(components: readonly ForeignComponent[]): string {
  const names = [...new Set(components.map(({ name }) => name).filter(Boolean))];
  const readable = names.filter((name) => !/^\{?[\da-f]{8}-[\da-f-]{27}\}?$/iu.test(name));
  const shown = (readable.length > 0 ? readable : names).map((name) => (name.length > longestName ? `${name.slice(0, longestName)}…` : name));
  return [...shown.slice(0, mostNames), ...(shown.length > mostNames ? ['…'] : [])].join(', ');
}
