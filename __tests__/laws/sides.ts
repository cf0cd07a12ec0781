import { gadget, type Gadget } from './gadgets.ts'
import type { Edit, MadeCase, MadeModel } from './project.ts'
import { shaped } from './query.ts'
import { saidOtherwise, wrapped } from './wraps.ts'

/** One model as its files say it, with the names of the models that its text reads, itself left out. */
export interface SideModel {
  readonly name: string
  readonly schema: string
  readonly table: string
  readonly strategy: MadeModel['strategy']
  readonly sql: string
  /** Its text where it has no earlier state. */
  readonly first: string
  readonly reads: readonly string[]
}

export interface MadeSides {
  readonly base: readonly SideModel[]
  readonly head: readonly SideModel[]
  readonly gadgets: readonly Gadget[]
}

/** The two sides of a made-up pull request; models stand in an order in which each reads earlier ones only. */
export function sidesOf(made: MadeCase): MadeSides {
  const { models, edits, stored } = made
  const base = models.map((model, index) => sideModel(model, models.slice(0, index), stored))
  const unedited: readonly Edited[] = models.map((model) => ({ made: model, formatted: false, renamed: false }))
  const edited = edits.reduce(apply, unedited)
  const before = new Map(base.map((model) => [model.name, model]))
  const mades = edited.map(({ made: model }) => model)
  const renamed = new Set(edited.filter((entry) => entry.renamed).map(({ made: { name } }) => name))
  const head = edited.map(({ made: model, formatted }, index) => {
    const old = models.find((one) => one === model)
    // Nobody touched its file: it goes on to read what it read, even what is gone; but who renames a model goes round its readers.
    const untouched = old === undefined ? undefined : before.get(old.name)
    const made = sideModel(model, mades.slice(0, index), stored)
    const side = untouched === undefined || made.reads.some((name) => renamed.has(name)) ? made : untouched
    return formatted ? { ...side, sql: `-- said again\n${side.sql.replaceAll(' FROM ', '\n  FROM ')};` } : side
  })
  const gadgets = made.gadgets.map(({ kind, source, limit }, index) =>
    gadget(kind, `g${String(index)}`, `raw.s${String(source)}`, limit),
  )
  const of = (side: 'base' | 'head') => gadgets.flatMap((one) => gadgetModels(one, side, stored))
  return { base: [...base, ...of('base')], head: [...head, ...of('head')], gadgets }
}

function gadgetModels({ models }: Gadget, side: 'base' | 'head', stored: MadeCase['stored']): readonly SideModel[] {
  return models.flatMap(({ name, schema = 'main', first, reads = [], ...sides }) => {
    const text = sides[side]
    if (text === undefined) return []
    const kept = sides.strategy ?? 'full_refresh'
    const strategy = side === 'base' ? kept : (sides.headStrategy ?? kept)
    const sql = first !== undefined && stored !== 'all' ? first : text
    return [{ name, schema, table: name, strategy, sql, first: first ?? sql, reads }]
  })
}

interface Edited {
  readonly made: MadeModel
  readonly formatted: boolean
  readonly renamed: boolean
}

function apply(state: readonly Edited[], edit: Edit): readonly Edited[] {
  if (edit.kind === 'add')
    return state.some(({ made }) => made.name === 'm9')
      ? state
      : [...state, { made: edit.model, formatted: false, renamed: false }]
  const at = edit.at % state.length
  // One that others read takes half the project down with it: only the last goes.
  if (edit.kind === 'remove') return state.length < 3 ? state : state.slice(0, -1)
  return state.map((entry, index) => (index === at ? changed(entry, edit) : entry))
}

function changed(entry: Edited, edit: Exclude<Edit, { kind: 'add' }>): Edited {
  const { made } = entry
  switch (edit.kind) {
    case 'format':
      return { ...entry, formatted: true }
    case 'rename':
      return entry.renamed ? entry : { ...entry, made: { ...made, name: `${made.name}_anew` }, renamed: true }
    case 'limit':
      return { ...entry, made: { ...made, limit: edit.limit } }
    case 'wrap':
      return { ...entry, made: { ...made, wrap: edit.wrap } }
    case 'said':
      return { ...entry, made: { ...made, said: edit.said } }
    case 'near':
      return { ...entry, made: { ...made, near: !made.near } }
    case 'strategy':
      return { ...entry, made: { ...made, strategy: edit.strategy } }
    case 'replace':
      return { ...entry, made: { ...edit.model, name: made.name, schema: made.schema } }
    case 'remove':
      return entry
  }
}

function sideModel(made: MadeModel, earlier: readonly MadeModel[], stored: MadeCase['stored']): SideModel {
  const { name, schema, strategy, limit, near, said, shape, spelling, wrap } = made
  const picks = made.reads.map((pick) => {
    // One in five reads a source, and some a view over one.
    const model = pick % 5 === 0 ? undefined : earlier[pick % Math.max(1, earlier.length)]
    return model === undefined
      ? { text: ['raw.s0', 'raw.s1', 'raw.v0'][pick % 3] ?? 'raw.s0' }
      : { text: spelled(model, spelling), model }
  })
  const [r = 'raw.s0', s = 'raw.s1'] = picks.map(({ text }) => text)
  const { sql: query, readsBoth } = shaped(shape, { r, s, n: limit, turned: said % 2 === 1, near })
  const text = stateful(strategy, saidOtherwise(said, wrapped(wrap, query)))
  const self = stored === 'all' && strategy === 'incremental' ? spelled(made, spelling) : undefined
  const reads = (readsBoth ? picks : picks.slice(0, 1)).flatMap(({ model }) =>
    model === undefined ? [] : [model.name],
  )
  return {
    name,
    schema,
    table: name,
    strategy,
    sql:
      self === undefined
        ? text
        : `SELECT * FROM (${text}) AS news WHERE a > (SELECT coalesce(max(a), -9) - 4 FROM ${self})`,
    first: text,
    reads: [...new Set(reads)],
  }
}

/** What outlives a run has columns of fixed types; a merge with two rows of one key is none that production could make sense of. */
function stateful(strategy: MadeModel['strategy'], sql: string): string {
  if (strategy === 'merge')
    return `SELECT k, CAST(max(a) AS INTEGER) AS a, min(b) AS b, max(d) AS d, min(t) AS t FROM (${sql}) AS whole WHERE k IS NOT NULL GROUP BY k`
  if (strategy === 'incremental' || strategy === 'delete_insert')
    return `SELECT CAST(k AS INTEGER) AS k, CAST(a AS INTEGER) AS a, b, d, t FROM (${sql}) AS whole`
  return sql
}

/** One, two or three parts. */
function spelled({ schema, name }: MadeModel, spelling: number): string {
  return [name, `${schema}.${name}`, `w.${schema}.${name}`, `${schema.toUpperCase()}."${name}"`][spelling] ?? name
}
