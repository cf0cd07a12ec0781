import type { Binder, ParsedQuery } from '../ports/binder.ts'
import type { WarehouseDefinitions } from '../ports/warehouse.ts'
import { byText } from '../base/compare.ts'
import type { LinkedModel } from './link.ts'
import { doneByMacros, withMacros, type Doings, type Macros } from './macros.ts'
import { DEFAULT_SCHEMA, keyOf } from './names.ts'
import { macrosByName } from './warehouse-views.ts'

/** What the warehouse's views and macros name, by `keyOf` and by lower-case name. */
export interface WarehouseRoutes {
  readonly views: ReadonlyMap<string, Doings>
  readonly macros: Macros
}

/** How SQL comes to read a table that it does not name itself. */
export interface Route {
  readonly kind: 'view' | 'macro'
  /** The view or the macro that the SQL does name. */
  readonly name: string
  /** Where, in UTF-16 units of the model's SQL. Undefined where that cannot be told for sure. */
  readonly start: number | undefined
}

/** Parses every view and macro of the warehouse. */
export async function readRoutes(binder: Binder, definitions: WarehouseDefinitions): Promise<WarehouseRoutes> {
  const stored = definitions.relations.filter(({ view }) => view !== undefined)
  const parsed = await binder.parse([
    ...stored.map(({ view }) => view?.query ?? ''),
    ...definitions.macros.map(({ query }) => query),
  ])
  const macros = macrosByName(definitions, parsed.slice(stored.length))
  const views = stored.flatMap(({ schema, table }, index) => {
    const query: ParsedQuery | undefined = parsed[index]
    return query?.kind === 'query' ? [[keyOf(schema, table), withMacros(query, macros)] as const] : []
  })
  return { views: new Map(views), macros }
}

/** Whether the SQL may read a table that it does not name: only then are routes worth reading. */
export function mayReadThrough({ links, query }: LinkedModel, definitions: WarehouseDefinitions): boolean {
  const views = definitions.relations.filter(({ view }) => view !== undefined)
  const macros = new Set(definitions.macros.map(({ name }) => name.toLowerCase()))
  // A model may be stored as a view, whatever it is called in the SQL.
  return (views.length > 0 && links.length > 0) || query.functions.some((name) => macros.has(name))
}

/**
 * Through what the SQL first reads the table of that key: a view that it names, else a macro that it calls. `readAs`: the
 * relation that each link stands for.
 */
export function routeTo(
  table: string,
  { model, links, query }: LinkedModel,
  readAs: readonly { readonly schema: string; readonly table: string }[],
  routes: WarehouseRoutes,
): Route | undefined {
  const at = readAs.findIndex((relation) => {
    const view = routes.views.get(keyOf(relation.schema, relation.table))
    return view !== undefined && reaches(table, view, routes)
  })
  const link = links[at]
  if (link !== undefined) return { kind: 'view', name: link.reference.table, start: link.reference.start }
  const name = [...query.functions]
    .sort(byText)
    .find((called) => reaches(table, doneByMacros({ functions: [called] }, routes.macros), routes))
  return name === undefined ? undefined : { kind: 'macro', name, start: onlyCall(model.sql, name) }
}

function reaches(table: string, doings: Doings, { views }: WarehouseRoutes, seen = new Set<string>()): boolean {
  return doings.references.some(({ schema = DEFAULT_SCHEMA, table: named }) => {
    const key = keyOf(schema, named)
    if (key === table) return true
    const view = seen.has(key) ? undefined : views.get(key)
    seen.add(key)
    return view !== undefined && reaches(table, view, { views, macros: new Map() }, seen)
  })
}

/** Parsing tells no places of calls. What is written once, be it in a comment, is where it is called. */
function onlyCall(text: string, name: string): number | undefined {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  const found = [...text.matchAll(new RegExp(String.raw`(?<![\p{L}\p{N}_$])${escaped}"?\s*\(`, 'giu'))]
  return found.length === 1 ? found[0]?.index : undefined
}
