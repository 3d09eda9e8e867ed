import { unusableFile } from './unusable.ts';

const longestName = 512;
const shownOfName = 80;

/** Throws for a name that means another place on somebody's machine, or that one reader takes for another's. */
export function checkedName(bytes: Uint8Array): string {
  const name = decoded(bytes);
  if (name === '' || name.length > longestName || isElsewhere(name)) throw unusableFile('name', { name: shownName(name) });
  return name;
}

/** The same name to a file system that minds neither case nor how an accent is written. */
export function foldedName(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

export function shownName(name: string): string {
  return name.replaceAll(/\p{C}/gu, '�').slice(0, shownOfName);
}

function isElsewhere(name: string): boolean {
  const parts = name.replace(/\/$/u, '').split('/');
  return /[\\\p{Cc}]/u.test(name) || /^[a-z]:/iu.test(name) || parts.some((part) => part === '' || /^\.+\s*$/u.test(part));
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw unusableFile('name', { name: shownName(Buffer.from(bytes).toString('latin1')) });
  }
}
