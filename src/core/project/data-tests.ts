import { z } from 'zod'
import type { Notice } from '../base/notice.ts'
import type { KeyPath } from './locate.ts'
import type { TestDefinition } from './model.ts'
import { didYouMean } from '../base/suggest.ts'
import { errorAt, filledText, keyError, noticeAt, read, text, valueAt } from './keys.ts'
import { missingVariable } from './substitute.ts'
import { plainTable, type TomlFile } from './toml.ts'

/** One `[[use_test]]`: a test by name, bound to this model. */
export interface TestReference {
  readonly name: string
  readonly column?: string | undefined
  readonly severity?: string | undefined
  readonly filter?: string | undefined
}

export const testReferences = z.array(
  z.object({
    name: filledText,
    column: filledText.optional(),
    severity: z.enum(['error', 'warning']).optional(),
    filter: text.optional(),
  }),
)

/** `test_definitions.toml`: tests by name, to be used in the models of its folder. */
export function readNamedTests(file: TomlFile): ReadonlyMap<string, TestDefinition> {
  return new Map(Object.keys(file.table).map((name) => [name, readTest(file, [name])]))
}

export function readInlineTests(file: TomlFile, count: number): readonly TestDefinition[] {
  return Array.from({ length: count }, (_, index) => readTest(file, ['tests', index]))
}

/** The definition that a reference names, with what the reference overrides. */
export function resolveTest(
  file: TomlFile,
  index: number,
  { name, column, severity, filter }: TestReference,
  named: ReadonlyMap<string, TestDefinition>,
): TestDefinition {
  const test = named.get(name)
  if (test === undefined) {
    const message = `\`use_test\` names "${name}", which test_definitions.toml of this folder does not define.`
    throw errorAt(file, ['use_test', index, 'name'], message, didYouMean(name, named.keys()))
  }
  return {
    ...test,
    ...(column !== undefined && { column }),
    definition: plainTable({
      ...test.definition,
      ...(severity !== undefined && { severity }),
      ...(filter !== undefined && { filter }),
    }),
  }
}

/** Notices about tests of a type that no test has: a slip that would leave the model untested. */
export function unknownTests(file: TomlFile, tests: readonly TestDefinition[]): readonly Notice[] {
  return tests.flatMap(({ type }, index) => {
    if (TEST_TYPES.has(type)) return []
    const meant = didYouMean(type, TEST_TYPES)
    const message = `There is no test of type "${type}".${meant === undefined ? '' : ` ${meant}`}`
    return [noticeAt(file, ['tests', index, 'type'], 'project.unknown-test', message)]
  })
}

const TEST_TYPES: ReadonlySet<string> = new Set([
  'accepted_values',
  'aggregate',
  'composite',
  'expression',
  'in_range',
  'not_in_future',
  'not_null',
  'older_than_n_days',
  'regex_match',
  'relationships',
  'row_count_range',
  'unique',
  'unique_expr',
])

const testSchema = z.object({ type: filledText, column: filledText.optional() })

function readTest(file: TomlFile, at: KeyPath): TestDefinition {
  const { type, column } = read(testSchema, file, at)
  const entries = Object.entries(valueAt(file, at) as Readonly<Record<string, unknown>>)
  const rest = entries.filter(([key]) => key !== 'type' && key !== 'column')
  const needy = rest.find(([, value]) => typeof value === 'string' && missingVariable(value) !== undefined)
  if (needy !== undefined) throw keyError(file, [...at, needy[0]], 'text')
  return { type, ...(column !== undefined && { column }), definition: plainTable(Object.fromEntries(rest)) }
}
