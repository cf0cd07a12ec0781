import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

const clock = 'core has no clock: the caller gives the time.'
const chance = 'core has no randomness: the caller gives it.'
const effects = [
  'process',
  'console',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'performance',
  'crypto',
]

export default defineConfig(
  globalIgnores([
    'node_modules/',
    'build/',
    'coverage/',
    'dist/',
    'fixtures/',
    'scripts/',
    'bench/',
    '**/*.mjs',
    '**/*.cjs',
    '**/*.js',
  ]),
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidOperator: true },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      // It asks for `!`, which no-non-null-assertion forbids.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      // An index signature says more of a map than Record does when the key has a name.
      '@typescript-eslint/consistent-indexed-object-style': 'off',
      '@typescript-eslint/parameter-properties': 'error',
      // There are no enums here, and hardly a class: these two would take a third of the time of all rules.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-unused-expressions': 'error',
      eqeqeq: 'error',
      'no-console': 'off',
      'no-restricted-exports': [
        'error',
        {
          restrictDefaultExports: {
            direct: true,
            named: true,
            defaultFrom: true,
            namedFrom: true,
            namespaceFrom: true,
          },
        },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'TSEnumDeclaration', message: 'A union of strings, not an enum.' },
        { selector: 'TSModuleDeclaration[declare!=true]', message: 'No namespaces: files are modules.' },
      ],
      'object-shorthand': 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['src/core/**/*.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-globals': [
        'error',
        ...effects.map((name) => ({ name, message: 'core is pure: effects come in through ports.' })),
      ],
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^node:', message: 'core is pure: effects come in through ports.' }] },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: clock },
        { object: 'Math', property: 'random', message: chance },
        { object: 'globalThis', property: 'process', message: 'core is pure.' },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'TSEnumDeclaration', message: 'A union of strings, not an enum.' },
        { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: clock },
        { selector: 'CallExpression[callee.name="Date"]', message: clock },
        {
          selector: 'CallExpression[callee.property.name=/^(localeCompare|toLocale\\w*)$/]',
          message: 'core has no locale: use byText.',
        },
        { selector: 'TryStatement[handler]', message: 'Nothing is caught inside core: catch at the edge.' },
      ],
    },
  },
  {
    files: ['__tests__/**/*.ts'],
    rules: {
      // Jest's asymmetric matchers (expect.any and the like) are any.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Fakes hand out methods that need no `this`; fetch and the like are replaced and put back.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
)
