import type { IncomingMessage } from 'node:http';

/** A request that is refused before any service sees it. */
export class HttpRefusal extends Error {
  override readonly name = 'HttpRefusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const largestBodyBytes = 32 * 1024 * 1024;

/**
 * Promises the whole body as text. One beyond 32 MiB, which is more than a solution file in base64 needs, is read to its
 * end without being kept, so that the client hears the 413 instead of a cut connection.
 */
export function readText(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    message.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= largestBodyBytes) chunks.push(chunk);
    });
    message.on('error', reject);
    message.on('end', () => {
      if (bytes > largestBodyBytes) reject(new HttpRefusal(413, 'The request body is too large.'));
      else resolve(Buffer.concat(chunks).toString('utf8'));
    });
  });
}

/** JSON or form fields as a value, undefined for an empty body; throws 400 for malformed JSON and 415 for anything else. */
export function parseBody(text: string, contentType: string | undefined): unknown {
  if (text === '') return undefined;
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/x-www-form-urlencoded') return Object.fromEntries(new URLSearchParams(text));
  if (type === 'application/json' || type.endsWith('+json')) return parseJson(text);
  throw new HttpRefusal(415, `The media type '${type}' is not supported.`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpRefusal(400, 'The request body is not valid JSON.');
  }
}
