import { PreviewError } from '../base/errors.ts'
import type { Column, Row, Warehouse } from '../ports/warehouse.ts'
import type { Relation } from '../sql/relation.ts'
import type { Sql } from '../sql/sql.ts'
import { comparable } from './comparable.ts'
import { gatesAgree, gateStatement, readGate } from './gate.ts'
import type { Key } from './key.ts'
import type { ColumnDiff, Comparison, DuplicateCounts, KeyFacts, RowCounts, RowSample } from './result.ts'
import {
  duplicatesStatement,
  joinStatement,
  multisetByKeyStatement,
  multisetStatement,
  samplesStatement,
} from './rows.ts'
import type { ComparedColumn, Sides } from './sides.ts'
import { columnDiffs } from './structure.ts'

/** What is asked of one comparison. */
export interface CompareRequest {
  readonly base: Relation
  readonly head: Relation
  readonly key: Key
  readonly scope: 'whole' | 'delta' | 'full_refresh'
  /** Differing rows to bring along; 0 where data values may not be shown. */
  readonly samples: number
}

const SESSION = { mode: 'compare', searchPath: [] } as const
const NO_DUPLICATES: DuplicateCounts = { keys: 0n, rows: 0n }

/** Compares two relations exactly: a gate first, then rows by key, or as multisets. Rows stay in the engine. */
export async function compareRelations(warehouse: Warehouse, request: CompareRequest): Promise<Comparison> {
  const [baseColumns, headColumns] = [await warehouse.describe(request.base), await warehouse.describe(request.head)]
  if (baseColumns === undefined || headColumns === undefined) {
    return { kind: 'not-compared', because: 'one side is not there' }
  }
  const columns = columnDiffs(baseColumns, headColumns)
  const matched = matchColumns(request, columns, baseColumns, headColumns)
  if ('because' in matched) return { kind: 'not-compared', because: matched.because, columns }
  const ask = (statement: Sql): Promise<readonly Row[]> => warehouse.query(statement, SESSION)
  const base = readGate(await ask(gateStatement(matched.sides, 'base')))
  const head = readGate(await ask(gateStatement(matched.sides, 'head')))
  if (base.rows === 0n && head.rows === 0n) {
    return { kind: 'not-compared', because: 'no rows reached the changed code', columns }
  }
  if (gatesAgree(base, head)) return equalGates(matched, columns, base.rows, request, ask)
  return differingGates(matched, columns, { base: base.rows, head: head.rows }, request, ask)
}

interface Matched {
  readonly sides: Sides
  readonly key: Key
}

type Ask = (statement: Sql) => Promise<readonly Row[]>

/** Pairs the columns that both sides have. A key that names a missing column is no key: the report says so. */
function matchColumns(
  { base, head, key }: CompareRequest,
  columns: readonly ColumnDiff[],
  baseColumns: readonly Column[],
  headColumns: readonly Column[],
): Matched | { readonly because: string } {
  const nameIn = (side: readonly Column[], name: string): string =>
    side.find((column) => column.name.toLowerCase() === name.toLowerCase())?.name ?? name
  const compared: ComparedColumn[] = []
  for (const column of columns) {
    if (column.typeBase === undefined || column.typeHead === undefined) continue
    const how = comparable(column.typeBase, column.typeHead)
    if ('because' in how) return { because: `column "${column.name}": ${how.because}` }
    compared.push({
      column,
      nameBase: nameIn(baseColumns, column.name),
      nameHead: nameIn(headColumns, column.name),
      comparable: how,
    })
  }
  if (compared.length === 0) return { because: 'the two sides have no column in common' }
  const keys = key.columns.flatMap((name) => {
    const found = compared.find(({ column }) => column.name.toLowerCase() === name.toLowerCase())
    return found === undefined ? [] : [found]
  })
  const complete = keys.length === key.columns.length && keys.length > 0
  return {
    sides: { base, head, columns: compared, keys: complete ? keys : [] },
    key: complete ? key : { columns: [], source: 'none' },
  }
}

async function equalGates(
  { sides, key }: Matched,
  columns: readonly ColumnDiff[],
  rows: bigint,
  { scope }: CompareRequest,
  ask: Ask,
): Promise<Comparison> {
  // Equal multisets have equal keys: one side tells for both.
  const duplicates = sides.keys.length === 0 ? undefined : readDuplicates(await ask(duplicatesStatement(sides, 'base')))
  return {
    kind: 'measured',
    method: 'gate',
    columns: withCounts(columns, sides, sides.keys.length === 0 ? undefined : {}),
    key: keyFacts(key, duplicates, duplicates),
    rows: { base: rows, head: rows, added: 0n, removed: 0n, changed: 0n, identical: rows },
    samples: [],
    scope,
  }
}

async function differingGates(
  { sides, key }: Matched,
  columns: readonly ColumnDiff[],
  totals: { readonly base: bigint; readonly head: bigint },
  { scope, samples }: CompareRequest,
  ask: Ask,
): Promise<Comparison> {
  if (sides.keys.length === 0) {
    const counts = (await ask(multisetStatement(sides)))[0] ?? {}
    return {
      kind: 'measured',
      method: 'multiset',
      columns: withCounts(columns, sides, undefined),
      key: keyFacts(key, undefined, undefined),
      rows: reconcile(totals, counts),
      samples: [],
      scope,
    }
  }
  const base = readDuplicates(await ask(duplicatesStatement(sides, 'base')))
  const head = readDuplicates(await ask(duplicatesStatement(sides, 'head')))
  const unique = [base, head].every(({ keys, nulls }) => keys === 0n && nulls === 0n)
  const counts = (await ask(unique ? joinStatement(sides) : multisetByKeyStatement(sides)))[0] ?? {}
  const shown = samples === 0 ? [] : await ask(samplesStatement(sides, unique, samples))
  return {
    kind: 'measured',
    method: unique ? 'keyed_join' : 'keyed_multiset',
    columns: withCounts(columns, sides, counts),
    key: keyFacts(key, base, head),
    rows: reconcile(totals, counts),
    samples: shown.map((row) => readSample(row, sides)),
    scope,
  }
}

function reconcile({ base, head }: { readonly base: bigint; readonly head: bigint }, row: Row): RowCounts {
  const [removed, added, changed] = [integer(row, 'removed'), integer(row, 'added'), integer(row, 'changed')]
  if (base - removed + added !== head) {
    const counted = [base, removed, added, head].map(String)
    throw new PreviewError(
      'bug',
      `The counts do not add up: ${counted[0] ?? ''} − ${counted[1] ?? ''} + ${counted[2] ?? ''} ≠ ${counted[3] ?? ''}.`,
    )
  }
  return { base, head, added, removed, changed, identical: base - removed - changed }
}

/** `counts` undefined: the columns were not compared one by one. A column without a count there did not differ. */
function withCounts(columns: readonly ColumnDiff[], sides: Sides, counts: Row | undefined): readonly ColumnDiff[] {
  if (counts === undefined) return columns
  const index = new Map(sides.columns.map(({ column }, position) => [column, position]))
  return columns.map((column) => {
    const position = index.get(column)
    return position === undefined ? column : { ...column, rowsChanged: integer(counts, `c${String(position)}`) }
  })
}

interface Duplicates extends DuplicateCounts {
  readonly nulls: bigint
}

function readDuplicates(rows: readonly Row[]): Duplicates {
  const row = rows[0] ?? {}
  return { keys: integer(row, 'keys'), rows: integer(row, 'held'), nulls: integer(row, 'nulls') }
}

function keyFacts(key: Key, base: Duplicates | undefined, head: Duplicates | undefined): KeyFacts {
  const isUnique = (side: Duplicates | undefined): boolean => side?.keys === 0n && side.nulls === 0n
  const counts = (side: Duplicates | undefined): DuplicateCounts =>
    side === undefined ? NO_DUPLICATES : { keys: side.keys, rows: side.rows }
  return {
    columns: key.columns,
    source: key.source,
    uniqueBase: isUnique(base),
    uniqueHead: isUnique(head),
    duplicatesBase: counts(base),
    duplicatesHead: counts(head),
  }
}

function readSample(row: Row, { keys, columns }: Sides): RowSample {
  const kind = String(row['kind']) as RowSample['kind']
  const keyed = keys.map(({ column }, index): [string, string | null] => [column.name, text(row[`k${String(index)}`])])
  const changes = columns.flatMap(({ column }, index) => {
    const i = String(index)
    if (kind !== 'changed' || row[`c${i}`] !== true) return []
    return [{ column: column.name, base: text(row[`b${i}`]), head: text(row[`h${i}`]) }]
  })
  return { kind, key: Object.fromEntries(keyed), changes }
}

function text(value: Row[string] | undefined): string | null {
  return value === null || value === undefined ? null : String(value)
}

function integer(row: Row, name: string): bigint {
  const value = row[name]
  return typeof value === 'bigint' ? value : BigInt(Number(value ?? 0))
}
