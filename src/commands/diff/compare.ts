import { PreviewError } from '../../core/base/errors.ts'
import { didYouMean } from '../../core/base/suggest.ts'
import { compareRelations, type CompareRequest } from '../../core/diff/compare.ts'
import type { Comparison } from '../../core/diff/result.ts'
import type { WarehouseDefinitions, Warehouse } from '../../core/ports/warehouse.ts'
import { formatRelation, type Relation } from '../../core/sql/relation.ts'
import { authored, sql, type Sql } from '../../core/sql/sql.ts'
import type { Comparand } from './comparand.ts'
import type { Services } from '../services.ts'

/** What `compare` was asked. Paths are absolute, and one file has one path. */
export interface CompareFilesRequest extends Omit<CompareRequest, 'base' | 'head' | 'scope'> {
  readonly base: Comparand
  readonly head: Comparand
  /** A condition that rows of both sides must meet. */
  readonly where: string | undefined
  /** Where a database file of ours may be made. */
  readonly folder: string
}

/** The catalog that holds what the files and queries gave. */
const WORK = '__compare'

/** Compares any two relations. What the command line names is trusted as a file, and its SQL passes the gate. */
export async function compareFiles(
  { kernel }: Pick<Services, 'kernel'>,
  { base, head, where, folder, ...request }: CompareFilesRequest,
): Promise<Comparison> {
  const catalogs = catalogsOf([base, head])
  const warehouse = await kernel.openFiles({
    databases: [...catalogs].map(([path, name]) => ({ path, name })),
    imports: ([base, head] as const).flatMap((comparand, index) =>
      comparand.kind === 'data' ? [{ path: comparand.path, format: comparand.format, table: sides[index] ?? '' }] : [],
    ),
    work: { path: `${folder}/compare.duckdb`, name: WORK },
  })
  const relationOf = async (comparand: Comparand, table: 'base' | 'head'): Promise<Relation> => {
    const own = { catalog: WORK, schema: 'main', table }
    if (comparand.kind === 'data') return filtered(kernel, warehouse(WORK), own, where)
    const catalog = catalogs.get(comparand.path) ?? ''
    if (comparand.kind === 'relation') {
      const named = namedRelation(await warehouse(catalog).definitions(), comparand)
      return filtered(kernel, warehouse(WORK), named, where, own)
    }
    await materialize(kernel, warehouse(WORK), own, comparand.query, catalog)
    return filtered(kernel, warehouse(WORK), own, where)
  }
  const relations = { base: await relationOf(base, 'base'), head: await relationOf(head, 'head') }
  return compareRelations(warehouse(WORK), { ...request, ...relations, scope: 'whole' })
}

const sides = ['base', 'head'] as const

/** A catalog for each database file, called by the file's stem, so that its views find themselves. */
function catalogsOf(comparands: readonly Comparand[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const comparand of comparands) {
    if (comparand.kind === 'data' || names.has(comparand.path)) continue
    const stem = comparand.path.replace(/^.*[\\/]/, '').replace(/\..*$/, '')
    const taken = ['', 'memory', 'temp', 'system', 'main', WORK, ...names.values()]
    names.set(comparand.path, taken.includes(stem.toLowerCase()) ? `${stem}__${String(names.size)}` : stem)
  }
  return names
}

/** The relation that is meant: a table without its schema is looked for in all of them, and no name at all means the only one. */
function namedRelation(
  { catalog, relations }: WarehouseDefinitions,
  { path, name }: Extract<Comparand, { kind: 'relation' }>,
): Relation {
  const same = (a: string | undefined, b: string): boolean => a === undefined || a.toLowerCase() === b.toLowerCase()
  const [table, schema] = [...name].reverse()
  const found = relations.filter((each) => same(table, each.table) && same(schema, each.schema))
  const chosen =
    found.length > 1 && table !== undefined && schema === undefined
      ? found.filter((each) => each.schema === 'main')
      : found
  const [only] = chosen
  if (only !== undefined && chosen.length === 1) return { catalog, schema: only.schema, table: only.table }
  const known = relations.map(({ schema: of, table: called }) => formatRelation({ schema: of, table: called }))
  const what =
    name.length === 0
      ? `${path} holds ${String(relations.length)} relations; which one?`
      : `${path} holds ${found.length === 0 ? 'no' : 'more than one'} relation called ${name.join('.')}.`
  throw new PreviewError('compare.no-relation', what, { hint: hintOf(name.join('.'), known) })
}

function hintOf(name: string, known: readonly string[]): string {
  if (known.length === 0) return 'The file holds no tables and no views.'
  const listed = known.length <= 10 ? known : [...known.slice(0, 10), `and ${String(known.length - 10)} more`]
  const meant = didYouMean(name, known)
  return `${meant === undefined ? '' : `${meant} `}It holds: ${listed.join(', ')}.`
}

/** The rows that meet the condition, as a table of ours; without a condition the relation as it is. */
async function filtered(
  kernel: Services['kernel'],
  work: Warehouse,
  relation: Relation,
  where: string | undefined,
  into: Relation = relation,
): Promise<Relation> {
  if (where === undefined) return relation
  const target = { ...into, table: `${into.table}_where` }
  // The gate sees the condition where it will stand, so that the whole is one SELECT.
  await refuseUnfit(kernel, `SELECT 1 FROM t WHERE (\n${where}\n)`, where)
  await create(work, target, sql`SELECT * FROM ${relation} WHERE (${authored(where)})`, relation.catalog)
  return target
}

async function materialize(
  kernel: Services['kernel'],
  work: Warehouse,
  target: Relation,
  query: string,
  catalog: string,
): Promise<void> {
  await refuseUnfit(kernel, query, query)
  await create(work, target, authored(query), catalog)
}

async function create(work: Warehouse, target: Relation, query: Sql, catalog: string | undefined): Promise<void> {
  const searchPath = catalog === undefined || catalog === WORK ? [] : [{ catalog, schema: 'main' }]
  await work.materialize(target, query, { mode: 'compare', searchPath })
}

async function refuseUnfit({ binder }: Services['kernel'], query: string, shown: string): Promise<void> {
  const [parsed] = await binder.parse([query])
  if (parsed?.kind === 'query' && (parsed.files ?? []).length > 0) {
    throw new PreviewError('compare.query', `${shown}: it reads files, and a query of \`compare\` reads none.`)
  }
  if (parsed?.kind !== 'invalid') return
  const hint = parsed.hint === undefined ? {} : { hint: parsed.hint }
  throw new PreviewError('compare.query', `${shown}: ${parsed.message}`, hint)
}
