import type http from 'node:http';
import type https from 'node:https';
import { type AddressInfo, createServer, type LookupFunction, type Server } from 'node:net';

/** A server on this machine that counts who connects, and answers nobody. */
export async function startCounting() {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => {});
    socket.destroy();
  });
  const port = await listening(server);
  return { port, connections: () => connections, forget: () => void (connections = 0), close: () => void server.close() };
}

export async function listening(what: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    what.listen(0, '127.0.0.1', resolve);
  });
  const address = what.address() as AddressInfo;
  return address.port;
}

/** Every name leads to these addresses. */
export function leadingTo(...addresses: string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return (_hostname, options, callback) => (options.all ? callback(null, found) : callback(null, found[0]!.address, found[0]!.family));
}

export async function failureOf(work: () => Promise<unknown>): Promise<unknown> {
  return work().then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** A request by Node's own client, with all that it answers thrown away. */
export async function over(client: typeof http | typeof https, options: http.RequestOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    client.get(options, (response) => response.resume().on('end', resolve)).on('error', reject);
  });
}
