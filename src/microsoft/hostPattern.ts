/** Hosts that no cloud has. Whoever can match one of these can match the next attacker's. */
const foreign = ['attacker.example', 'attacker.example:443', 'attacker', 'x.attacker.example', '203.0.113.7', '[2001:db8::7]', '169.254.169.254', ''];

const ownNames = /localhost|127\\\.0\\\.0\\\.1/gu;
/** With `<name>` and `<port>` in their places. Nothing comes behind: what only begins so can end in whatever somebody has registered. */
const thisMachine = /^\^(?:<name>|\((?:\?:)?<name>(?:\|<name>)*\))(?::<port>|:\((?:\?:)?<port>(?:\|<port>)*\)|\((?:\?:)?:<port>\)\??)?\$$/u;

/** Reports what is wrong with the source of a regular expression over a whole host (`host` or `host:port`). */
export function checkHostPattern(source: string, context: { addIssue(message: string): void }): void {
  const pattern = compiled(source);
  if (!pattern || !source.startsWith('^') || !source.endsWith('$')) return context.addIssue('must be a regular expression over the whole host: ^…$');
  // What is escaped, and what stands in classes, is no syntax.
  const bones = source.replaceAll(/\\./gu, '').replaceAll(/\[[^\]]*\]/gu, '');
  if (bones.includes('.')) return context.addIssue('has a dot that stands for any character: write \\.');
  if (/\[\^|\\[SWDPp]/u.test(source)) return context.addIssue('must name the characters that it allows');
  if (withoutGroups(bones).includes('|')) return context.addIssue('must hold its alternatives together: ^(…|…)$');
  if (foreign.some((host) => pattern.test(host))) context.addIssue('matches foreign hosts');
}

/** Whether a pattern is about this machine's own names only, with or without ports. */
export function isLoopbackPattern(source: string): boolean {
  return thisMachine.test(source.replaceAll(ownNames, '<name>').replaceAll(/\d+|\\d(?:\+|\{1,5\})/gu, '<port>'));
}

/** Whether this machine's own names are in it at all. */
export function namesThisMachine(source: string): boolean {
  return source.search(ownNames) >= 0;
}

function compiled(source: string): RegExp | undefined {
  try {
    return new RegExp(source, 'u');
  } catch {
    // Said by whoever asked.
  }
  return undefined;
}

function withoutGroups(bones: string): string {
  const outer = bones.replaceAll(/\([^()]*\)/gu, '');
  return outer === bones ? bones : withoutGroups(outer);
}
