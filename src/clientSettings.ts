import { createPrivateKey, X509Certificate } from 'node:crypto';
import { accessSync, constants, readFileSync } from 'node:fs';

import { z } from 'zod';

import { type ClientProof, managedIdentityProof, tokenFileProof } from './microsoft/clientCredential.ts';

/** The settings of one registration that say how it proves who it is: exactly one of them is set. */
type ProofNames = Readonly<Record<'secret' | 'certificateFile' | 'tokenFile' | 'identityClientId', string>>;

export const botProofNames = {
  secret: 'MicrosoftAppPassword',
  certificateFile: 'MicrosoftAppCertificateFile',
  tokenFile: 'MicrosoftAppFederatedTokenFile',
  identityClientId: 'MicrosoftAppFederatedClientId',
} as const satisfies ProofNames;

export const signInProofNames = {
  secret: 'SSO_CLIENT_SECRET',
  certificateFile: 'SSO_CERTIFICATE_FILE',
  tokenFile: 'SSO_FEDERATED_TOKEN_FILE',
  identityClientId: 'SSO_FEDERATED_CLIENT_ID',
} as const satisfies ProofNames;

/** What is set; `NAME=` is not. */
export type Settings = Readonly<Record<string, string | undefined>>;

/** Lines about what is wrong, or the value. */
export type Read<T> = { readonly value: T; readonly mistakes: readonly [] } | { readonly value?: never; readonly mistakes: readonly string[] };

/** The one proof that is set, looked at as far as that is possible without Entra. No line repeats a value. */
export function readProof(settings: Settings, names: ProofNames): Read<ClientProof> {
  const [name, second] = givenNames(settings, names);
  if (name === undefined) return { mistakes: [`${names.secret} is missing: a client secret of the registration, or instead of it one of ${others(names)}`] };
  if (second !== undefined) return { mistakes: [`${second} must not be set together with ${name}: a registration proves itself in one way`] };
  const value = settings[name] ?? '';
  const wrong = name === names.secret ? undefined : mistakeOf(names, name, value);
  return wrong === undefined ? { value: proofOf(names, name, value), mistakes: [] } : { mistakes: [`${name} ${wrong}`] };
}

/** A managed identity has no proof of its own: its platform answers for it. */
export function refuseProofs(settings: Settings, names: ProofNames): readonly string[] {
  return givenNames(settings, names).map((name) => `${name} must not be set: with MicrosoftAppType UserAssignedMSI the platform proves the identity`);
}

export function givenNames(settings: Settings, names: ProofNames): readonly string[] {
  return Object.values(names).filter((name) => settings[name] !== undefined);
}

function others({ certificateFile, tokenFile, identityClientId }: ProofNames): string {
  return [certificateFile, tokenFile, identityClientId].join(', ');
}

function proofOf(names: ProofNames, name: string, value: string): ClientProof {
  if (name === names.secret) return { kind: 'secret', secret: value };
  if (name === names.certificateFile) return { kind: 'certificate', file: value };
  return name === names.tokenFile ? tokenFileProof(value) : managedIdentityProof(value);
}

function mistakeOf(names: ProofNames, name: string, value: string): string | undefined {
  if (name === names.identityClientId) return z.guid().safeParse(value).success ? undefined : 'must be a GUID: the client ID of a managed identity';
  if (!isReadable(value)) return 'cannot be read';
  return name === names.certificateFile ? certificateMistake(readFileSync(value, 'utf8')) : undefined;
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

function certificateMistake(pem: string): string | undefined {
  try {
    const certificate = new X509Certificate(pem);
    if (!certificate.checkPrivateKey(createPrivateKey(pem))) return 'holds a private key that is not its certificate’s';
    if (certificate.publicKey.asymmetricKeyType !== 'rsa') return 'holds a key that is not RSA: Microsoft Entra takes no other';
    return certificate.validToDate < new Date() ? 'holds a certificate whose time is over' : undefined;
  } catch {
    return 'must be a PEM file with a certificate and its private key, without a passphrase';
  }
}
