import { randomUUID, X509Certificate } from 'node:crypto';
import type { SandboxFiles } from './files.ts';

/** A certificate for localhost that signs itself, so that trusting it trusts the sandbox and nothing else. */
export interface Certificate {
  readonly privateKey: string;
  readonly certificate: string;
}

const names = { private: 'tls-key.pem', certificate: 'ca.pem' } as const;
const lifetimeMs = 365 * 24 * 3_600_000;
const reserveMs = 24 * 3_600_000;

/** Promises the stored certificate while it is good for another day, else a new one. */
export async function loadCertificate(files: SandboxFiles): Promise<Certificate> {
  const [privateKey, certificate] = await Promise.all([files.read(names.private), files.read(names.certificate)]);
  if (privateKey !== undefined && certificate !== undefined && isGood(certificate)) return { privateKey, certificate };
  const made = await makeCertificate();
  await Promise.all([files.write(names.private, made.privateKey), files.write(names.certificate, made.certificate)]);
  return made;
}

/** The file that clients trust, for `NODE_EXTRA_CA_CERTS`. */
export function certificatePath(files: SandboxFiles): string {
  return files.path(names.certificate);
}

function isGood(certificate: string): boolean {
  return Date.parse(new X509Certificate(certificate).validTo) > Date.now() + reserveMs;
}

/** The name is of one certificate only: a client that trusts two sandboxes looks authorities up by name. */
async function makeCertificate(): Promise<Certificate> {
  const { generate } = await import('selfsigned');
  const made = await generate([{ name: 'commonName', value: `Lead Setup sandbox ${randomUUID()}` }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + lifetimeMs),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }, { type: 7, ip: '127.0.0.1' }] },
    ],
  });
  return { privateKey: made.private, certificate: made.cert };
}
