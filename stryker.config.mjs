import { group } from './test/mutants/groups.mjs';

// Changes one place at a time, and sees whether a test notices: `npm run test:mutants`, or one of the groups: `npm run test:mutants -- hosts`.
export default {
  mutate: group.mutate,
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
  timeoutMS: 8_000,
  reporters: ['clear-text'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, allowEmojis: false },
  thresholds: { high: 100, low: group.least, break: group.least },
};
