import type { Checking } from '../../src/commands/check/checking.ts'
import type { Services } from '../../src/commands/services.ts'
import type { Prepared } from '../../src/commands/prepared.ts'
import type { TestDefinition } from '../../src/core/project/model.ts'
import type { SideOutcome } from '../../src/core/checks/result.ts'
import { refusedFragments } from '../../src/commands/check/checking.ts'
import { runDataTests, type Parent } from '../../src/commands/check/check-data.ts'
import { readDataTest } from '../../src/core/checks/data-test.ts'
import { engineWords } from '../../src/core/checks/words.ts'
import { clockStatements } from '../../src/core/environment/setup.ts'
import { duckdbDialect } from '../../src/warehouse/duckdb/dialect.ts'
import { render } from '../../src/core/sql/render.ts'
import { openTestEngine, type TestEngine } from './engine.ts'

/** The clock of these tests. */
export const NOW = '2026-01-31 04:00:00'

/** A real DuckDB with the run's clock in it. */
export async function openCheckedEngine(): Promise<TestEngine> {
  const engine = await openTestEngine()
  await engine.run(...clockStatements(NOW, 'w').map((statement) => render(statement, duckdbDialect)))
  return engine
}

/** As much of the services as checks ask for; the deadline is far. */
export function servicesOf({ binder, warehouse }: TestEngine): Services {
  const kernel = { binder, style: duckdbDialect, concurrency: 1, scratch: () => Promise.resolve(warehouse) }
  return {
    kernel,
    clock: { now: () => 0, timestamp: () => NOW, deadline: 1 },
  } as unknown as Services
}

/** Runs tests on `w.main.<table>`, whose key is `id` when there is one. */
export async function runTests(
  engine: TestEngine,
  table: string,
  definitions: readonly TestDefinition[],
  {
    showValues = true,
    key = ['id'],
    mask = (_, value) => value,
  }: {
    readonly showValues?: boolean
    readonly key?: readonly string[]
    readonly mask?: (column: string | undefined, value: string | null) => string | null
  } = {},
): Promise<readonly SideOutcome[]> {
  const services = servicesOf(engine)
  const tests = definitions.map(readDataTest)
  const refusals = await refusedFragments(
    services,
    tests.flatMap((test) => ('because' in test ? [] : test.fragments)),
  )
  const searchPath = [
    { catalog: 'w', schema: 'main' },
    { catalog: 'w', schema: 'rocky_preview_clock' },
  ]
  const checking: Checking = {
    services,
    prepared: {} as Prepared,
    warehouse: engine.warehouse,
    showValues,
    showKeys: showValues,
    refusals,
    session: (mode) => ({ mode, searchPath }),
    values: (message) => engineWords(message, showValues ? 'shown' : 'hidden'),
  }
  const inWarehouse = (name: string) => ({ catalog: 'w', schema: 'main', table: name })
  const parentOf = (name: string): Parent => ({ kind: 'relation', relation: inWarehouse(name) })
  return runDataTests(checking, { kind: 'relation', relation: inWarehouse(table), stored: false }, table, tests, {
    key,
    parentOf,
    mask,
  })
}

/** `type`, then the parameters; `column` is one of them. */
export function aTest(type: string, { column, ...definition }: Readonly<Record<string, unknown>> = {}): TestDefinition {
  return { type, ...(typeof column === 'string' && { column }), definition }
}

/** An outcome in a word: the failing rows, or why it did not run. */
export function brief(outcome: SideOutcome | undefined): number | string {
  if (outcome?.kind === 'ran' || outcome?.kind === 'compared') return Number(outcome.failing)
  return outcome !== undefined && 'because' in outcome ? outcome.because : 'absent'
}
