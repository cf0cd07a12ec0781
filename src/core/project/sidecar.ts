import { z } from 'zod'
import type { Notice } from '../base/notice.ts'
import type { Budget, Model, Strategy, TestDefinition, UnitTest } from './model.ts'
import { byText } from '../base/compare.ts'
import { readBudget } from './budget.ts'
import { readInlineTests, testReferences, unknownTests, type TestReference } from './data-tests.ts'
import { filledText, noticeAt, read, someTexts, text, texts, unknownKeys, valueAt } from './keys.ts'
import { readStrategy, unknownStrategyKeys } from './strategy.ts'
import { plain, type TomlFile } from './toml.ts'
import { readUnitTests } from './unit-tests.ts'

/** What a sidecar or front matter says, before groups and defaults. */
export interface Sidecar {
  readonly file: TomlFile
  readonly name: string | undefined
  readonly dependsOn: readonly string[]
  readonly adapter: string | undefined
  readonly group: string | undefined
  readonly args: Readonly<Record<string, string>>
  readonly strategy: Strategy | undefined
  readonly target: PartialTarget
  readonly tests: readonly TestDefinition[]
  readonly useTests: readonly TestReference[]
  readonly unitTests: readonly UnitTest[]
  readonly surrogateKeys: Model['surrogateKeys']
  readonly budget: Budget | undefined
  readonly metadata: Readonly<Record<string, unknown>>
}

export interface PartialTarget {
  readonly catalog?: string | undefined
  readonly schema?: string | undefined
  readonly table?: string | undefined
}

/** Reads a sidecar; `note` is told of what is ignored. Fails at the first key that holds what it may not. */
export function readSidecar(file: TomlFile, note: (notice: Notice) => void): Sidecar {
  unknownKeys(file, [], KNOWN_KEYS).forEach(note)
  unknownKeys(file, ['target'], ['catalog', 'schema', 'table']).forEach(note)
  const keys = read(sidecarSchema, file)
  const strategy = readStrategy(file)
  if (strategy !== undefined) unknownStrategyKeys(file, strategy).forEach(note)
  const tests = readInlineTests(file, keys.tests.length)
  unknownTests(file, tests).forEach(note)
  return {
    file,
    name: keys.name,
    dependsOn: [...new Set([...keys.depends_on, ...misplacedDependsOn(file, note)])].sort(byText),
    adapter: keys.adapter,
    group: keys.group,
    args: keys.args,
    strategy,
    target: keys.target,
    tests,
    useTests: keys.use_test,
    unitTests: readUnitTests(file),
    surrogateKeys: keys.surrogate_key,
    budget: readBudget(file, ['budget']),
    metadata: metadataOf(file),
  }
}

/** The name that a sidecar gives, as far as one can be made out when the rest of it is wrong. */
export function declaredName(file: TomlFile): string | undefined {
  const name = valueAt(file, ['name'])
  return typeof name === 'string' && name !== '' ? name : undefined
}

/** Keys that change no data. They are kept as they stand. */
const METADATA_KEYS = [
  'classification',
  'columns',
  'format',
  'format_options',
  'freshness',
  'governance',
  'intent',
  'retention',
  'schedule',
  'skip',
  'sources',
  'tags',
  'test',
]

const partialTarget = z.object({
  catalog: text.optional(),
  schema: text.optional(),
  table: filledText.optional(),
})

const sidecarSchema = z.object({
  name: filledText.optional(),
  depends_on: texts.default([]),
  adapter: filledText.optional(),
  group: filledText.optional(),
  args: z.record(z.string(), text).default({}),
  target: partialTarget.default({}),
  tests: z.array(z.unknown()).default([]),
  use_test: testReferences.default([]),
  surrogate_key: z.array(z.object({ name: filledText, columns: someTexts })).default([]),
})

const KNOWN_KEYS = [...Object.keys(sidecarSchema.shape), 'strategy', 'budget', ...METADATA_KEYS]

/** Written below `[strategy]`, TOML puts the key into that table; what was meant is clear. */
function misplacedDependsOn(file: TomlFile, note: (notice: Notice) => void): readonly string[] {
  const at = ['strategy', 'depends_on']
  if (valueAt(file, at) === undefined) return []
  const message =
    '`depends_on` stands below `[strategy]`, so TOML makes it a key of that table. It is used; move it to the top.'
  note(noticeAt(file, at, 'project.misplaced-key', message))
  return read(texts, file, at)
}

function metadataOf(file: TomlFile): Readonly<Record<string, unknown>> {
  const present = METADATA_KEYS.filter((key) => Object.hasOwn(file.table, key))
  return Object.fromEntries(present.map((key) => [key, plain(file.table[key])]))
}
