import { createHash, type KeyObject, X509Certificate } from 'node:crypto';
import type { JSONWebKeySet } from 'jose';
import { z } from 'zod';
import { registrations } from '../registrations.ts';

/** A certificate that an application may sign its assertions with. */
export interface RegisteredCertificate {
  /** Thumbprints as an assertion's header names them, in base64url. */
  readonly x5t: string;
  readonly x5tS256: string;
  readonly publicKey: KeyObject;
}

/** An issuer whose token about one subject stands for the application's own proof. */
export interface FederatedCredential {
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
  /** The issuer's keys; absent for this tenant's own Entra, whose tokens a managed identity has. */
  readonly keys?: JSONWebKeySet | undefined;
}

/** What an operator has registered besides the secrets: by application id. */
export interface ClientCredentials {
  certificates(appId: string): readonly RegisteredCertificate[];
  federated(appId: string): readonly FederatedCredential[];
  /** Throws a `ZodError` for a body that does not fit. */
  register(body: unknown): { readonly appId: string };
  reset(): void;
}

/** Issuer of the tokens by which a managed identity of this tenant stands for an application. */
export const tenantIssuer = (tenantId: string) => `https://login.microsoftonline.com/${tenantId}/v2.0`;

const federatedSchema = z.strictObject({
  issuer: z.url(),
  subject: z.string().min(1),
  audience: z.string().min(1).default('api://AzureADTokenExchange'),
  keys: z.object({ keys: z.array(z.looseObject({ kty: z.string() })) }).optional(),
});
const bodySchema = z
  .strictObject({ client: z.enum(['bot', 'signIn']), certificate: z.string().transform(readCertificate).optional(), federated: federatedSchema.optional() })
  .refine(({ certificate, federated }) => (certificate === undefined) !== (federated === undefined), 'Give either a certificate or a federated credential.');

export function createClientCredentials(): ClientCredentials {
  const certificates = new Map<string, RegisteredCertificate[]>();
  const federated = new Map<string, FederatedCredential[]>();
  return {
    certificates: (appId) => certificates.get(appId) ?? [],
    federated: (appId) => federated.get(appId) ?? [],
    register: (body) => {
      const given = bodySchema.parse(body);
      const { appId } = registrations[given.client];
      if (given.certificate) certificates.set(appId, [...(certificates.get(appId) ?? []), given.certificate]);
      if (given.federated) federated.set(appId, [...(federated.get(appId) ?? []), given.federated]);
      return { appId };
    },
    reset: () => {
      certificates.clear();
      federated.clear();
    },
  };
}

function readCertificate(pem: string, context: z.RefinementCtx): RegisteredCertificate {
  try {
    const certificate = new X509Certificate(pem);
    const thumbprint = (algorithm: 'sha1' | 'sha256') => createHash(algorithm).update(certificate.raw).digest('base64url');
    return { x5t: thumbprint('sha1'), x5tS256: thumbprint('sha256'), publicKey: certificate.publicKey };
  } catch {
    context.addIssue('The certificate is not PEM.');
    return z.NEVER;
  }
}
