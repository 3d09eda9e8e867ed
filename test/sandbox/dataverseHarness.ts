import { z } from 'zod';
import { createTenantClock, type TenantClock } from '../../sandbox/clock.ts';
import { createConditions, type ConditionsStore } from '../../sandbox/conditions.ts';
import { createDataverse, type Dataverse } from '../../sandbox/dataverse/index.ts';
import { createDirectory } from '../../sandbox/directory/directory.ts';
import { peopleOf } from '../../sandbox/directory/people.ts';
import { forEachEnvironment, type EnvironmentName } from '../../sandbox/environments.ts';
import { personas, tenant, type PersonaName } from '../../sandbox/personas.ts';
import type { AccessToken, SandboxAnswer } from '../../sandbox/service.ts';

/** Where the tests pretend that the environments are. */
export const origins: Readonly<Record<EnvironmentName, string>> = {
  contoso: 'https://localhost:4444',
  'contoso-test': 'https://localhost:4445',
  nolead: 'https://localhost:4446',
  foreign: 'https://localhost:4447',
};
export const roleName = 'Microsoft Marketplace Lead Writer';
export const leadWriterApp = { appId: '11111111-2222-4333-8444-555555555555', objectId: '99999999-2222-4333-8444-555555555555', displayName: 'Lead writer' };

export type Body = Record<string, unknown>;

export interface Call {
  readonly method?: string;
  readonly as?: PersonaName | 'application' | 'nobody';
  readonly environment?: EnvironmentName;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly token?: Partial<AccessToken>;
}

export interface Harness {
  readonly dataverse: Dataverse;
  readonly clock: TenantClock;
  readonly conditions: ConditionsStore;
  /** Sends a request below `/api/data/v9.2`, as Alex unless told otherwise. */
  readonly call: (path: string, options?: Call) => Promise<SandboxAnswer>;
  /** The body of an answer that must be of the 200s. */
  readonly get: (path: string, options?: Call) => Promise<Body>;
  /** The rows of a collection. */
  readonly list: (path: string, options?: Call) => Promise<Body[]>;
}

/** A Dataverse without a transport: tokens are the JSON of their claims, the clock moves only when it is told to. */
export function createHarness(listening: Partial<Record<EnvironmentName, () => string>> = {}): Harness {
  const clock = createTenantClock(() => Date.parse('2026-11-22T10:00:00.000Z'));
  const conditions = createConditions(clock);
  const principals = [leadWriterApp];
  const dataverse = createDataverse({
    clock,
    verifyToken: async (header) => (header === undefined ? undefined : toToken(header)),
    conditions,
    origins: { ...forEachEnvironment((name) => () => origins[name]), ...listening },
    people: peopleOf({ directory: createDirectory(clock), conditions }),
    servicePrincipals: (appId) => principals.find((each) => each.appId === appId),
  });
  const call: Harness['call'] = async (path, options = {}) => {
    const environment = options.environment ?? 'contoso';
    const url = new URL(`${origins[environment]}/api/data/v9.2${path}`);
    const request = {
      method: options.method ?? 'GET',
      path: decodeURIComponent(url.pathname),
      query: url.searchParams,
      headers: { ...authorization(environment, options), ...options.headers },
      body: options.body,
      origin: origins[environment],
    };
    return dataverse.environments[environment].service(request);
  };
  const get: Harness['get'] = async (path, options) => bodyOf(await call(path, options));
  return { dataverse, clock, conditions, call, get, list: async (path, options) => rowsSchema.parse(await get(path, options)).value };
}

const bodySchema = z.record(z.string(), z.unknown());
const rowsSchema = z.object({ value: z.array(bodySchema) });
const errorSchema = z.object({ error: z.strictObject({ code: z.string(), message: z.string() }) });
const stagedSchema = z.object({ StageSolutionResults: z.object({ StageSolutionUploadId: z.guid() }) });
const startedSchema = z.object({ ImportJobKey: z.guid(), AsyncOperationId: z.guid() });
const tokenSchema = z.object({
  aud: z.string(), tid: z.string(), oid: z.string(), appid: z.string(), scp: z.string().optional(), idtyp: z.enum(['app', 'user']), exp: z.number(),
});

function toToken(header: string): AccessToken {
  const { scp, ...claims } = tokenSchema.parse(JSON.parse(header.slice('Bearer '.length)));
  return scp === undefined ? claims : { ...claims, scp };
}

/** The header of a person's or the application's token for an audience. */
export function authorization(environment: EnvironmentName, { as = 'alex', token = {} }: Call, audience = origins[environment]): Record<string, string> {
  if (as === 'nobody') return {};
  const common = { aud: audience, tid: tenant.id, exp: 4_000_000_000 };
  const claims =
    as === 'application'
      ? { ...common, idtyp: 'app', oid: leadWriterApp.objectId, appid: leadWriterApp.appId }
      : { ...common, idtyp: 'user', oid: personas[as].objectId, appid: 'bot', scp: 'user_impersonation' };
  return { authorization: `Bearer ${JSON.stringify({ ...claims, ...token })}` };
}

/** The body of a successful answer; throws with the refusal otherwise. */
export function bodyOf(answer: SandboxAnswer): Body {
  if (answer.status >= 300) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return bodySchema.parse(answer.body ?? {});
}

/** Code and message of a refusal. */
export function errorOf(answer: SandboxAnswer): { code: string; message: string } {
  return errorSchema.parse(answer.body).error;
}

/** The id at the end of `OData-EntityId`. */
export function createdId(answer: SandboxAnswer): string {
  return /\(([^)]+)\)$/.exec(answer.headers?.['OData-EntityId'] ?? '')?.[1] ?? '';
}

/** Stages and starts an import of the sandbox's solution. */
export async function startImport({ dataverse, get }: Harness): Promise<z.output<typeof startedSchema>> {
  const stage = await get('/StageSolution', { method: 'POST', body: { CustomizationFile: dataverse.solution.zip.toString('base64') } });
  const { StageSolutionUploadId } = stagedSchema.parse(stage).StageSolutionResults;
  const body = { OverwriteUnmanagedCustomizations: false, PublishWorkflows: true, SolutionParameters: { StageSolutionUploadId } };
  return startedSchema.parse(await get('/ImportSolutionAsync', { method: 'POST', body }));
}
