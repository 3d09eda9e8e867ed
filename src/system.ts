import { randomBytes, randomUUID } from 'node:crypto';

import type { Clock, Ids } from './setup/ports/tools.ts';

export const systemClock: Clock = { now: () => new Date() };

/** 80 bits, written with a–z and 2–7. */
const shortIdBytes = 10;
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

export const systemIds: Ids = {
  short: () => base32(randomBytes(shortIdBytes)),
  guid: () => randomUUID(),
};

function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/gu) ?? []).map((five) => alphabet[Number.parseInt(five, 2)]).join('');
}
