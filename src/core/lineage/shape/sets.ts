import { misunderstood, type Context, type DelimGet } from './context.ts'
import { valueOf } from './expression.ts'
import { hasLooseEquality } from './order.ts'
import { nodesAt, listAt, textAt, without, type PlanNode } from './plan-node.ts'
import { ONE_ROW, NOTHING, rowsOf, rowsTerm, union, type Output, type Reads, type Value } from './rows.ts'
import { canonical, listOf, setOf, term } from './term.ts'

const ACCOUNTED = ['type', 'children', 'table_index', 'column_count']

/** UNION: the rows of one after those of the other. Without ALL a DISTINCT stands above it. */
export function readUnion(node: PlanNode, outer: DelimGet | undefined, context: Context): Output {
  const branches = nodesAt(node, 'children').map((child) => context.read(child, outer))
  const rest = canonical(without(node, ACCOUNTED))
  const base = term('union', rest, listOf(branches.map(({ rows }) => rowsTerm(rows))))
  return {
    columns: pairedColumns(branches, 'branches'),
    rows: rowsOf(
      base,
      branches.map(({ rows }) => rows.reads),
    ),
  }
}

/** EXCEPT and INTERSECT: every column decides which rows stay. */
export function readExcept(node: PlanNode, outer: DelimGet | undefined, context: Context): Output {
  const branches = nodesAt(node, 'children').map((child) => context.read(child, outer))
  const columns = pairedColumns(branches, textAt(node, 'type'))
  if (columns.some(({ type }) => hasLooseEquality(type))) {
    context.orderReasons.add('it compares rows by values that are equal and not the same')
  }
  const base = term(
    textAt(node, 'type'),
    canonical(without(node, ACCOUNTED)),
    listOf(branches.map(({ rows }) => rowsTerm(rows))),
    setOf(columns.map((column) => column.term)),
  )
  const reads = [...branches.map(({ rows }) => rows.reads), ...columns.map((column) => column.reads)]
  return { columns, rows: rowsOf(base, reads) }
}

function pairedColumns(branches: readonly Output[], kind: string): readonly Value[] {
  const [first, ...others] = branches
  return (first?.columns ?? []).map((column, index): Value => {
    const all = [column, ...others.flatMap(({ columns }) => columns[index] ?? [])]
    return {
      term: term('paired', kind, listOf(all.map((value) => value.term))),
      type: column.type,
      reads: union(all.map(({ reads }) => reads)),
    }
  })
}

/** A CTE is where it is used: its output is remembered under its number. */
export function readCte(node: PlanNode, outer: DelimGet | undefined, context: Context): Output {
  const [definition, query] = nodesAt(node, 'children') as [PlanNode, PlanNode]
  const known = ['type', 'children', 'table_index', 'column_count', 'ctename', 'materialize']
  if (Object.keys(without(node, known)).length > 0) misunderstood(context, 'a CTE with more to it')
  const index = textAt(node, 'table_index')
  const { columns, rows } = context.read(definition, outer)
  context.ctes.set(index, { columns, rows })
  const output = context.read(query, outer)
  // One that stands by itself is evaluated whole for whoever reads a part of it.
  if ((context.uses.get(index) ?? 0) > 1 || node['materialize'] === 'CTE_MATERIALIZE_ALWAYS')
    context.barriers.add(term('apart', rowsTerm(rows), listOf(columns.map((column) => column.term))))
  return output
}

export function readCteReference(node: PlanNode, context: Context): Output {
  const index = textAt(node, 'cte_index')
  const output = context.ctes.get(index)
  context.uses.set(index, (context.uses.get(index) ?? 0) + 1)
  const rest = without(node, ['type', 'children', 'table_index', 'cte_index', 'chunk_types', 'bound_columns'])
  const isPlain = canonical(rest) === PLAIN_REFERENCE
  if (output?.columns.length !== listAt(node, 'chunk_types').length) {
    misunderstood(context, 'a reference to a CTE')
    return { columns: [], rows: ONE_ROW }
  }
  // `recurring.r` reads what a recursion found before its last step.
  return isPlain
    ? output
    : { ...output, rows: { ...output.rows, base: term('cte', canonical(rest), output.rows.base) } }
}

const PLAIN_REFERENCE = canonical({ is_recurring: false })

/**
 * A recursive CTE. Every column may depend on every other through the step, so the whole is one term; what each reads is
 * the least fixed point: what it reads at the start, and whatever the step then adds.
 */
export function readRecursion(node: PlanNode, outer: DelimGet | undefined, context: Context): Output {
  const [start, step] = nodesAt(node, 'children') as [PlanNode, PlanNode]
  const index = textAt(node, 'table_index')
  const anchor = context.read(start, outer)
  context.recursion.depth += 1
  const self = String(context.recursion.depth)
  const own = (columns: readonly Reads[], rows: Reads): Output => ({
    columns: anchor.columns.map(({ type }, at) => ({
      term: term('self', self, String(at)),
      type,
      reads: columns[at] ?? NOTHING,
    })),
    rows: { base: term('self', self), filters: [], reads: rows },
  })
  let reads = anchor.columns.map((column) => column.reads)
  let rowReads = anchor.rows.reads
  let next = anchor
  for (let size = -1, now = 0; now !== size;) {
    size = now
    context.ctes.set(index, own(reads, rowReads))
    next = context.read(step, outer)
    reads = reads.map((known, at) => union([known, next.columns[at]?.reads ?? NOTHING]))
    rowReads = union([rowReads, next.rows.reads, ...(node['union_all'] === true ? [] : reads)])
    now = rowReads.size + reads.reduce((sum, set) => sum + set.size, 0)
  }
  context.recursion.depth -= 1
  for (const column of reads) for (const read of column) context.evaluatedReads.add(read)
  const keys = nodesAt(node, 'key_targets').map((key) =>
    valueOf(key, { kind: 'columns', columns: anchor.columns }, context),
  )
  if (keys.length > 0) context.orderReasons.add('a recursion keeps the last row of each key')
  if (anchor.columns.some(({ type }) => hasLooseEquality(type)) && node['union_all'] !== true) {
    context.orderReasons.add('it compares rows by values that are equal and not the same')
  }
  const whole = term(
    'recursion',
    canonical(without(node, [...ACCOUNTED, 'ctename', 'key_targets'])),
    listOf(keys.map((key) => key.term)),
    rowsTerm(anchor.rows),
    listOf(anchor.columns.map((column) => column.term)),
    rowsTerm(next.rows),
    listOf(next.columns.map((column) => column.term)),
  )
  return {
    columns: anchor.columns.map(({ type }, at) => ({
      term: term('grown', whole, String(at)),
      type,
      reads: reads[at] ?? NOTHING,
    })),
    rows: rowsOf(whole, [rowReads, ...keys.map((key) => key.reads)]),
  }
}
