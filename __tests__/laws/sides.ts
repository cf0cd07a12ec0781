import type { Edit, MadeCase, MadeModel } from './project.ts'
import { queryOf } from './query.ts'

/** One model as its files say it, with the names of the models that its text reads, itself left out. */
export interface SideModel {
  readonly made: MadeModel
  readonly sql: string
  readonly reads: readonly string[]
}

/** The two sides of a made-up pull request; models stand in an order in which each reads earlier ones only. */
export function sidesOf({ models, edits, stored }: MadeCase): {
  readonly base: readonly SideModel[]
  readonly head: readonly SideModel[]
} {
  const base = models.map((made, index) => sideModel(made, models.slice(0, index), stored))
  const unedited: readonly Edited[] = models.map((made) => ({ made, formatted: false }))
  const edited = edits.reduce(apply, unedited)
  const before = new Map(base.map((model) => [model.made.name, model]))
  const mades = edited.map(({ made }) => made)
  const head = edited.map(({ made, formatted }, index) => {
    const old = models.find((model) => model === made)
    // Nobody touched its file: it goes on to read what it read, even what is gone.
    const untouched = old === undefined ? undefined : before.get(old.name)
    const side = untouched ?? sideModel(made, mades.slice(0, index), stored)
    return formatted ? { ...side, sql: `-- said again\n${side.sql.replaceAll(' FROM ', '\n  FROM ')};` } : side
  })
  return { base, head }
}

interface Edited {
  readonly made: MadeModel
  readonly formatted: boolean
}

function apply(state: readonly Edited[], edit: Edit): readonly Edited[] {
  if (edit.kind === 'add')
    return state.some(({ made }) => made.name === 'm9') ? state : [...state, { made: edit.model, formatted: false }]
  const at = edit.at % state.length
  if (edit.kind === 'remove') return state.length < 3 ? state : state.filter((_, index) => index !== at)
  return state.map((entry, index) => (index === at ? changed(entry, edit) : entry))
}

function changed({ made, formatted }: Edited, edit: Exclude<Edit, { kind: 'add' | 'remove' }>): Edited {
  switch (edit.kind) {
    case 'format':
      return { made, formatted: true }
    case 'limit':
      return { made: { ...made, limit: edit.limit }, formatted }
    case 'extra':
      return { made: { ...made, extra: !made.extra }, formatted }
    case 'strategy':
      return { made: { ...made, strategy: edit.strategy }, formatted }
    case 'replace':
      return { made: { ...edit.model, name: made.name, schema: made.schema }, formatted }
  }
}

function sideModel(made: MadeModel, earlier: readonly MadeModel[], stored: MadeCase['stored']): SideModel {
  const sources = ['raw.s0', 'raw.s1']
  const picks = made.reads.map((pick) => {
    // One in five reads a source.
    const model = pick % 5 === 0 ? undefined : earlier[pick % Math.max(1, earlier.length)]
    return model === undefined
      ? { text: sources[pick % 2] ?? 'raw.s0' }
      : { text: spelled(model, made.spelling), model }
  })
  const [from = 'raw.s0', with_ = 'raw.s1'] = picks.map(({ text }) => text)
  const self = stored === 'all' && (made.strategy === 'incremental' || made.strategy === 'merge')
  const { sql, readsBoth } = queryOf(made, from, with_, self ? spelled(made, made.spelling) : undefined)
  const reads = (readsBoth ? picks : picks.slice(0, 1)).flatMap(({ model }) =>
    model === undefined ? [] : [model.name],
  )
  return { made, sql, reads: [...new Set(reads)] }
}

/** One, two or three parts. */
function spelled({ schema, name }: MadeModel, spelling: number): string {
  return [name, `${schema}.${name}`, `w.${schema}.${name}`, `${schema.toUpperCase()}."${name}"`][spelling] ?? name
}
