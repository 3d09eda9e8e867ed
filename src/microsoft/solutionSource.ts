import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';

import { z } from 'zod';

import { SetupError } from '../setup/errors.ts';
import type { SolutionFile, SolutionSource } from '../setup/ports/tools.ts';
import { type Sentence, say } from '../setup/sentence.ts';
import { downloadFrom, httpFailure, tooLarge } from './download.ts';
import { networkFailure } from './failure.ts';
import type { SendRequest } from './request.ts';
import { readSolutionFile } from './solutionFile.ts';

export interface SolutionSetting {
  /** A path, or an https address. */
  readonly source: string;
  /** Pinned SHA-256 of the file, 64 hexadecimal digits. Without it no file is ever used. */
  readonly sha256: string;
  readonly publisher?: string | undefined;
  /** Where the source's own host may lead on to: exactly these hosts, in lower case. */
  readonly hosts?: readonly string[] | undefined;
}

const mostBytes = 20 * 1024 * 1024;

/**
 * The solution that this installation hands out. Read once and kept in memory after the first good read.
 * `read` throws `E-SOL-FILE` when the file cannot be had, `E-SOL-HASH` when it is not the pinned one and `E-SOL-UNREADABLE` when it is no plain solution file.
 */
export function createSolutionSource(send: SendRequest, file: SolutionSetting | undefined): SolutionSource {
  let known: SolutionFile | undefined;
  if (file && !/^[\da-f]{64}$/i.test(file.sha256)) throw new Error('The SHA-256 of the solution must have 64 hexadecimal digits');
  return {
    read: async () => {
      if (!file) return undefined;
      known ??= checked(file, await bytesOf(send, file));
      return known;
    },
  };
}

function checked({ source, sha256: pinned, publisher }: SolutionSetting, zip: Uint8Array): SolutionFile {
  const sha256 = createHash('sha256').update(zip).digest('hex');
  if (sha256 === pinned.toLowerCase()) return { zip, sha256, contents: readSolutionFile(zip), ...(publisher && { publisher }) };
  throw new SetupError('E-SOL-HASH', { values: { source: shown(source), expected: pinned.toLowerCase(), found: sha256 } });
}

async function bytesOf(send: SendRequest, { source, hosts = [] }: SolutionSetting): Promise<Uint8Array> {
  try {
    return await (/^[a-z]+:\/\//i.test(source) ? fetched(send, source, hosts) : fromDisk(source));
  } catch (error) {
    throw new SetupError('E-SOL-FILE', {
      values: { source: shown(source) },
      ...(error instanceof SetupError && error.upstream && { upstream: error.upstream }),
    });
  }
}

async function fetched(send: SendRequest, source: string, others: readonly string[]): Promise<Uint8Array> {
  const address = URL.parse(source);
  if (address?.protocol !== 'https:') throw unusable(say('noticed.notHttps'));
  const hosts = [address.host, ...others];
  return await send({
    service: 'solutionSource',
    name: `GET ${shown(source)}`,
    kind: 'read',
    timeoutMs: 60_000,
    answer: z.instanceof(Uint8Array),
    send: (signal) => downloadFrom(source, { signal, hosts, maxBytes: mostBytes }),
    failureOf: httpFailure,
  });
}

async function fromDisk(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size > mostBytes) throw unusable(tooLarge(mostBytes));
    return await readFile(path);
  } catch (error) {
    throw error instanceof SetupError ? error : unusable(unreadable(error));
  }
}

function unreadable(error: unknown): Sentence {
  return say('noticed.unreadable', { code: networkFailure(error).code ?? '?' });
}

function unusable(noticed: Sentence): SetupError {
  return new SetupError('E-SOL-FILE', { upstream: { service: 'solutionSource', message: '', noticed } });
}

/** Without the query, which may hold a signature that lets anybody read. */
function shown(source: string): string {
  const address = URL.parse(source);
  return address?.protocol === 'https:' ? `${address.origin}${address.pathname}` : source;
}
