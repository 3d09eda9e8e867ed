// Mutants of what decides who may do what, to which host, and of what is sealed: `npm run test:mutants`.
export default {
  mutate: [
    // Approvals: what is approved, by whom, how long that holds.
    'src/setup/commands/{approve,approveAll,asked,handOver,index}.ts',
    'src/setup/{allAtOnce,approvalTime,approving,goingOn,planHash}.ts',
    // Who acts, and as which account.
    'src/setup/{actingAs,asking,proving}.ts',
    'src/setup/commands/actAs.ts',
    'src/bot/{admission,browserAccounts,channelToken,pendingSignIns,unclaimedCodes}.ts',
    'src/microsoft/credentials.ts',
    'src/setup/audit/part.ts',
    // Where anything is sent.
    'src/bot/serviceAddresses.ts',
    'src/microsoft/{hostPattern,hosts,networkAddress,outgoing}.ts',
    'src/setup/environmentAddress.ts',
    // What is sealed, and under which key.
    'src/sealingSettings.ts',
    'src/storage/sqlite/{sealingKeys,secretVault}.ts',
  ],
  mutator: {
    // Texts are notices' keys, SQL and reasons: every sentence has tests of its own, SQL without its words does not run, and reasons are counted, not decided by.
    excludedMutations: ['StringLiteral'],
  },
  // TypeScript 7 has no compiler API for Stryker to rewrite a tsconfig with, and swc reads none.
  tsconfigFile: 'none',
  testRunner: 'jest',
  jest: { projectType: 'custom', configFile: 'test/mutants/jest.config.mjs', enableFindRelatedTests: false },
  coverageAnalysis: 'perTest',
  // What runs while a module loads would need every test for each change: ten times as long. Such limits and tables are left out here.
  ignoreStatic: true,
  plugins: ['@stryker-mutator/jest-runner'],
  ignorePatterns: ['docs', 'coverage', '.data', 'appPackage/build', 'test/e2e/pictures'],
  tempDirName: '.data/mutants',
  concurrency: 2,
  timeoutMS: 20_000,
  reporters: ['clear-text', 'progress'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, allowEmojis: false },
  // `break` only rises: to what a whole run has reached.
  thresholds: { high: 100, low: 95, break: 70 },
};
