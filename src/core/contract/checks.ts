import { grouped } from '../base/grouped.ts'
import { z } from 'zod'
import {
  isNewFault,
  type ContractFinding,
  type ModelChecks,
  type ShownRow,
  type SideOutcome,
  type TestResult,
} from '../checks/result.ts'
import type { PlacedFinding } from './facts.ts'
import { countSchema, named, placeFields, toCount, toPlace } from './shared.ts'

const cellSchema = z.strictObject({ column: z.string(), value: z.string(), is_null: z.literal(true).optional() })
const rowsSchema = z.array(z.array(cellSchema))

/** One test of a model, on both sides. A side that has no count did not run, or has no such test. */
export const testSchema = z.strictObject({
  name: z.string(),
  kind: z.enum(['data', 'unit']),
  type: z.string(),
  /** The column under test. */
  column_name: z.string().optional(),
  severity: z.enum(['error', 'warning']),
  status: z.enum(['newly_failing', 'still_failing', 'fixed', 'passing', 'not_run']),
  /** Rows that fail; of a unit test, rows that are missing or were not expected. */
  failing_rows_base: countSchema.optional(),
  failing_rows_head: countSchema.optional(),
  /** What was found, where rows are not what fails: `3 rows`, or a sum. */
  observed_base: z.string().optional(),
  observed_head: z.string().optional(),
  /** Why it did not run on head; or on base, where that matters. */
  reason: z.string().optional(),
  /** A few failing keys of head, where data values may be shown. */
  keys: rowsSchema.optional(),
  /** Of a unit test, on head: values of the test's own file. */
  missing: rowsSchema.optional(),
  unexpected: rowsSchema.optional(),
  /** It ran on what the warehouse holds: the model is not rebuilt. */
  on_stored_rows: z.literal(true).optional(),
  ...placeFields,
})
export type TestRow = z.infer<typeof testSchema>

export function toTestRow(test: TestResult): TestRow {
  const { base, head, location } = test
  const reason = reasonOf(head) ?? (test.status === 'newly_failing' ? reasonOf(base) : undefined)
  return {
    name: test.name,
    kind: test.kind,
    type: test.type,
    ...(test.column !== undefined && { column_name: test.column }),
    severity: test.severity,
    status: test.status,
    ...('failing' in base && { failing_rows_base: toCount(base.failing) }),
    ...('failing' in head && { failing_rows_head: toCount(head.failing) }),
    ...(base.kind === 'ran' && base.observed !== undefined && { observed_base: base.observed }),
    ...(head.kind === 'ran' && head.observed !== undefined && { observed_head: head.observed }),
    ...(reason !== undefined && { reason }),
    ...(head.kind === 'ran' && head.keys.length > 0 && { keys: toRows(head.keys) }),
    ...(head.kind === 'compared' && head.missing.length > 0 && { missing: toRows(head.missing) }),
    ...(head.kind === 'compared' && head.unexpected.length > 0 && { unexpected: toRows(head.unexpected) }),
    ...(test.stored && { on_stored_rows: true as const }),
    ...toPlace(location),
  }
}

/** What a model's tests and contract add to its findings. What passes on both sides adds nothing. */
export function checkFindings(checks: ModelChecks | undefined): readonly PlacedFinding[] {
  if (checks === undefined) return []
  return [...checks.contract.map(contractFinding), ...checks.tests.flatMap(testFinding)]
}

/** Codes of findings that a check raised and that nobody knew of before: `fail-on: tests` trips on the breaking ones. */
export const CHECK_FAILURES: readonly string[] = ['test.failed', 'test.not-run', 'contract.broken']

function testFinding(test: TestResult): readonly PlacedFinding[] {
  const { status, head, base } = test
  const worst = test.severity === 'error' ? 'breaking' : 'warning'
  const place = test.location === undefined ? {} : { location: test.location }
  const what = `${test.kind === 'unit' ? 'unit test' : 'test'} ${named(test.name)}`
  switch (status) {
    case 'newly_failing': {
      const isNew = base.kind === 'absent' ? ', which is new or changed,' : ' newly'
      return [{ code: 'test.failed', severity: worst, message: `${what}${isNew} fails: ${extent(head)}`, ...place }]
    }
    case 'still_failing': {
      const message = `${what} still fails: ${extent(head)}; on base: ${extent(base)}`
      return [{ code: 'test.still-failing', severity: 'info', message, ...place }]
    }
    case 'fixed':
      return [{ code: 'test.fixed', severity: 'info', message: `${what} is fixed here`, ...place }]
    case 'not_run': {
      if (head.kind !== 'fault') return []
      const message = `${what} cannot run: ${head.because}`
      if (isNewFault(test)) return [{ code: 'test.not-run', severity: worst, message, ...place }]
      return [{ code: 'test.not-run', severity: 'info', message: `${message}; nor can it on base`, ...place }]
    }
    case 'passing':
      return []
  }
}

/** `12 rows`, `sum is 3`, `1 row missing, 2 not expected`. */
function extent(outcome: SideOutcome): string {
  if (outcome.kind === 'ran') return outcome.observed ?? rows(outcome.failing)
  if (outcome.kind === 'compared') {
    return `${rows(outcome.failing)} ${outcome.failing === 1n ? 'is' : 'are'} missing or not expected`
  }
  return 'because' in outcome ? outcome.because : 'not there'
}

const rows = (count: bigint): string => `${grouped(count)} ${count === 1n ? 'row' : 'rows'}`

function contractFinding({ message, severity, status, location }: ContractFinding): PlacedFinding {
  const place = location === undefined ? {} : { location }
  const finding = (code: string, told: string, worst: PlacedFinding['severity'] = 'info'): PlacedFinding => ({
    code,
    severity: worst,
    message: told,
    ...place,
  })
  switch (status) {
    case 'new':
      return finding('contract.broken', `contract: ${message}`, severity === 'error' ? 'breaking' : 'warning')
    case 'old':
      return finding('contract.old', `contract, on base too: ${message}`)
    case 'fixed':
      return finding('contract.fixed', `contract, fixed here: ${message}`)
    case 'not_checked':
      return finding('contract.not-checked', `contract: ${message}`)
  }
}

function reasonOf(outcome: SideOutcome): string | undefined {
  return outcome.kind === 'fault' || outcome.kind === 'untried' ? outcome.because : undefined
}

function toRows(shown: readonly ShownRow[]): z.infer<typeof rowsSchema> {
  return shown.map((row) =>
    row.map(({ column, value }) => ({ column, value: value ?? '', ...(value === null && { is_null: true as const }) })),
  )
}
