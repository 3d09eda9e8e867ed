import { z } from 'zod';

/** What listens, or says why it cannot. */
interface Listener {
  once(event: 'error', heard: (error: unknown) => void): unknown;
  removeListener(event: 'error', heard: (error: unknown) => void): unknown;
  listen(port: number, host: string | undefined, listening: () => void): unknown;
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process listens there already. Choose another PORT, or end that process.',
  EACCES: 'the bot may not listen there. Choose a PORT above 1023.',
  EADDRNOTAVAIL: 'this machine has no such address. HOST has to be one of its own.',
  ENOTFOUND: 'this machine has no such address. HOST has to be one of its own.',
};
const codeSchema = z.object({ code: z.string() });

/** Resolves when it listens, without a host at every address; rejects with one line that says why it cannot. */
export async function listenAt(server: Listener, { host, port }: { readonly host?: string | undefined; readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      const reason = reasons[codeSchema.safeParse(error).data?.code ?? ''] ?? String(error);
      reject(new Error(`${host ?? 'any address'}, port ${port}: ${reason}`, { cause: error }));
    };
    server.once('error', fail);
    server.listen(port, host, () => {
      server.removeListener('error', fail);
      resolve();
    });
  });
}
