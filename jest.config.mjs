// Jest: one project per kind of test. `npm test` runs them all; `npx jest --selectProjects unit` only the quick ones.
const transformed = [
  'content-disposition',
  '@cornerstonejs',
  '@kitware',
  '@ohif',
  '@cordon',
  'clipper2-ts',
  '@itk-wasm',
  '@icr',
  'dcmjs',
  'gl-matrix',
  'd3[a-z-]*',
  'internmap',
  'delaunator',
  'robust-predicates',
  'comlink',
  'lodash-es',
  'globalthis',
  'uuid',
  'onnxruntime-web',
  'idb',
];
const common = {
  rootDir: new URL('.', import.meta.url).pathname,
  transform: { '^.+\\.(t|j|mj)sx?$': ['@swc/jest', { swcrc: false, ...swcOptions() }] },
  transformIgnorePatterns: [`node_modules/(?!(${transformed.join('|')})/)`],
  extensionsToTreatAsEsm: [],
  testEnvironmentOptions: {
    customExportConditions: ['cordon-source', 'node', 'require', 'default'],
  },
  modulePathIgnorePatterns: [
    '<rootDir>/dist/',
    '<rootDir>/.cache/',
    '<rootDir>/.build/',
    '/dist/',
    '<rootDir>/(extensions|modes)/[^/]+/(lib|public)/',
  ],
};

function swcOptions() {
  return {
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', tsx: true },
      transform: { react: { runtime: 'automatic' } },
    },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  };
}

export default {
  maxWorkers: 2,
  testTimeout: 60_000,
  reporters: ['default', '<rootDir>/test/support/count-reporter.cjs'],
  projects: [
    {
      ...common,
      displayName: 'unit',
      testEnvironment: 'node',
      testMatch: [
        '<rootDir>/extensions/*/src/**/*.test.ts',
        '<rootDir>/server-adapter/src/**/*.test.ts',
        '<rootDir>/models/**/*.test.ts',
        '<rootDir>/test/{repository,bench,mutants,support}/**/*.test.ts',
      ],
    },
    {
      ...common,
      displayName: 'dom',
      testEnvironment: 'jsdom',
      testMatch: ['<rootDir>/extensions/*/src/**/*.test.tsx', '<rootDir>/modes/*/src/**/*.test.ts'],
    },
    {
      ...common,
      displayName: 'interop',
      testEnvironment: 'node',
      testMatch: ['<rootDir>/test/{interop,hostile,packages}/**/*.test.ts'],
    },
    {
      ...common,
      displayName: 'e2e',
      testEnvironment: 'node',
      testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
    },
  ],
};
