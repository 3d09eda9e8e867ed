import type { AccessToken, SandboxAnswer, SandboxRequest, SandboxService, VerifyToken } from '../service.ts';
import { identified, noContent, ok, refusal } from './answer.ts';
import { associate, disassociate } from './associations.ts';
import { admit, authenticate, type Protected } from './caller.ts';
import { readEntityDefinition } from './entityDefinitions.ts';
import type { Environment } from './environment.ts';
import { DataverseError, notModelled, unknownSegment, unsupportedMethod } from './errors.ts';
import { impersonated } from './impersonation.ts';
import { callAction, callBound, callFunction, isAction, isFunction } from './operations.ts';
import { parsePath, type Segment } from './path.ts';
import { readRelated, readRow, readRows } from './reads.ts';
import { settlePeople } from './people.ts';
import type { Exchange } from './request.ts';
import { settleConditions } from './solutionConditions.ts';
import { settleImports } from './solutionImport.ts';
import { isInstalled, tableOfSet, type Table } from './tables.ts';
import { createRow, deleteRow, updateRow } from './writes.ts';

const operationPrefix = 'Microsoft.Dynamics.CRM.';

/** The Web API of one environment: every request is authenticated, admitted and then routed by its segments. */
export function createEnvironmentService(environment: () => Environment, verifyToken: VerifyToken): SandboxService {
  return async (request) => {
    const token = await authenticate(request, verifyToken, protectionOf(environment())).catch(asRefusal);
    return identified(token instanceof DataverseError ? refusal(token) : respond(environment(), token, request));
  };
}

function protectionOf({ origin, tenantId }: Environment): Protected {
  return { audience: origin(), tenantId };
}

function respond(environment: Environment, token: AccessToken, request: SandboxRequest): SandboxAnswer {
  try {
    settleConditions(environment);
    settleImports(environment);
    settlePeople(environment);
    const segments = parsePath(request.path);
    const caller = impersonated(environment, admit(environment, token), request);
    return route({ environment, caller, request }, segments);
  } catch (error) {
    return refusal(asRefusal(error));
  }
}

function asRefusal(error: unknown): DataverseError {
  if (error instanceof DataverseError) return error;
  throw error;
}

function route(exchange: Exchange, [first, second, third, ...rest]: readonly Segment[]): SandboxAnswer {
  if (first === undefined) throw notModelled('the service document');
  if (first.name === '$metadata' || first.name === '$batch') throw notModelled(first.name);
  if (rest.length > 0) throw unknownSegment(rest[0]?.name ?? '');
  if (second === undefined) return routeFirst(exchange, first);
  const table = tableOf(exchange, first);
  if (third !== undefined) return routeReference(exchange, table, [first, second, third]);
  return second.name.startsWith(operationPrefix)
    ? callBound(exchange, table, first, { ...second, name: second.name.slice(operationPrefix.length) })
    : only(exchange, 'GET', () => readRelated(exchange, table, first, second.name));
}

function routeFirst(exchange: Exchange, segment: Segment): SandboxAnswer {
  if (segment.name === 'EntityDefinitions') return only(exchange, 'GET', () => readEntityDefinition(exchange, segment));
  if (isFunction(segment.name)) return only(exchange, 'GET', () => ok(callFunction(exchange, segment)));
  if (isAction(segment.name)) return only(exchange, 'POST', () => ok(callAction(exchange, segment.name)));
  const table = tableOf(exchange, segment);
  return segment.args === undefined ? routeSet(exchange, table) : routeRow(exchange, table, segment);
}

function tableOf({ environment }: Exchange, { name }: Segment): Table {
  const table = tableOfSet(name);
  if (table === undefined || !isInstalled(environment, table)) throw unknownSegment(name);
  return table;
}

function routeSet(exchange: Exchange, table: Table): SandboxAnswer {
  if (exchange.request.method === 'GET') return readRows(exchange, table);
  return only(exchange, 'POST', () => createRow(exchange, table));
}

function routeRow(exchange: Exchange, table: Table, segment: Segment): SandboxAnswer {
  if (exchange.request.method === 'GET') return readRow(exchange, table, segment);
  if (exchange.request.method === 'PATCH') return updateRow(exchange, table, segment);
  return only(exchange, 'DELETE', () => deleteRow(exchange, table, segment));
}

function routeReference(exchange: Exchange, table: Table, [first, second, third]: readonly [Segment, Segment, Segment]): SandboxAnswer {
  if (third.name !== '$ref') throw unknownSegment(third.name);
  if (exchange.request.method === 'POST') return associate(exchange, table, [first, second]);
  return only(exchange, 'DELETE', () => disassociate(exchange, table, [first, second]));
}

function only(exchange: Exchange, method: string, answer: () => SandboxAnswer): SandboxAnswer {
  if (exchange.request.method === method) return answer();
  if (exchange.request.method === 'OPTIONS') return noContent({ Allow: method });
  throw unsupportedMethod(exchange.request.method, method);
}
