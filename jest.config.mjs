import { availableParallelism } from 'node:os';

// CommonJS on purpose: restify and botbuilder load in half the time of jest's ES modules, and `jest` stays a global.
export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: [],
  transform: {
    '^.+\\.[jt]s$': ['@swc/jest', {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2024' },
      module: { type: 'commonjs' },
    }],
  },
  // Packages that are ES modules only, wherever they are nested.
  transformIgnorePatterns: ['/node_modules/(?!(.*/node_modules/)?(jose|p-retry|is-network-error|i18next|selfsigned|https?-proxy-agent|proxy-agent-negotiate|agent-base)/)'],
  testTimeout: 20_000,
  // Most tests wait for their own HTTP: two cores have three suites. Jest takes more than '100%' for that many workers.
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
};
