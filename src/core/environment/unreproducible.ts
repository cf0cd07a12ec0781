import { modelIdentity } from '../lineage/columns.ts'
import type { Side } from '../lineage/side.ts'
import { readsInOrder } from '../plan/effect.ts'
import type { BoundPair } from '../plan/own.ts'
import type { PlannedModel } from '../plan/plan.ts'
import type { Shape } from '../ports/shape.ts'
import { nameOn } from './layout.ts'
import type { Instability, TwinOutcome, UnstableColumn } from './outcome.ts'

interface Twins {
  readonly base: TwinOutcome
  readonly head: TwinOutcome
}

interface Sides {
  readonly base: Side
  readonly head: Side
}

/** Why the twins of one model may differ without the code's doing, in words. `tainted`: the reasons of the models before it. */
export function taintOf(
  model: PlannedModel,
  twins: Twins,
  bound: BoundPair | undefined,
  sides: Sides,
  tainted: ReadonlyMap<string, string>,
): string | undefined {
  const { base, head, isSeeded } = chanceOf(model, sides)
  const own = (isSeeded ? undefined : (base ?? head)) ?? pressureOn(twins, bound)
  if (own !== undefined) return own
  const input = [...model.baseInputs, ...model.headInputs].find((name) => tainted.has(name))
  return input === undefined ? undefined : `it reads "${input}", whose rows differ from run to run`
}

/** What in each side's SQL differs from run to run, in words. */
export interface Chance {
  readonly base: string | undefined
  readonly head: string | undefined
  /** Both sides draw from one seed, and nothing else of it is chance. */
  readonly isSeeded: boolean
  /** Base takes other rows each time; two samples of few rows may be the same. */
  readonly isSampled: boolean
}

export function chanceOf(model: PlannedModel, { base, head }: Sides): Chance {
  const [b, h] = [base.linked.get(nameOn('base', model)), head.linked.get(nameOn('head', model))]
  return {
    base: b?.chance ?? b?.draws,
    head: h?.chance ?? h?.draws,
    isSeeded: b?.chance === undefined && h?.chance === undefined,
    isSampled: b?.isSampled === true,
  }
}

/** Why the order of rows says nothing: a twin spilled to disk, and its plan minds the order. */
export function pressureOn(twins: Twins, bound: BoundPair | undefined): string | undefined {
  const sides = [
    ...(twins.base.kind === 'absent' ? [] : [bound?.base]),
    ...(twins.head.kind === 'absent' ? [] : [bound?.head]),
  ]
  const minds = sides.some((side) => side === undefined || readsInOrder(side))
  return minds && (spilled(twins.base) || spilled(twins.head))
    ? 'it was built under memory pressure, where the order of rows is not stable'
    : undefined
}

function spilled(outcome: TwinOutcome): boolean {
  return outcome.kind === 'built' && (outcome.usage?.spilledBytes ?? 0) > 0
}

/**
 * What of a model differs from run to run because it reads what does: base's twin read base's draw and head's twin
 * another. By lineage: the columns made of unstable ones, or all of it where these decide its rows. `known`: of the models
 * before it.
 */
export function inherited(
  { baseInputs, headInputs, base, head }: PlannedModel,
  bound: BoundPair | undefined,
  known: ReadonlyMap<string, Instability>,
): Instability | undefined {
  const shapes = [
    ...(base === undefined ? [] : [bound?.base?.shape]),
    ...(head === undefined ? [] : [bound?.head?.shape]),
  ]
  const found = [...new Set([...baseInputs, ...headInputs])].flatMap((input): readonly Instability[] => {
    const instability = known.get(input)
    if (instability === undefined) return []
    const because = `it reads "${input}", whose rows differ from run to run`
    if (instability.kind === 'rows') return [{ kind: 'rows', because }]
    const unstable = new Set(instability.columns.map(({ name }) => name))
    // Chance that two runs did not show may show in any reader.
    if (unstable.size === 0) return [{ kind: 'columns', columns: [], because }]
    return through(input, unstable, shapes)
  })
  return found.reduce<Instability | undefined>(combined, undefined)
}

/** Both of two instabilities of one model. */
export function combined(one: Instability | undefined, other: Instability | undefined): Instability | undefined {
  if (one === undefined || other === undefined) return one ?? other
  if (one.kind === 'rows') return one
  if (other.kind === 'rows') return other
  const columns = new Map<string, UnstableColumn>()
  for (const column of [...one.columns, ...other.columns]) columns.set(column.name, columns.get(column.name) ?? column)
  const sorted = [...columns.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  return { kind: 'columns', columns: sorted, because: one.because }
}

/** An instability with the columns that name a row in mind: where one of these is unstable, no row can be found again. */
export function withKey(instability: Instability, key: readonly string[]): Instability {
  if (instability.kind === 'rows') return instability
  const unstable = instability.columns.find(({ name }) => key.some((column) => column.toLowerCase() === name))
  if (unstable === undefined) return instability
  return { kind: 'rows', because: `its key "${unstable.name}" is ${unstable.because}` }
}

/** What some unstable columns of one input make unstable; nothing where neither side reads them. */
function through(
  input: string,
  unstable: ReadonlySet<string>,
  shapes: readonly (Shape | undefined)[],
): readonly Instability[] {
  const relation = modelIdentity(input)
  const read = (reads: Shape['rows']['reads']): string | undefined =>
    reads.find((one) => one.relation === relation && unstable.has(one.column))?.column
  const columns = new Map<string, UnstableColumn>()
  for (const shape of shapes) {
    // What is not understood, or reads it on no path that shows, may read anything of it.
    const isSeen = shape?.unknown.length === 0 && shape.rows.relations.includes(relation)
    const [any] = unstable
    const deciding = isSeen ? read(shape.rows.reads) : any
    if (deciding !== undefined) {
      const because = `its rows depend on "${deciding}" of "${input}", which differs from run to run`
      return [{ kind: 'rows', because }]
    }
    for (const output of shape?.outputs ?? []) {
      const column = read(output.reads)
      const name = output.name.toLowerCase()
      if (column !== undefined)
        columns.set(name, { name, because: `non-deterministic: it is made of "${column}" of "${input}"` })
    }
  }
  if (columns.size === 0) return []
  const because = `it reads "${input}", of which ${[...unstable].map((name) => `"${name}"`).join(', ')} differs from run to run`
  return [{ kind: 'columns', columns: [...columns.values()], because }]
}
