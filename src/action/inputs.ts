import { PreviewError } from '../core/base/errors.ts'
import { didYouMean } from '../core/base/suggest.ts'
import { deriveCommentKey } from './comment-key.ts'
import { costInputs } from './cost-inputs.ts'
import { input, type Input } from './input.ts'
import * as parse from './input-parsers.ts'

export type { Input } from './input.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Every input, in the order of the documents. */
export const inputTable = {
  'github-token': input({
    description: 'Reads the pull request and writes the comment. Needs contents: read and pull-requests: write.',
    default: '${{ github.token }}',
    legal: 'a token',
    secret: true,
    parse: parse.text,
  }),
  project: input({
    description:
      'Folder of the project, from the root of the repository; a pattern such as projects/* stands for several.',
    default: '.',
    legal: 'a folder inside the repository, or a pattern with * or {a,b}',
    parse: parse.folder,
  }),
  config: input({
    description: 'Name of the configuration file, from the project folder.',
    default: 'rocky.toml',
    legal: 'a file inside the project folder',
    parse: parse.pathInside,
  }),
  models: input({
    description: 'A folder of models, added to those that the pipelines of the configuration name.',
    default: '',
    legal: 'a folder inside the project folder',
    parse: parse.optional(parse.pathInside),
  }),
  warehouse: input({
    description:
      'DuckDB file to compare on, opened read-only. Unless given, the one that the base’s configuration names.',
    default: '',
    legal: 'a path',
    parse: parse.text,
  }),
  seed: input({
    description: 'SQL file that fills the source tables. Unless given, data/seed.sql or seeds/seed.sql of the project.',
    default: '',
    legal: 'a file inside the project folder',
    parse: parse.optional(parse.pathInside),
  }),
  env: input({
    description:
      'Values for ${NAME} in the TOML files of the project, one NAME=value a line. Nothing else is ever filled in.',
    default: '',
    legal: 'lines of the form NAME=value',
    secret: true,
    parse: parse.nameValueLines,
  }),
  vars: input({
    description: 'Values for @var(name) in the models, one name=value a line, the same on both sides.',
    default: '',
    legal: 'lines of the form name=value',
    parse: parse.nameValueLines,
  }),
  'full-refresh': input({
    description: 'Build stateful models as if their tables did not exist, and compare the whole of them.',
    default: 'false',
    legal: 'true or false',
    parse: parse.yesOrNo,
  }),
  intervals: input({
    description: 'For time_interval models: how many of the last intervals to run. Unless given, 3.',
    default: '',
    legal: 'a number from 1 to 100',
    parse: parse.optional(parse.wholeNumber(100)),
  }),
  base: input({
    description:
      'Commit, branch or tag to compare with. Unless given, the event says; on a pull request it always does, and this is ignored.',
    default: '',
    legal: 'a commit, branch or tag',
    parse: parse.text,
  }),
  head: input({
    description:
      'Commit, branch or tag to look at. Unless given, the event says; on a pull request it always does, and this is ignored.',
    default: '',
    legal: 'a commit, branch or tag',
    parse: parse.text,
  }),
  'pr-number': input({
    description: 'Pull request to preview when the workflow was started by hand.',
    default: '',
    legal: 'a number, 1 or more',
    parse: parse.optional(parse.wholeNumber(2_147_483_647)),
  }),
  comment: input({
    description:
      'When to comment. With changes, no comment is created while nothing changes; one that exists is kept up to date.',
    default: 'changes',
    legal: 'changes, always or never',
    parse: parse.oneOf('changes', 'always', 'never'),
  }),
  'comment-key': input({
    description:
      'Tells the comments of several previews of one pull request apart. Unless given, made from workflow, job and project.',
    default: '',
    legal: 'up to 100 letters, digits and ._/-',
    parse: parse.optional(parse.matching(/^[A-Za-z0-9._/-]{1,100}$/)),
  }),
  'comment-required': input({
    description: 'Fail the step when the comment cannot be written.',
    default: 'false',
    legal: 'true or false',
    parse: parse.yesOrNo,
  }),
  'fail-on': input({
    description: 'What makes the step fail.',
    default: 'error',
    legal: 'a list of error, breaking, budget, tests, changes and incomplete, or never alone',
    parse: parse.failOn,
  }),
  'allow-functions': input({
    description:
      'Functions that models may call although a preview refuses them, for example read_parquet for files of the repository.',
    default: '',
    legal: 'a list of function names',
    parse: parse.functionNames,
  }),
  'allow-paths': input({
    description: 'Folders outside the repository whose files models may read, one a line.',
    default: '',
    legal: 'lines with absolute paths of folders, not /',
    parse: parse.absoluteFolders,
  }),
  'sample-values': input({
    description:
      'What is shown of values from the data, in comment, summary, reports and logs: none, masked (equal values look equal), or all. Unless given, masked in private repositories and none in all others.',
    default: '',
    legal: 'none, masked or all',
    parse: parse.optional(parse.oneOf('none', 'masked', 'all')),
  }),
  algorithm: input({
    description:
      'How rows are compared. sampled: the keys of a sample. bisection: every row, by hash buckets. Unless given, every row, as fits the data and the budgets.',
    default: '',
    legal: 'sampled or bisection',
    parse: parse.optional(parse.oneOf('sampled', 'bisection')),
  }),
  'sample-size': input({
    description: 'Keys in a sample. Unless given, 100000.',
    default: '',
    legal: 'a whole number from 1',
    parse: parse.optional(parse.wholeNumber(999_999_999_999)),
  }),
  facts: input({
    description:
      'What is told of differences beyond their counts: facts of each column and side, where changes live, how totals moved. Unless given, as far as it fits: up to 100 million values a model, within the budgets.',
    default: '',
    legal: 'always or never',
    parse: parse.optional(parse.oneOf('always', 'never')),
  }),
  tolerance: input({
    description:
      'How far numbers may lie apart and count as equal: 0.01, 0.1%, or by type or column, float=1e-9,price=0.01.',
    default: '',
    legal: 'a number, a percentage, or name=number with float, decimal, integer or a column',
    parse: parse.optional(parse.tolerances),
  }),
  'time-budget': input({
    description: 'For all comparisons together: beyond it a sample is taken, then rows are only counted.',
    default: '',
    legal: parse.durationForms,
    parse: parse.optional(parse.duration),
  }),
  'max-bytes': input({
    description: 'Of data that all comparisons together may read, about. Beyond it as beyond time-budget.',
    default: '',
    legal: parse.sizeForms,
    parse: parse.optional(parse.size),
  }),
  'allow-unsafe-fork-sql': input({
    description: 'Run the SQL of pull requests from forks even where the event gives the job secrets and write access.',
    default: 'false',
    legal: 'true or false',
    parse: parse.yesOrNo,
  }),
  ...costInputs,
  timeout: input({
    description: 'The longest that the preview may take. Unless given, fitted to the runner.',
    default: '',
    legal: parse.durationForms,
    parse: parse.optional(parse.duration),
  }),
  'memory-limit': input({
    description: 'Memory that DuckDB may use. Unless given, fitted to the runner.',
    default: '',
    legal: parse.sizeForms,
    parse: parse.optional(parse.size),
  }),
  threads: input({
    description: 'Threads that DuckDB may use. Unless given, fitted to the runner.',
    default: '',
    legal: 'a number from 1 to 1024',
    parse: parse.optional(parse.wholeNumber(1_024)),
  }),
  'max-disk': input({
    description: 'Disk space that the preview may use. Unless given, fitted to the runner.',
    default: '',
    legal: parse.sizeForms,
    parse: parse.optional(parse.size),
  }),
  name: input({
    description: 'Name of the preview environment. Unless given, pr-preview- and the branch.',
    default: '',
    legal: 'up to 100 characters in one line',
    parse: parse.optional(parse.matching(/^[^\p{Cc}]{1,100}$/u)),
  }),
  json: input({
    description: 'File to write the run as JSON to. Unless given, a file in the runner’s temporary folder.',
    default: '',
    legal: 'a path',
    parse: parse.text,
  }),
  report: input({
    description:
      'File to write the whole run to as one HTML page, which loads nothing: upload it as an artifact. Unless given, none is written.',
    default: '',
    legal: 'a path',
    parse: parse.text,
  }),
  keep: input({
    description: 'Folder to leave the database files of the preview environment in. Unless given, they are removed.',
    default: '',
    legal: 'a path',
    parse: parse.text,
  }),
  'native-path': input({
    description: 'Folder or archive with the DuckDB library, for runners that cannot download it.',
    default: '',
    legal: 'a path',
    parse: parse.text,
  }),
  'registry-url': input({
    description: 'npm registry to download the DuckDB library from, where this Action does not carry it.',
    default: '',
    legal: 'an http or https address without a password in it',
    parse: parse.optional(parse.webAddress),
  }),
} as const satisfies Record<string, Input<unknown>>

export type InputName = keyof typeof inputTable

type CamelCase<S extends string> = S extends `${infer Head}-${infer Tail}` ? `${Head}${Capitalize<CamelCase<Tail>>}` : S

type Given = {
  readonly [Name in InputName as CamelCase<Name>]: (typeof inputTable)[Name] extends Input<infer T> ? T : never
}

/** Every input parsed, by its name in camel case; undefined = not given. `project` is '' for the root of the repository. */
export type ActionInputs = Omit<Given, 'commentKey'> & { readonly commentKey: string }

/** Reads INPUT_*. Fails with `input.invalid`, which names the input, what it holds and what it may hold. */
export function readInputs(environment: Environment): ActionInputs {
  return collected(environment, (name) => parsed(environment, name))
}

/** The same, with an input that holds what it may not as if it were not given: enough to tell about it. */
export function salvagedInputs(environment: Environment): ActionInputs {
  return collected(environment, (name) => {
    try {
      return parsed(environment, name)
    } catch (error) {
      if (error instanceof PreviewError) return parsed({}, name)
      throw error
    }
  })
}

function collected(environment: Environment, read: (name: InputName) => unknown): ActionInputs {
  const entries = Object.keys(inputTable).map((name) => [camelCase(name), read(name as InputName)])
  const given = Object.fromEntries(entries) as Given
  return { ...given, commentKey: given.commentKey ?? deriveCommentKey(environment, given.project) }
}

function parsed(environment: Environment, name: InputName): unknown {
  const { parse: parser }: Input<unknown> = inputTable[name]
  return parser(rawInput(environment, name), refusing(environment, name))
}

/** The values that logs must not show: give them to the runner to mask before anything else is done. */
export function secretInputs(environment: Environment): readonly string[] {
  const token = rawInput(environment, 'github-token')
  return token === '' ? [] : [token]
}

/** What the runner gave, or the default; '' = not given. The runner keeps hyphens in the names of its variables. */
function rawInput(environment: Environment, name: InputName): string {
  const given = environment[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`]?.trim() ?? ''
  if (given !== '') return given
  const fallback = inputTable[name].default
  return fallback.startsWith('${{') ? '' : fallback
}

function refusing(environment: Environment, name: InputName): parse.Refuse {
  const { legal, ...rest }: Input<unknown> = inputTable[name]
  return (part, candidates = []) => {
    const value = part ?? rawInput(environment, name)
    const shown = rest.secret ? '' : ` is "${value.length > 80 ? `${value.slice(0, 80)}…` : value}";`
    const message = `Input \`${name}\`${shown} expected ${legal}.`
    throw new PreviewError('input.invalid', message, { hint: didYouMean(value, candidates) })
  }
}

function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_hyphen, letter: string) => letter.toUpperCase())
}
