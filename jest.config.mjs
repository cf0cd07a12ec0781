/** Tests are ESM, as the packages of GitHub's toolkit are. */
const swc = ['@swc/jest', { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'es6' } }]

export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': swc },
  testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/build/', '<rootDir>/dist/', '<rootDir>/__tests__/support/node-24/'],
  reporters: ['default', '<rootDir>/scripts/jest-reporter.mjs'],
  globalSetup: '<rootDir>/scripts/jest-setup.mjs',
  globalTeardown: '<rootDir>/scripts/jest-teardown.mjs',
  testSequencer: '<rootDir>/scripts/jest-sequencer.mjs',
  maxWorkers: 2,
  testTimeout: 60_000,
}
