import type { Binder, ParsedQuery } from '../ports/binder.ts'
import type { WarehouseDefinitions } from '../ports/warehouse.ts'
import type { Quoting } from '../sql/render.ts'
import type { Model } from '../project/model.ts'
import { withMacros, type Doings, type Macros } from './macros.ts'
import { isVolatile } from './volatility.ts'
import { keyOf, Names } from './names.ts'

/** What the warehouse's own views and macros mean to a plan. */
export interface WarehouseCode {
  /**
   * Views that no model file makes, but that read (at any depth) what some model fills, or whose rows depend on the
   * clock or on chance. They count as models without a file: an environment creates them again.
   */
  readonly views: readonly Model[]
  /** Names of those among them whose rows depend on the clock or on chance: reading them in place, twice, proves nothing. */
  readonly volatile: ReadonlySet<string>
  readonly macros: Macros
}

export const noWarehouseCode: WarehouseCode = { views: [], volatile: new Set(), macros: new Map() }

interface StoredView {
  readonly model: Model
  /** Through the macros that it calls. */
  readonly doings: Doings
}

/** Reads the code that lives in the warehouse. `models` are those of both sides. */
export async function readWarehouseCode(
  binder: Binder,
  definitions: WarehouseDefinitions,
  models: readonly Model[],
  style: Quoting,
): Promise<WarehouseCode> {
  const filled = new Set(models.map(({ target }) => keyOf(target.schema, target.table)))
  const stored = definitions.relations.filter(
    ({ schema, table, view }) => view !== undefined && !filled.has(keyOf(schema, table)),
  )
  const candidates = stored.map(({ schema, table, view }) => viewModel(definitions.catalog, schema, table, view, style))
  const parsed = await binder.parse([
    ...candidates.map(({ sql }) => sql),
    ...definitions.macros.map(({ query }) => query),
  ])
  const macros = macrosByName(definitions, parsed.slice(candidates.length))
  const views = candidates.flatMap((model, index): readonly StoredView[] => {
    const query = parsed[index]
    // A view of the warehouse reads files where the warehouse lives, and a preview is not there.
    return query?.kind === 'query' && query.files === undefined ? [{ model, doings: withMacros(query, macros) }] : []
  })
  return {
    views: viewsThatMatter(views, models, definitions),
    volatile: new Set(views.filter(({ doings }) => isVolatile(doings)).map(({ model }) => model.name)),
    macros,
  }
}

function viewModel(
  catalog: string,
  schema: string,
  table: string,
  view: { readonly query: string; readonly columns: readonly string[] } | undefined,
  style: Quoting,
): Model {
  const { query, columns } = view ?? { query: '', columns: [] }
  const names = columns.map((column) => style.quoteIdentifier(column)).join(', ')
  return {
    name: `${schema}.${table}`,
    path: undefined,
    sql: columns.length === 0 ? query : `FROM (${query}) AS ${style.quoteIdentifier(table)} (${names})`,
    sqlLineOffset: 0,
    target: { catalog, schema, table },
    strategy: { kind: 'view' },
    dependsOn: [],
    surrogateKeys: [],
    tests: [],
    metadata: {},
  }
}

/** Grows the set until nothing more reaches a model, a volatile view, or a view that is already in. */
function viewsThatMatter(
  views: readonly StoredView[],
  models: readonly Model[],
  definitions: WarehouseDefinitions,
): readonly Model[] {
  const inside = new Set(views.filter(({ doings }) => isVolatile(doings)).map(({ model }) => model))
  for (let grown = true; grown;) {
    grown = false
    const names = new Names([...models, ...inside], [], definitions)
    for (const { model, doings } of views) {
      if (inside.has(model)) continue
      const reads = doings.references.some(
        (reference) => names.resolve(reference, model.target.schema).kind === 'model' && !isOwnName(reference, model),
      )
      if (reads) {
        inside.add(model)
        grown = true
      }
    }
  }
  return views.map(({ model }) => model).filter((model) => inside.has(model))
}

function isOwnName(reference: { readonly table: string; readonly schema?: string }, { target }: Model): boolean {
  return keyOf(reference.schema ?? target.schema, reference.table) === keyOf(target.schema, target.table)
}

/** `parsed`: one for each macro of the definitions, in order. */
export function macrosByName(definitions: WarehouseDefinitions, parsed: readonly ParsedQuery[]): Macros {
  const macros = new Map<string, ParsedQuery & { readonly kind: 'query' }>()
  definitions.macros.forEach(({ name }, index) => {
    const body = parsed[index]
    if (body?.kind !== 'query' || body.files !== undefined) return
    // Overloads share a name: their reads are taken together.
    const known = macros.get(name.toLowerCase())
    macros.set(name.toLowerCase(), known === undefined ? body : merged(known, body))
  })
  return macros
}

function merged(
  a: ParsedQuery & { readonly kind: 'query' },
  b: ParsedQuery & { readonly kind: 'query' },
): ParsedQuery & { readonly kind: 'query' } {
  return {
    ...a,
    references: [...a.references, ...b.references],
    functions: [...new Set([...a.functions, ...b.functions])].sort(),
    sampled: a.sampled || b.sampled,
  }
}
