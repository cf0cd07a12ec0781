import type { Calls, Condition, Effort, EffortOperator, Key, Origin, Values } from '../ports/effort.ts'
import type { ColumnStatistics } from '../ports/warehouse.ts'
import { SMALLEST_MS } from './estimate.ts'

/** How large a relation is, and what is known of its columns' values, by their names in lower case. */
export interface Size {
  readonly rows: number
  readonly columns: ReadonlyMap<string, ColumnStatistics>
}

/** What one build would do, on data of which only sizes are known. */
export interface ExpectedWork extends Size {
  /** On the machine that the prices below were taken on. */
  readonly durationMs: number
  readonly bytesScanned: number
  readonly bytesWritten: number
  /** Held at once, at the most, by any one operator, and what is gathered before it is written. */
  readonly memoryBytes: number
}

/**
 * Nanoseconds of one thread, of its processor alone: a million rows of each kind, filled into a file by DuckDB 1.5. How
 * much slower a machine is than that one, each run measures.
 */
const NS = {
  scan: { fixed: 4, varying: 35 },
  call: { plain: 4, text: 45 },
  filter: 3,
  probe: 8,
  bigJoin: 130,
  group: 10,
  whole: 2,
  groupFunction: 4,
  groupText: 60,
  manyGroups: 180,
  manyGroupsText: 250,
  distinct: 200,
  window: 270,
  sort: { each: 100, fixed: 20, varying: 130 },
  pair: 1.5,
  write: { fixed: 45, varying: 450 },
}
/** A hash table of more entries does not stay in the processor's caches. */
const BIG = 100_000
/** Rows that are written together. */
const ROW_GROUP = 122_880
/** Uncompressed; of text it is a guess. */
const BYTES = { fixed: 7, varying: 14 }
/** A hash table's entry beside its values. */
const ENTRY_BYTES = 24
/** The share of rows that a condition keeps of which nothing else is known. */
const KEPT = { equal: 0.1, least: 0.5, most: 0.5, other: 0.4, 'not-null': 0.95 } satisfies Record<
  Condition['is'],
  number
>

type SizeOf = (relation: string) => Size | undefined

/** Undefined where the size of something that is scanned is not known. `stored`: rows that its relation holds now. */
export function expectedWork(
  { operators, written, outputs }: Effort,
  sizeOf: SizeOf,
  stored: number | undefined,
): ExpectedWork | undefined {
  const done: Done[] = []
  for (const operator of operators) {
    const inputs = operator.inputs.map((input) => done[input] ?? NOTHING)
    const step = doneBy(operator, inputs, sizeOf)
    if (step === undefined) return undefined
    done.push(step)
  }
  // Its own size, where it has one, is a better guess than any.
  const rows = stored ?? done.at(-1)?.rows ?? 0
  const sum = (of: (step: Done) => number): number => done.reduce((total, step) => total + of(step), 0)
  const columns = outputs.flatMap(({ name, origin }) => {
    const known = statisticsOf(origin, sizeOf)
    return known === undefined ? [] : [[name.toLowerCase(), known] as const]
  })
  return {
    rows,
    columns: new Map(columns),
    durationMs: SMALLEST_MS + (sum(({ ns }) => ns) + rows * nsOf(NS.write, written)) / 1e6,
    bytesScanned: sum(({ bytes = 0 }) => bytes),
    bytesWritten: rows * bytesOf(written),
    memoryBytes: Math.max(0, ...done.map(({ held = 0 }) => held)) + Math.min(rows, ROW_GROUP) * bytesOf(written),
  }
}

/** One operator: the rows that leave it, a row's values, its time, and what it reads and holds. */
interface Done {
  readonly rows: number
  readonly values: Values
  readonly ns: number
  readonly bytes?: number
  readonly held?: number
}

const NO_VALUES: Values = { fixed: 0, varying: 0 }
const NOTHING: Done = { rows: 0, values: NO_VALUES, ns: 0 }

function doneBy(operator: EffortOperator, inputs: readonly Done[], sizeOf: SizeOf): Done | undefined {
  const [input = NOTHING, other = NOTHING] = inputs
  const { rows, values } = input
  switch (operator.kind) {
    case 'scan': {
      const size = sizeOf(operator.relation)
      const { values: read } = operator
      return (
        size && { rows: size.rows, values: read, ns: size.rows * nsOf(NS.scan, read), bytes: size.rows * bytesOf(read) }
      )
    }
    case 'given':
      return { rows: operator.rows, values: NO_VALUES, ns: 0 }
    case 'compute':
      return { rows, values, ns: rows * callNs(operator.calls) }
    case 'filter': {
      const kept = operator.conditions.reduce((share, condition) => share * keptBy(condition, sizeOf), 1)
      return { rows: rows * kept, values, ns: rows * (NS.filter + callNs(operator.calls)) }
    }
    case 'join':
      return joined(operator, input, other, sizeOf)
    case 'group':
      return grouped(operator, input, sizeOf)
    case 'window': {
      const carried = plus(values, { fixed: operator.functions, varying: 0 })
      return { rows, values: carried, ns: rows * NS.window * operator.functions, held: rows * bytesOf(values) }
    }
    case 'sort': {
      const carried = plus(values, operator.values)
      return { rows, values, ns: rows * (NS.sort.each + nsOf(NS.sort, carried)), held: rows * bytesOf(carried) }
    }
    case 'limit':
      return { rows: Math.min(rows, operator.rows ?? rows), values, ns: 0 }
    case 'union':
      return { rows: inputs.reduce((sum, one) => sum + one.rows, 0) * operator.times, values, ns: 0 }
  }
}

/** Values are taken to lie evenly between the least and the most. */
function keptBy({ is, origin, value }: Condition, sizeOf: SizeOf): number {
  const { distinct, least, most } = (origin && statisticsOf(origin, sizeOf)) ?? {}
  if (is === 'equal' && distinct !== undefined) return 1 / Math.max(1, distinct)
  if ((is !== 'least' && is !== 'most') || value === undefined || least === undefined || most === undefined)
    return KEPT[is]
  const below = most > least ? Math.min(1, Math.max(0, (value - least) / (most - least))) : value > least ? 1 : 0
  return is === 'least' ? 1 - below : below
}

function joined(
  { on, rows: which, keys }: EffortOperator & { readonly kind: 'join' },
  left: Done,
  right: Done,
  sizeOf: SizeOf,
): Done {
  const [less, more] = left.rows <= right.rows ? [left, right] : [right, left]
  const values = which === 'left' ? left.values : plus(left.values, right.values)
  const counts = keys.flatMap((key) => [key.left, key.right]).flatMap((origin) => distinctOf(origin, sizeOf) ?? [])
  // Each row of the larger side finds one of the smaller, unless the keys' values tell otherwise.
  const valuesOfKeys = counts.length === 0 ? Math.max(1, less.rows) : Math.max(1, ...counts)
  const pairs = left.rows * right.rows
  const matches = on === 'keys' ? pairs / valuesOfKeys : on === 'nothing' ? pairs : more.rows
  const rows = which === 'left' ? left.rows : which === 'matches' ? matches : Math.max(matches, left.rows)
  if (on !== 'keys') return { rows, values, ns: pairs * NS.pair, held: less.rows * bytesOf(less.values) }
  const each = less.rows > BIG ? NS.bigJoin : NS.probe
  return { rows, values, ns: (less.rows + more.rows) * each, held: less.rows * (ENTRY_BYTES + bytesOf(less.values)) }
}

function grouped(
  { keys, functions, distinct }: EffortOperator & { readonly kind: 'group' },
  { rows: read }: Done,
  sizeOf: SizeOf,
): Done {
  const rows = Math.min(
    read,
    keys.reduce((groups, key) => groups * valuesOfKey(key, read, sizeOf), 1),
  )
  const text = keys.filter(({ isText }) => isText).length
  const values = { fixed: keys.length - text + functions, varying: text }
  const isMany = rows > BIG
  const each =
    (keys.length === 0 ? NS.whole : NS.group) +
    functions * NS.groupFunction +
    distinct * NS.distinct +
    text * (isMany ? NS.manyGroupsText : NS.groupText) +
    (isMany ? NS.manyGroups : 0)
  return { rows, values, ns: read * each, held: rows * (ENTRY_BYTES + bytesOf(values)) }
}

/** Where nobody has counted, a guess by the kind of the key. */
function valuesOfKey({ kind, origin }: Key, rows: number, sizeOf: SizeOf): number {
  const guess = { few: 4, date: 1_000, other: rows ** 0.6 }[kind]
  return distinctOf(origin, sizeOf) ?? guess
}

const distinctOf = (origin: Origin | undefined, sizeOf: SizeOf): number | undefined =>
  origin && statisticsOf(origin, sizeOf)?.distinct

function statisticsOf({ relation, column }: Origin, sizeOf: SizeOf): ColumnStatistics | undefined {
  return sizeOf(relation)?.columns.get(column)
}

const nsOf = (price: Values, { fixed, varying }: Values): number => price.fixed * fixed + price.varying * varying
const callNs = ({ plain, text }: Calls): number => NS.call.plain * plain + NS.call.text * text
const bytesOf = (values: Values): number => nsOf(BYTES, values)
const plus = (a: Values, b: Values): Values => ({ fixed: a.fixed + b.fixed, varying: a.varying + b.varying })
