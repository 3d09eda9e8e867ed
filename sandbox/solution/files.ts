import { built, goodFileName, packed, sources, type BuiltSolution } from './build.ts';
import { customizationsXmlWithCode, roleId, solutionXml, solutionXmlWithCode } from './sources.ts';

/** The most that a client should take; one byte more is what `tooLarge` has at least. */
const largestReasonableBytes = 20 * 1024 * 1024;

/** What a publisher of another name would have put there. */
const otherPublisher = solutionXml
  .replace('<UniqueName>leadsetupsandbox</UniqueName>', '<UniqueName>contosoconsulting</UniqueName>')
  .replace('<LocalizedName description="Lead Setup sandbox" ', '<LocalizedName description="Contoso Consulting" ')
  .replace('<CustomizationPrefix>lss', '<CustomizationPrefix>cco');

/** A dependency on what Dynamics 365 Sales brings, in a version that no environment of the sandbox has. */
const missingDependencies = solutionXml.replace(
  '<MissingDependencies />',
  `<MissingDependencies><MissingDependency>
      <Required type="1" schemaName="msdyn_leadscore" displayName="Lead score" solution="msdynce_LeadManagement (9.0.4.1)" />
      <Dependent type="20" displayName="Microsoft Marketplace Lead Writer" id="{b5a5c3de-6a1e-4c0b-9d57-31c0f7a2e961}" />
    </MissingDependency></MissingDependencies>`,
);

const withVersion = (version: string) => solutionXml.replace('<Version>1.0.0.0', `<Version>${version}`);
/** A role in the list of root components that the file does not bring: whole to look at, and refused by Dynamics. */
const withoutItsRole = solutionXml.replace(roleId, '0b5e21f4-7d7e-4d0a-9a83-5a1f6f0c9d11');
const webPage = '<!DOCTYPE html>\n<html lang="en"><head><title>Not here</title></head><body><h1>This page has moved</h1></body></html>\n';

interface Recipe {
  readonly fileName: string;
  readonly bytes: () => Buffer;
}

const withManifest = (manifest: string) => () => packed(sources({ manifest }));

const recipes = {
  good: { fileName: goodFileName, bytes: () => packed(sources({})) },
  /** What a dead link gives: a web page under the name of a zip. */
  noZip: { fileName: 'moved.zip', bytes: () => Buffer.from(webPage) },
  noManifest: { fileName: 'pictures.zip', bytes: () => packed({ 'readme.txt': 'Nothing to import.' }) },
  unmanaged: { fileName: 'SandboxMarketplaceLeadWriter_1_0_0_0.zip', bytes: withManifest(solutionXml.replace('<Managed>1', '<Managed>0')) },
  /** The same unique name, by somebody else. */
  otherPublisher: { fileName: 'ContosoConsultingLeadWriter_1_0_0_0_managed.zip', bytes: withManifest(otherPublisher) },
  older: { fileName: 'SandboxMarketplaceLeadWriter_0_9_0_0_managed.zip', bytes: withManifest(withVersion('0.9.0.0')) },
  newer: { fileName: 'SandboxMarketplaceLeadWriter_2_0_0_0_managed.zip', bytes: withManifest(withVersion('2.0.0.0')) },
  tooLarge: { fileName: 'SandboxMarketplaceLeadWriter_large.zip', bytes: () => packed(sources({}), largestReasonableBytes) },
  contradictory: { fileName: 'SandboxMarketplaceLeadWriter_contradictory.zip', bytes: withManifest(withoutItsRole) },
  /** Brings a plug-in assembly and a workflow besides the role: Dynamics takes it. */
  withCode: {
    fileName: 'SandboxMarketplaceLeadWriter_withCode_managed.zip',
    bytes: () => packed(sources({ manifest: solutionXmlWithCode, customizations: customizationsXmlWithCode })),
  },
  missingDependencies: { fileName: 'SandboxMarketplaceLeadWriter_dependent.zip', bytes: withManifest(missingDependencies) },
} satisfies Readonly<Record<string, Recipe>>;

/** The files below `/solution`: the good one, and each kind that a setup must refuse or ask about. */
export type SolutionFileKind = keyof typeof recipes;

export const solutionFileKinds = ['good', 'noZip', 'noManifest', 'unmanaged', 'otherPublisher', 'older', 'newer', 'tooLarge', 'contradictory', 'withCode', 'missingDependencies'] as const satisfies readonly SolutionFileKind[];

const made = new Map<SolutionFileKind, BuiltSolution>();

/** One of the files; built when it is first asked for, as one of them is large. */
export function solutionFile(kind: SolutionFileKind): BuiltSolution {
  const { fileName, bytes } = recipes[kind];
  const file = made.get(kind) ?? built(fileName, bytes());
  made.set(kind, file);
  return file;
}

/** The file of this name, if there is one. */
export function solutionFileNamed(fileName: string): BuiltSolution | undefined {
  const kind = solutionFileKinds.find((each) => recipes[each].fileName === fileName);
  return kind === undefined ? undefined : solutionFile(kind);
}
