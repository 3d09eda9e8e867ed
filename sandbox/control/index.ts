import { z } from 'zod';
import type { ChannelKeys } from '../botFramework/channelKeys.ts';
import { type ChannelMetadata, metadataAnswers } from '../botFramework/metadata.ts';
import type { ClientCredentials } from '../entra/clientCredentials.ts';
import type { SignIns } from '../botFramework/signIns.ts';
import type { TenantClock } from '../clock.ts';
import type { ConditionsStore } from '../conditions.ts';
import { duration, toMilliseconds } from '../duration.ts';
import type { Directory } from '../directory/directory.ts';
import { type Faults, faultsBody } from '../faults/faults.ts';
import { type Evaluation, evaluatingServices } from '../entra/evaluation.ts';
import type { Grants } from '../entra/interactive/grants.ts';
import { explainIssues } from '../explainIssues.ts';
import { personaNames, personas, tenant } from '../personas.ts';
import { registrations } from '../registrations.ts';
import { setBody, type VaultSecrets } from '../keyVault/secrets.ts';
import type { RequestLog } from '../requestLog.ts';
import type { SandboxAnswer, SandboxService } from '../service.ts';
import { vaultNames, type VaultName } from '../vaults.ts';

export interface ControlTools {
  readonly clock: TenantClock;
  readonly log: RequestLog;
  readonly signIns: SignIns;
  readonly credentials: ClientCredentials;
  readonly channelKeys: ChannelKeys;
  readonly channelMetadata: ChannelMetadata;
  readonly state: () => unknown;
  readonly reset: () => void;
  readonly latency: { set(ms: number): void };
  readonly faults: Pick<Faults, 'set' | 'all'>;
  readonly conditions: ConditionsStore;
  readonly directory: Directory;
  readonly grants: Pick<Grants, 'revoke'>;
  readonly evaluation: Pick<Evaluation, 'set'>;
  readonly vaults: Readonly<Record<VaultName, VaultSecrets>>;
}

type Handler = (tools: ControlTools, body: unknown) => Promise<SandboxAnswer> | SandboxAnswer;

const routes: Readonly<Record<string, Handler>> = {
  'GET /state': ({ state }) => ok(state()),
  'GET /requests': ({ log }) => ok(log.all()),
  'GET /clock': ({ clock }) => ok({ now: isoNow(clock) }),
  'POST /clock': advanceClock,
  'POST /latency': setLatency,
  'GET /faults': ({ faults }) => ok(faults.all()),
  'POST /faults': setFaults,
  'GET /conditions': ({ conditions }) => ok(conditions.get()),
  'POST /conditions': ({ conditions }, body) => ok(conditions.set(body)),
  'POST /roles': activateRoles,
  'POST /password': tryPassword,
  'POST /credentials': ({ credentials }, body) => ok(credentials.register(body)),
  'POST /channel-keys': rollKeys,
  'POST /channel-metadata': answerMetadata,
  'GET /secrets': ({ directory }) => ok(directory.handedOut),
  'POST /vault': changeVault,
  'POST /reset': reset,
  'POST /sign-in': setSignIn,
  'POST /revoke': revoke,
  'POST /evaluation': evaluate,
};

/** `/_sandbox`: how a test or a demo looks behind the tenant and moves it; nothing of it exists in Microsoft's cloud. */
export function createControl(tools: ControlTools): SandboxService {
  return async ({ method, path, body }) => {
    const handler = routes[`${method} ${path}`];
    if (handler === undefined) return refuse(404, `There is no ${method} /_sandbox${path}. There are: ${Object.keys(routes).join(', ')}.`);
    try {
      return await handler(tools, body);
    } catch (error) {
      if (error instanceof z.ZodError) return refuse(400, explainIssues(error));
      throw error;
    }
  };
}

const clockBody = z.strictObject({ advance: duration });
const latencyBody = z.strictObject({ ms: z.int().min(0).max(60_000) });
const resetBody = z.strictObject({}).optional();
const rolesBody = z
  .strictObject({ persona: z.enum(personaNames), activate: z.array(z.guid()).default([]), deactivate: z.array(z.guid()).default([]) })
  .superRefine(({ persona, activate }, context) => {
    const stranger = activate.find((role) => !personas[persona].eligibleRoles.includes(role));
    if (stranger !== undefined) context.addIssue(`${persona} is not eligible for the role ${stranger}.`);
  });
const keysBody = z.strictObject({ publish: z.enum(['both', 'new', 'old']).default('both') });
const metadataBody = z.strictObject({ answers: z.enum(metadataAnswers) });
const vaultBody = z.strictObject({ vault: z.enum(vaultNames), name: z.string().min(1), set: setBody.optional(), remove: z.literal(true).optional() });
const revokeBody = z.strictObject({ persona: z.enum(personaNames) });
const evaluationBody = z.strictObject({ persona: z.enum(personaNames), services: z.array(z.enum(evaluatingServices)) });
const passwordBody = z.strictObject({ userPrincipalName: z.string(), password: z.string().min(1) });
const signInBody = z.strictObject({
  userId: z.string().min(1),
  persona: z.enum(personaNames),
  prompt: z.enum(['silent', 'ask', 'consent', 'claims']).default('silent'),
});

function advanceClock({ clock }: ControlTools, body: unknown): SandboxAnswer {
  clock.advance(toMilliseconds(clockBody.parse(body).advance));
  return ok({ now: isoNow(clock) });
}

function setLatency({ latency }: ControlTools, body: unknown): SandboxAnswer {
  const { ms } = latencyBody.parse(body);
  latency.set(ms);
  return ok({ ms });
}

function setFaults({ faults }: ControlTools, body: unknown): SandboxAnswer {
  faults.set(faultsBody.parse(body));
  return ok(faults.all());
}

function reset(tools: ControlTools, body: unknown): SandboxAnswer {
  resetBody.parse(body);
  tools.reset();
  return ok({ now: isoNow(tools.clock) });
}

function setSignIn({ signIns, directory }: ControlTools, body: unknown): SandboxAnswer {
  const { userId, persona, prompt } = signInBody.parse(body);
  if (prompt === 'consent') directory.grants.replaceAll(directory.grants.all().filter(({ clientId }) => clientId !== registrations.signIn.servicePrincipalId));
  const { objectId, userPrincipalName } = signIns.set(userId, persona, prompt === 'consent' ? 'silent' : prompt);
  return ok({ tenantId: tenant.id, objectId, userPrincipalName });
}

/** As after a change of password: what was signed in to in a browser is not renewed any more. */
function revoke({ grants }: ControlTools, body: unknown): SandboxAnswer {
  const { persona } = revokeBody.parse(body);
  grants.revoke(personas[persona]);
  return ok({ persona });
}

function evaluate({ evaluation }: ControlTools, body: unknown): SandboxAnswer {
  const { persona, services } = evaluationBody.parse(body);
  evaluation.set(persona, services);
  return ok({ persona, services });
}

function activateRoles({ directory: { roleActivations } }: ControlTools, body: unknown): SandboxAnswer {
  const { persona, activate, deactivate } = rolesBody.parse(body);
  roleActivations.activate(persona, activate);
  roleActivations.deactivate(persona, deactivate);
  return ok({ active: roleActivations.active(personas[persona]) });
}

/** Puts a new version of a secret into a vault, or removes the secret softly, as somebody who may do everything there. */
function changeVault({ vaults }: ControlTools, body: unknown): SandboxAnswer {
  const { vault, name, set, remove } = vaultBody.parse(body);
  if (remove) vaults[vault].remove(name);
  return ok({ version: set && vaults[vault].set(name, set).version });
}

/** Whether somebody could sign in with this password, and whether they would have to choose another. */
function tryPassword({ directory: { users, passwords } }: ControlTools, body: unknown): SandboxAnswer {
  const { userPrincipalName, password } = passwordBody.parse(body);
  const user = users.find((row) => row.userPrincipalName.toLowerCase() === userPrincipalName.toLowerCase());
  const known = passwords.get(user?.id ?? '');
  return ok({ isRight: known?.text === password, mustChange: known?.mustChange ?? null });
}

/** A new key signs from now on; the metadata names it beside the one before, alone, or not yet. */
async function rollKeys({ channelKeys }: ControlTools, body: unknown): Promise<SandboxAnswer> {
  const { publish } = keysBody.parse(body);
  const { keyId } = await channelKeys.roll(publish);
  return ok({ signs: keyId, published: channelKeys.published().map((key) => key.keyId) });
}

function answerMetadata({ channelMetadata }: ControlTools, body: unknown): SandboxAnswer {
  const { answers } = metadataBody.parse(body);
  channelMetadata.answer(answers);
  return ok({ answers });
}

function isoNow(clock: TenantClock): string {
  return new Date(clock.now()).toISOString();
}

function ok(body: unknown): SandboxAnswer {
  return { status: 200, body };
}

function refuse(status: number, message: string): SandboxAnswer {
  return { status, body: { error: { code: status === 404 ? 'NotFound' : 'BadRequest', message } } };
}
