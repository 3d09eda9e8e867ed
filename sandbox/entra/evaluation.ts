import { type PersonaName, personaWithId } from '../personas.ts';
import type { SandboxService, VerifyToken } from '../service.ts';

/** The APIs that ask Entra again while a token still runs. */
export const evaluatingServices = ['graph', 'dataverse', 'powerPlatform'] as const;
export type EvaluatingService = (typeof evaluatingServices)[number];

/**
 * Continuous access evaluation: an API refuses a token that is good, because something about the person has changed since, and says what has
 * to be proven at the next sign-in. Source: "Claims challenges" of Entra's documentation.
 */
export interface Evaluation {
  /** From now on these APIs want a second factor of this person; an empty list ends it. */
  set(persona: PersonaName, services: readonly EvaluatingService[]): void;
  /** The same service, behind what it wants proven. `name` begins with the API's. */
  guard(name: string, service: SandboxService): SandboxService;
  reset(): void;
}

const wanted = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';

export function createEvaluation(verifyToken: VerifyToken): Evaluation {
  const wanting = new Map<PersonaName, readonly EvaluatingService[]>();
  return {
    set: (persona, services) => void wanting.set(persona, services),
    guard: (name, service) => {
      const api = evaluatingServices.find((one) => name.startsWith(one));
      if (api === undefined) return service;
      return async (request) => {
        const token = await verifyToken(request.headers['authorization']);
        const persona = personaWithId(token?.oid)?.name;
        const isWanting = persona !== undefined && wanting.get(persona)?.includes(api) === true;
        return isWanting && token?.acrs?.includes('c1') !== true ? challenge() : service(request);
      };
    },
    reset: () => wanting.clear(),
  };
}

function challenge() {
  const claims = Buffer.from(wanted).toString('base64');
  const parts = ['realm=""', 'authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"', 'error="insufficient_claims"', `claims="${claims}"`];
  return {
    status: 401,
    headers: { 'www-authenticate': `Bearer ${parts.join(', ')}` },
    body: { error: { code: 'InvalidAuthenticationToken', message: 'Continuous access evaluation resulted in challenge with result: InteractionRequired.' } },
  };
}
