import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { TenantHarness } from '../sandbox/tenantHarness.ts';

/** How a secret may be written: as it is, in JSON, in an address, in hex, in UTF-16, and in base64 wherever it begins among other bytes. */
export function spellingsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const hex = bytes.toString('hex');
  const encoded = encodeURIComponent(secret);
  const everyByte = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  const inAddresses = [encoded, encoded.replaceAll('~', '%7E'), encoded.replaceAll('~', '%7e'), new URLSearchParams({ s: secret }).toString().slice(2), everyByte, everyByte.toUpperCase()];
  const inBase64 = [0, 1, 2].flatMap((before) => [base64Within(bytes, before), base64Within(bytes, before).replaceAll('+', '-').replaceAll('/', '_')]);
  const plain = [secret, JSON.stringify(secret).slice(1, -1), Buffer.from(secret, 'utf16le').toString('latin1'), hex, hex.toUpperCase()];
  return [...new Set([...plain, ...inAddresses, ...inBase64])];
}

/** The characters of base64 that depend on these bytes alone, when so many others stand before them. */
function base64Within(bytes: Buffer, before: number): string {
  const whole = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64').replace(/=+$/u, '');
  const isCut = (before + bytes.length) % 3 !== 0;
  return whole.slice([0, 2, 3][before], isCut ? -1 : undefined);
}

/** Where secrets stand, by the name of the place; empty is what is wanted. Tells no secret. */
export function secretsIn(places: Readonly<Record<string, string>>, secrets: readonly string[]): string[] {
  return Object.entries(places).flatMap(([name, text]) =>
    secrets.flatMap((secret, index) => (spellingsOf(secret).some((spelling) => text.includes(spelling)) ? [`secret ${index + 1} in ${name}`] : [])),
  );
}

/** Every byte that the bot has stored: the database, its log of writes and its shared memory; the sandbox's own files are not the bot's. */
export function storedBytes(dataDir: string): Record<string, string> {
  const files = readdirSync(dataDir, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile() && !entry.parentPath.startsWith(join(dataDir, 'sandbox')));
  return Object.fromEntries(files.map(({ name, parentPath }) => [name, readFileSync(join(parentPath, name), 'latin1')]));
}

/** What the tenant has given out or was told, and what of it the sandbox shows of itself. */
export async function secretsOf(tenant: TenantHarness): Promise<{ secrets: string[]; shownBySandbox: Record<string, string> }> {
  const secrets: string[] = (await tenant.control('secrets')).json;
  const [requests, state] = await Promise.all(['requests', 'state'].map(async (path) => (await tenant.control(path)).text));
  return { secrets, shownBySandbox: { requests: requests ?? '', state: state ?? '' } };
}
