// ESLint: strict TypeScript and the import rule (arrows run one way; pure code knows no viewer).
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const hostPackages = ['@cornerstonejs/core', '@cornerstonejs/tools', '@ohif/*'];
const upperRooms = [
  '@cordon/extension-classical*',
  '@cordon/extension-neural*',
  '@cordon/extension-dicom-seg*',
  '@cordon/mode-*',
];
const browserGlobals = [
  'window',
  'document',
  'localStorage',
  'sessionStorage',
  'navigator',
  'alert',
];

/** Our own packages are meant by their exact name: a pattern would forbid their pure parts too. */
const isExact = (pattern) => pattern.startsWith('@cordon/') && !pattern.includes('*');

/** A rule set for a folder that must not import the given patterns. */
const forbid = (files, patterns, message) => ({
  files,
  ignores: ['**/*.test.ts', '**/*.test.tsx'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        paths: patterns.filter(isExact).map((name) => ({ name, message })),
        patterns: [{ group: patterns.filter((pattern) => !isExact(pattern)), message }],
      },
    ],
  },
});

const pureFolders = [
  'extensions/workbench/src/{volume,terms,method,jobs,measure,editing,errors,prompts,safekeeping,background}/**/*.ts',
  'extensions/classical/src/{methods,kernels}/**/*.ts',
  'extensions/dicom-seg/src/{part10,series,seg,store,sr,rtstruct,surface}/**/*.ts',
  'extensions/neural/src/{pipeline,catalog,methods}/**/*.ts',
];

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '{extensions,modes}/*/{lib,public}/**',
      '**/generated/**',
      '.build/**',
      '.cache/**',
      '**/node_modules/**',
      'models/**/*.py',
      'extensions/classical/assembly/**',
      'test/output/**',
      'server-adapter/deploy/**',
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': [
        'error',
        { checksVoidReturn: { attributes: false } },
      ],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      'max-lines': ['error', 400],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        fetch: 'readonly',
        Buffer: 'readonly',
        module: 'writable',
        require: 'readonly',
        __dirname: 'readonly',
        performance: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        AbortController: 'readonly',
        WebAssembly: 'readonly',
        window: 'readonly',
        document: 'readonly',
      },
    },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    files: pureFolders,
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-globals': ['error', ...browserGlobals] },
  },
  forbid(
    ['extensions/workbench/src/**/*.{ts,tsx}'],
    upperRooms,
    'workbench is the lowest room: the other extensions build on it.'
  ),
  forbid(
    pureFolders,
    [
      ...hostPackages,
      'react',
      'react-dom',
      'onnxruntime-web*',
      '**/viewer/**',
      '**/ui/**',
      '@cordon/extension-workbench',
      '@cordon/extension-workbench/viewer',
      '@cordon/extension-workbench/ui',
      ...upperRooms,
    ],
    'Pure code knows neither viewer nor user interface; import @cordon/extension-workbench/pure.'
  ),
  forbid(
    ['extensions/workbench/src/ui/**/*.{ts,tsx}'],
    [...hostPackages, ...upperRooms],
    'Only the viewer folder knows the host; the panel talks to its controller.'
  ),
  forbid(
    ['server-adapter/src/**/*.ts'],
    [
      ...hostPackages,
      'react',
      '@cordon/extension-workbench',
      '@cordon/extension-classical',
      '@cordon/extension-neural',
      '@cordon/extension-dicom-seg',
      '@cordon/*/viewer',
      '@cordon/*/ui',
    ],
    'The server uses the pure parts only.'
  ),
  {
    files: ['**/*.test.ts', '**/*.test.tsx', 'test/**/*.ts'],
    rules: { '@typescript-eslint/no-dynamic-delete': 'off' },
  }
);
