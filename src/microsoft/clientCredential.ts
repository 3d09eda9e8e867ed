import { readFile } from 'node:fs/promises';

import {
  ClientAssertionCredential,
  ClientCertificateCredential,
  ClientSecretCredential,
  ManagedIdentityCredential,
  OnBehalfOfCredential,
  type OnBehalfOfCredentialOptions,
  type TokenCredential,
} from '@azure/identity';

import { asOwnIdentity } from './outgoing.ts';

/** How an application proves at Microsoft Entra who it is. */
export type ClientProof =
  | { readonly kind: 'secret'; readonly secret: string }
  /** A PEM file with the certificate and its private key; read anew for every credential, so that it may be replaced. */
  | { readonly kind: 'certificate'; readonly file: string }
  /** A federated credential: each call promises a token of the issuer that the application trusts. */
  | { readonly kind: 'assertion'; readonly assertion: () => Promise<string> };

/** An application of one tenant. */
export interface Client {
  readonly tenantId: string;
  readonly clientId: string;
  readonly proof: ClientProof;
}

type AnyOptions = Omit<OnBehalfOfCredentialOptions, 'tenantId' | 'clientId' | 'userAssertionToken'>;

/** The application's own tokens, by client credentials. */
export function clientCredential({ tenantId, clientId, proof }: Client, options: AnyOptions = {}): TokenCredential {
  switch (proof.kind) {
    case 'secret':
      return new ClientSecretCredential(tenantId, clientId, proof.secret, options);
    case 'certificate':
      return new ClientCertificateCredential(tenantId, clientId, proof.file, options);
    case 'assertion':
      return new ClientAssertionCredential(tenantId, clientId, proof.assertion, options);
  }
}

/** Tokens of the person whom `userAssertionToken` is about, for use by the application. */
export function onBehalfOfCredential(client: Client, userAssertionToken: string, options: AnyOptions = {}): TokenCredential {
  const { tenantId, clientId, proof } = client;
  const shared = { ...options, tenantId, clientId, userAssertionToken };
  switch (proof.kind) {
    case 'secret':
      return new OnBehalfOfCredential({ ...shared, clientSecret: proof.secret });
    case 'certificate':
      return new OnBehalfOfCredential({ ...shared, certificatePath: proof.file });
    case 'assertion':
      return new OnBehalfOfCredential({ ...shared, getAssertion: proof.assertion });
  }
}

/** The token that a workload's platform keeps fresh in a file, as Kubernetes projects it. */
export function tokenFileProof(file: string): ClientProof {
  return { kind: 'assertion', assertion: async () => (await readFile(file, 'utf8')).trim() };
}

/** The audience that Entra wants in the token of a managed identity that stands for an application. */
const tokenExchangeScope = 'api://AzureADTokenExchange/.default';

/** The token of a user-assigned managed identity, named by its client id, that the application trusts. */
export function managedIdentityProof(identityClientId: string): ClientProof {
  const identity = managedIdentityCredential(identityClientId);
  return { kind: 'assertion', assertion: async () => (await identity.getToken(tokenExchangeScope)).token };
}

/** Tokens of a user-assigned managed identity, which the machine itself gives out: the only work that may ask the machine. */
export function managedIdentityCredential(clientId: string): Pick<ManagedIdentityCredential, 'getToken'> {
  const identity = new ManagedIdentityCredential({ clientId });
  return { getToken: (scopes, options) => asOwnIdentity(() => identity.getToken(scopes, options)) };
}

/** Where the machine gives out its identities, by the platform's settings; on a virtual machine by a fixed address. */
export function identityEndpoint(environment: Readonly<Record<string, string | undefined>>): URL {
  const { IDENTITY_ENDPOINT, MSI_ENDPOINT, AZURE_POD_IDENTITY_AUTHORITY_HOST } = environment;
  return URL.parse(IDENTITY_ENDPOINT ?? MSI_ENDPOINT ?? AZURE_POD_IDENTITY_AUTHORITY_HOST ?? '') ?? new URL('http://169.254.169.254');
}
