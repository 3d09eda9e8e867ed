import type { SolutionFile } from './solutionFile.ts';

/** The XML in an import job's `data`: the part that tools read, the manifest's result among it; the first error is the manifest's, the last the role's. */
export function importData(file: SolutionFile, result: 'unprocessed' | 'success' | 'failure', errors: readonly string[] = []): string {
  const code = result === 'failure' ? '0x80044150' : '0';
  const outcome = (error = '') => `result="${result}" errorcode="${code}" errortext="${escaped(error)}" datetime="" datetimeticks=""`;
  const names = `id="${escaped(file.uniqueName)}" LocalizedName="${escaped(file.friendlyName)}"`;
  return (
    `<importexportxml version="9.2.0.0" processed="true"><solutionManifests>` +
    `<solutionManifest languagecode="1033" ${names} processed="true">` +
    `<UniqueName>${escaped(file.uniqueName)}</UniqueName><Version>${file.version}</Version><Managed>${file.managed ? '1' : '0'}</Managed>` +
    `<result ${outcome(errors[0])}><parameters /></result></solutionManifest></solutionManifests>` +
    `<securityroles>${file.roles.map((role) => securityRole(role, outcome(errors.at(-1)))).join('')}</securityroles></importexportxml>`
  );
}

function securityRole({ id, name }: SolutionFile['roles'][number], outcome: string): string {
  return `<securityrole id="${id}" LocalizedName="${escaped(name)}" processed="true"><result ${outcome} /></securityrole>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
