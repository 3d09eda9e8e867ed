import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** The small files that let a restarted sandbox go on as the same tenant; only their owner may read them. */
export interface SandboxFiles {
  path(name: string): string;
  /** The text of a file, or undefined when there is none. */
  read(name: string): Promise<string | undefined>;
  write(name: string, text: string): Promise<void>;
}

/** Promises the folder `sandbox` below `dataDir`, made when it was missing. */
export async function openFiles(dataDir: string): Promise<SandboxFiles> {
  const folder = resolve(dataDir, 'sandbox');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = (name: string) => join(folder, name);
  return {
    path,
    read: (name) => readFile(path(name), 'utf8').catch(undefinedWhenMissing),
    write: (name, text) => writeFile(path(name), text, { mode: 0o600 }),
  };
}

/** The stored text, or what `make` gives, stored from then on. */
export async function readOrMake(files: SandboxFiles, name: string, make: () => Promise<string> | string): Promise<string> {
  const stored = await files.read(name);
  if (stored !== undefined) return stored;
  const made = await make();
  await files.write(name, made);
  return made;
}

function undefinedWhenMissing(error: unknown): undefined {
  if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
