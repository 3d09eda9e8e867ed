/** Hosts that no cloud has. Whoever can match one of these can match the next attacker's. */
const foreign = ['attacker.example', 'attacker.example:443', 'attacker', 'x.attacker.example', '203.0.113.7', '[2001:db8::7]', '169.254.169.254', ''];

const thisMachine = /^\^(?:localhost|127\\\.0\\\.0\\\.1|\((?:\?:)?localhost\|127\\\.0\\\.0\\\.1\))(?=[:($])/u;

/** What is wrong with the source of a regular expression over a whole host (`host` or `host:port`), or undefined. */
export function mistakeInPattern(source: string): string | undefined {
  const pattern = compiled(source);
  if (!pattern || !source.startsWith('^') || !source.endsWith('$')) return 'must be a regular expression over the whole host: ^…$';
  // What is escaped, and what stands in classes, is no syntax.
  const plain = source.replaceAll(/\\./gu, '');
  const bones = plain.replaceAll(/\[[^\]]*\]/gu, '');
  if (bones.includes('.')) return 'has a dot that stands for any character: write \\.';
  if (/\[\^|\\[SWDPp]/u.test(source)) return 'must name the characters that it allows';
  if (withoutGroups(bones).includes('|')) return 'must hold its alternatives together: ^(…|…)$';
  return foreign.some((host) => pattern.test(host)) ? 'matches foreign hosts' : undefined;
}

/** Whether a pattern without mistakes is about this machine's own names only. */
export function isLoopbackPattern(source: string): boolean {
  return thisMachine.test(source);
}

function compiled(source: string): RegExp | undefined {
  try {
    return new RegExp(source, 'u');
  } catch {
    return undefined;
  }
}

function withoutGroups(bones: string): string {
  const outer = bones.replaceAll(/\([^()]*\)/gu, '');
  return outer === bones ? bones : withoutGroups(outer);
}
