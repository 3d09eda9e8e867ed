import type { SolutionFile } from './solutionFile.ts';

/** The XML in an import job's `data`: the part that tools read, the manifest's result among it. */
export function importData(file: SolutionFile, result: 'unprocessed' | 'success'): string {
  const outcome = `result="${result}" errorcode="0" errortext="" datetime="" datetimeticks=""`;
  const roles = file.roles.map((role) => `<securityrole id="${role.id}" LocalizedName="${escaped(role.name)}" processed="true"><result ${outcome} /></securityrole>`).join('');
  return (
    `<importexportxml version="9.2.0.0" progress="100" processed="true"><solutionManifests>` +
    `<solutionManifest languagecode="1033" id="${escaped(file.uniqueName)}" LocalizedName="${escaped(file.friendlyName)}" processed="true">` +
    `<UniqueName>${escaped(file.uniqueName)}</UniqueName><Version>${file.version}</Version><Managed>${file.managed ? '1' : '0'}</Managed>` +
    `<result ${outcome}><parameters /></result></solutionManifest></solutionManifests><securityroles>${roles}</securityroles></importexportxml>`
  );
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
