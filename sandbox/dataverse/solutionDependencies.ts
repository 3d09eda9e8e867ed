import type { Environment } from './environment.ts';
import type { Dependency, SolutionFile } from './solutionFile.ts';

/** What the condition `solutionDependency: 'missing'` makes every solution depend on. */
const demanded: Dependency = {
  requiredType: '1',
  requiredSchemaName: 'msdyn_leadscore',
  requiredDisplayName: 'Lead score',
  requiredSolution: 'msdynce_LeadManagement (9.0.4.1)',
  dependentType: '20',
  dependentDisplayName: 'Microsoft Marketplace Lead Writer',
  dependentId: '{b5a5c3de-6a1e-4c0b-9d57-31c0f7a2e961}',
};

/** The dependencies of a solution whose own solution is not in the environment. */
export function missingDependencies({ store, conditions }: Environment, { dependencies }: SolutionFile): readonly Dependency[] {
  const installed = store.rows('solution').map(({ uniquename }) => uniquename);
  const all = conditions.get().solutionDependency === 'missing' ? [...dependencies, demanded] : dependencies;
  return all.filter(({ requiredSolution }) => !installed.includes(requiredSolution.split(' ')[0] ?? ''));
}

/** As `StageSolution` lists a dependency; the property names are those that Microsoft's Terraform provider reads. */
export function describeDependency(dependency: Dependency): unknown {
  return {
    RequiredComponentSchemaName: dependency.requiredSchemaName, RequiredComponentDisplayName: dependency.requiredDisplayName,
    RequiredComponentParentSchemaName: '', RequiredComponentParentDisplayName: '', RequiredComponentId: '',
    RequiredSolutionName: dependency.requiredSolution, RequiredComponentType: dependency.requiredType,
    DependentComponentSchemaName: '', DependentComponentDisplayName: dependency.dependentDisplayName, DependentComponentParentSchemaName: '',
    DependentComponentParentDisplayName: '', DependentComponentType: dependency.dependentType, DependentComponentId: dependency.dependentId,
  };
}

/** How an import says that dependencies are missing, in the words that people report. */
export function dependencyFailure({ uniqueName }: SolutionFile, missing: readonly Dependency[]): string {
  const rows = missing.map(
    (one) =>
      `<MissingDependency><Required type="${one.requiredType}" schemaName="${one.requiredSchemaName}" displayName="${one.requiredDisplayName}" ` +
      `solution="${one.requiredSolution}" /><Dependent type="${one.dependentType}" displayName="${one.dependentDisplayName}" id="${one.dependentId}" /></MissingDependency>`,
  );
  return (
    `Solution manifest import: FAILURE: The following solution cannot be imported: ${uniqueName}. Some dependencies are missing. ` +
    `The missing dependencies are : <MissingDependencies>${rows.join('')}</MissingDependencies>`
  );
}
