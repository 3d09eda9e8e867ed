// Mutants of what decides who may do what, to which host, and of what is sealed: `npm run test:mutants`.
export default {
  mutate: [
    'src/setup/asking.ts',
    'src/setup/planHash.ts',
    'src/setup/commands/{approve,approveAll,asked,handOver,index}.ts',
    'src/bot/admission.ts',
    'src/microsoft/hosts.ts',
    'src/storage/sqlite/secretVault.ts',
  ],
  // TypeScript 7 has no compiler API for Stryker to rewrite a tsconfig with, and swc reads none.
  tsconfigFile: 'none',
  testRunner: 'jest',
  jest: { projectType: 'custom', configFile: 'test/mutants/jest.config.mjs', enableFindRelatedTests: false },
  coverageAnalysis: 'perTest',
  plugins: ['@stryker-mutator/jest-runner'],
  ignorePatterns: ['docs', 'coverage', '.data', 'appPackage/build', 'test/e2e/pictures'],
  tempDirName: '.data/mutants',
  concurrency: 2,
  timeoutMS: 20_000,
  reporters: ['clear-text', 'progress'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, allowEmojis: false },
  thresholds: { high: 100, low: 95, break: 95 },
};
