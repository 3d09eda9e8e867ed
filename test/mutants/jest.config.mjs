import base from '../../jest.config.mjs';

/** The tests that are about what is mutated, and quick. */
export default {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/setup/*.test.ts', '<rootDir>/test/microsoft/hosts.test.ts', '<rootDir>/test/storage/sqlite.test.ts', '<rootDir>/test/bot/admission.test.ts'],
};
