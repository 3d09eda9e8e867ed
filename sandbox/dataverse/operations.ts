import type { SandboxAnswer } from '../service.ts';
import { apiRoot, noContent, ok } from './answer.ts';
import { dependenciesForUninstall } from './deletions.ts';
import { badParameter, unknownSegment } from './errors.ts';
import { functionArguments, type Segment } from './path.ts';
import { existingRow } from './reads.ts';
import type { Exchange } from './request.ts';
import { addPrivileges, listRolePrivileges, listUserPrivileges, removePrivilege } from './roleEdits.ts';
import { requirePrivilege } from './security.ts';
import { importSolutionAsync, retrieveImportResult, stageSolution } from './solutionActions.ts';
import { tables, type Table } from './tables.ts';

/** What `RetrieveVersion` answers: newer than both versions that the asynchronous import asks for. */
export const dataverseVersion = '9.2.24104.00195';

interface FunctionOf {
  readonly parameters: readonly string[];
  readonly call: (exchange: Exchange, args: Readonly<Record<string, string>>) => unknown;
}

const functions: Readonly<Record<string, FunctionOf>> = {
  WhoAmI: { parameters: [], call: whoAmI },
  RetrieveVersion: { parameters: [], call: retrieveVersion },
  RetrieveDependenciesForUninstall: { parameters: ['SolutionUniqueName'], call: retrieveDependencies },
  RetrieveSolutionImportResult: { parameters: ['ImportJobId'], call: retrieveImportResult },
};

const actions: Readonly<Record<string, (exchange: Exchange) => unknown>> = {
  StageSolution: stageSolution,
  ImportSolutionAsync: importSolutionAsync,
};

export function isFunction(name: string): boolean {
  return Object.hasOwn(functions, name);
}

export function isAction(name: string): boolean {
  return Object.hasOwn(actions, name);
}

/** Calls an unbound function with its arguments from the path or from aliases in the query. */
export function callFunction(exchange: Exchange, segment: Segment): unknown {
  const found = functions[segment.name];
  if (found === undefined) throw unknownSegment(segment.name);
  const args = functionArguments(segment, exchange.request.query);
  const wrong = [...Object.keys(args).filter((name) => !found.parameters.includes(name)), ...found.parameters.filter((name) => !args[name])];
  if (wrong.length > 0) throw badParameter(segment.name, `Parameters are not as expected: ${wrong.join(', ')}.`);
  return found.call(exchange, args);
}

export function callAction(exchange: Exchange, name: string): unknown {
  const found = actions[name];
  if (found === undefined) throw unknownSegment(name);
  return found(exchange);
}

/** Calls an operation that is bound to a row: `roles({id})/Microsoft.Dynamics.CRM.…`. */
export function callBound(exchange: Exchange, table: Table, target: Segment, operation: Segment): SandboxAnswer {
  const { environment, caller, request } = exchange;
  const called = `${request.method} ${table.logicalName} ${operation.name}`;
  if (called === 'POST role AddPrivilegesRole') {
    addPrivileges(environment, caller, existingRow(exchange, table, target), request.body);
    return noContent();
  }
  if (called === 'POST role RemovePrivilegeRole') {
    removePrivilege(environment, caller, existingRow(exchange, table, target), request.body);
    return noContent();
  }
  if (called === 'GET role RetrieveRolePrivilegesRole') {
    return ok(privilegeList(exchange, operation.name, listRolePrivileges(environment, existingRow(exchange, tables.role, target))));
  }
  if (called === 'GET systemuser RetrieveUserPrivileges') {
    return ok(privilegeList(exchange, operation.name, listUserPrivileges(environment, existingRow(exchange, tables.systemuser, target))));
  }
  throw unknownSegment(`Microsoft.Dynamics.CRM.${operation.name}`);
}

function privilegeList({ environment }: Exchange, operation: string, RolePrivileges: unknown[]): unknown {
  return { '@odata.context': `${apiRoot(environment)}/$metadata#Microsoft.Dynamics.CRM.${operation}Response`, RolePrivileges };
}

/** An unmanaged solution, or one that is not there, has none. */
function retrieveDependencies({ environment, caller }: Exchange, { SolutionUniqueName = '' }: Readonly<Record<string, string>>): unknown {
  requirePrivilege(environment, caller, 'prvReadSolution', tables.solution);
  const isManaged = environment.store.rows('solution').some((row) => row['uniquename'] === SolutionUniqueName && row['ismanaged'] === true);
  return { '@odata.context': `${apiRoot(environment)}/$metadata#dependencies`, value: isManaged ? dependenciesForUninstall(environment) : [] };
}

function whoAmI({ environment, caller }: Exchange): unknown {
  return {
    '@odata.context': `${apiRoot(environment)}/$metadata#Microsoft.Dynamics.CRM.WhoAmIResponse`,
    BusinessUnitId: caller.businessUnitId, UserId: caller.userId, OrganizationId: environment.organizationId,
  };
}

function retrieveVersion({ environment }: Exchange): unknown {
  return { '@odata.context': `${apiRoot(environment)}/$metadata#Microsoft.Dynamics.CRM.RetrieveVersionResponse`, Version: dataverseVersion };
}
