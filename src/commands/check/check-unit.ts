import { PreviewError } from '../../core/base/errors.ts'
import { engineWords } from '../../core/checks/words.ts'
import type { SideOutcome } from '../../core/checks/result.ts'
import { compareRows } from '../../core/checks/unit-compare.ts'
import { matchInputs, targetKey } from '../../core/checks/unit-inputs.ts'
import { comparedRows, fixtureTable } from '../../core/checks/unit-sql.ts'
import { CLOCK_SCHEMA, SCRATCH_CATALOG, UNIT_SCHEMA } from '../../core/environment/layout.ts'
import { clockStatements } from '../../core/environment/setup.ts'
import { allTime } from '../../core/environment/interval.ts'
import { recipeOf } from '../../core/environment/strategy.ts'
import type { LinkedModel, LinkTarget } from '../../core/lineage/link.ts'
import { DEFAULT_SCHEMA, type Names } from '../../core/lineage/names.ts'
import { spliceReferences } from '../../core/lineage/splice.ts'
import type { Column, Session, Warehouse } from '../../core/ports/warehouse.ts'
import type { UnitTest } from '../../core/project/model.ts'
import type { Relation } from '../../core/sql/relation.ts'
import { identifier, sql } from '../../core/sql/sql.ts'
import type { Services } from '../services.ts'

/** Rows of a model that a unit test looks at, beyond those that it expects. */
const MOST_ROWS = 1_000
/** Missing and unexpected rows that are kept to be shown. */
const SHOWN = 3

/** What unit tests run in: a database in memory, in which nothing of the warehouse is read. */
export interface UnitBench {
  readonly services: Services
  readonly scratch: Warehouse
  /** The warehouse, for its macros and types; undefined where there is none. */
  readonly warehouse: string | undefined
  /** Columns of what a name stands for, where the warehouse or the environment has it. */
  readonly columnsOf: (target: LinkTarget) => Promise<readonly Column[] | undefined>
}

/** Runs one side's model over the rows of one test. Failing: rows that are missing and rows that were not expected. */
export async function runUnitTest(
  bench: UnitBench,
  linked: LinkedModel,
  names: Names,
  test: UnitTest,
): Promise<SideOutcome> {
  const { clock } = bench.services
  if (clock.now() > clock.deadline) return { kind: 'untried', because: 'the run passed its deadline' }
  try {
    return await tryUnitTest(bench, linked, names, test)
  } catch (error) {
    if (!(error instanceof PreviewError) || error.blame === 'bug') throw error
    return fault(engineWords(error, 'shown'))
  }
}

async function tryUnitTest(bench: UnitBench, linked: LinkedModel, names: Names, test: UnitTest): Promise<SideOutcome> {
  const { scratch, services } = bench
  const inputs = matchInputs(linked, test.given, names)
  if ('because' in inputs) return fault(inputs.because)
  await cleanBench(bench)
  const tables = new Map<string, Relation>()
  for (const { target, reference } of linked.links) {
    const key = targetKey(target)
    const given = inputs.get(key)
    if (given === undefined || tables.has(key)) continue
    const table = onBench(`input_${String(tables.size)}`)
    const statement = fixtureTable(table, given.rows, await bench.columnsOf(target))
    if (statement === undefined) return fault(`\`${reference.table}\` is given no rows, and nothing tells its columns`)
    await scratch.execute(statement)
    tables.set(key, table)
  }
  const pointTo = (target: LinkTarget): Relation => tables.get(targetKey(target)) ?? onBench('nothing')
  const { strategy } = linked.model
  const intervals = strategy.kind === 'time_interval' ? [allTime(strategy)] : []
  const { text } = spliceReferences(linked, pointTo, services.kernel.style)
  const recipe = recipeOf(linked.model, text, undefined, intervals)
  if (recipe.kind !== 'table') {
    return { kind: 'untried', because: 'because' in recipe ? recipe.because : 'it is not built from its SQL alone' }
  }
  const session = sessionOf(bench)
  const bound = await services.kernel.binder.bind(recipe.query, session)
  if (bound.kind === 'unbound') return fault(engineWords(bound.message, 'shown'))
  const outside = bound.scans.find(({ catalog, schema }) => catalog !== SCRATCH_CATALOG || schema !== UNIT_SCHEMA)
  if (outside !== undefined) return fault(`the model would read \`${outside.table}\`, which no given rows stand in for`)
  const result = onBench('result')
  await scratch.materialize(result, recipe.query, session)
  return compareResult(bench, result, test)
}

async function compareResult({ scratch, ...bench }: UnitBench, result: Relation, test: UnitTest): Promise<SideOutcome> {
  const made = (await scratch.describe(result)) ?? []
  const { rows, ordered } = test.expect
  const asserted = [...new Set(rows.flatMap((row) => Object.keys(row).map((name) => name.toLowerCase())))]
  const unknown = asserted.find((name) => !made.some((column) => column.name.toLowerCase() === name))
  if (unknown !== undefined) return fault(`the model has no column \`${unknown}\``)
  const columns = asserted.length === 0 ? made : made.filter(({ name }) => asserted.includes(name.toLowerCase()))
  const limit = rows.length + MOST_ROWS
  const answer = await scratch.query(comparedRows(result, columns, rows, limit), sessionOf({ scratch, ...bench }))
  const { missing, unexpected } = compareRows(columns, answer, ordered)
  return {
    kind: 'compared',
    failing: BigInt(missing.length + unexpected.length),
    missing: missing.slice(0, SHOWN),
    unexpected: unexpected.slice(0, SHOWN),
  }
}

/** An empty schema, and the run's clock: a worker that died took both with it. */
async function cleanBench({ scratch, services }: UnitBench): Promise<void> {
  const schema = sql`${identifier(SCRATCH_CATALOG)}.${identifier(UNIT_SCHEMA)}`
  await scratch.execute(sql`DROP SCHEMA IF EXISTS ${schema} CASCADE`)
  await scratch.execute(sql`CREATE SCHEMA ${schema}`)
  for (const statement of clockStatements(services.clock.timestamp(), SCRATCH_CATALOG)) await scratch.execute(statement)
}

function sessionOf({ warehouse }: UnitBench): Session {
  const own = [
    { catalog: SCRATCH_CATALOG, schema: UNIT_SCHEMA },
    { catalog: SCRATCH_CATALOG, schema: CLOCK_SCHEMA },
  ]
  return {
    mode: 'build',
    searchPath: warehouse === undefined ? own : [{ catalog: warehouse, schema: DEFAULT_SCHEMA }, ...own],
  }
}

function onBench(table: string): Required<Relation> {
  return { catalog: SCRATCH_CATALOG, schema: UNIT_SCHEMA, table }
}

const fault = (because: string): SideOutcome => ({ kind: 'fault', because })
