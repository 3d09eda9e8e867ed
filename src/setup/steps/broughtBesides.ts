import { isId, joined } from '../joinedComponents.ts';
import type { StagedSolution } from '../ports/microsoft.ts';
import { type Sentence, say } from '../sentence.ts';
import { componentKinds, type ForeignComponent, kindOfTypeName } from '../solutionComponents.ts';

/** One sentence for each kind of component that a security role does not consist of, told by the file or by Dynamics: how many, which, and what they could do. */
export function broughtBesides(staged: Pick<StagedSolution, 'components'>, foreign: readonly ForeignComponent[]): Sentence[] {
  const told = staged.components.flatMap(({ name, type }): ForeignComponent[] => {
    const kind = kindOfTypeName(type);
    return kind ? [{ kind, name }] : [];
  });
  const ofKind = Map.groupBy(joined(foreign, told), ({ kind }) => kind);
  return componentKinds.flatMap((kind) => {
    const components = ofKind.get(kind);
    return components ? [say(`solution.brings.${kind}`, { number: components.length, names: namesOf(components) })] : [];
  });
}

const mostNames = 5;
const longestName = 60;

/** The first names, those that tell something before ids, and how many there are besides: `a, b, c, d, e, + 12`. */
function namesOf(components: readonly ForeignComponent[]): string {
  const names = components.map(({ name }) => name || '?').toSorted((a, b) => Number(isId(a)) - Number(isId(b)));
  const shown = names.slice(0, mostNames).map((name) => (name.length > longestName ? `${name.slice(0, longestName)}…` : name));
  return [...shown, ...(names.length > mostNames ? [`+ ${names.length - mostNames}`] : [])].join(', ');
}
