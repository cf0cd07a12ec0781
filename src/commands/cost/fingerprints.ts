import { digestOf } from '../../core/base/digest.ts'
import { graphOf, topologicalOrder } from '../../core/graph/graph.ts'
import type { SideName } from '../../core/environment/layout.ts'
import type { Prepared } from '../prepared.ts'

/** What a model is made of on one side. */
export interface Fingerprint {
  /** Its code, and that of everything that it reads. */
  readonly code: string
  /** The data below it. Undefined: they, or it, differ from run to run. */
  readonly inputs: string | undefined
}

/** By the name that the side has for the model. Models that could not be understood have none. */
export function fingerprintsOf(prepared: Prepared, side: SideName): ReadonlyMap<string, Fingerprint> {
  const { sides, attached } = prepared
  const { linked } = prepared[side].side
  const data = attached === undefined ? undefined : dataOf(attached, sides.head.seed)
  const known = new Map<string, Fingerprint>()
  // Inputs first; what stands in a cycle has no fingerprint, and neither has what reads it.
  const graph = graphOf(new Map([...linked].map(([name, { inputs }]) => [name, inputs])))
  for (const name of topologicalOrder(graph).order) {
    const found = linked.get(name)
    if (found === undefined) continue
    const { model, inputs, chance } = found
    const { sql, strategy, surrogateKeys } = model
    const below = inputs.map((input) => [input, known.get(input)] as const)
    const code = digestOf(
      JSON.stringify([sql, strategy, surrogateKeys, below.map(([input, one]) => [input, one?.code])]),
    )
    const isSteady = chance === undefined && below.every(([, one]) => one?.inputs !== undefined)
    known.set(name, { code, inputs: isSteady ? data : undefined })
  }
  return known
}

/** A file's size and content, without its time; a seed's script, unless it makes other rows each time. */
function dataOf(
  { fingerprint, origin }: NonNullable<Prepared['attached']>,
  seed: Prepared['sides']['head']['seed'],
): string | undefined {
  if (origin !== 'seed') return digestOf(fingerprint.replace(/^(\d+) \S+ /, '$1 '))
  if (seed?.kind === 'files') return digestOf(seed.id)
  if (
    seed === undefined ||
    /\b(?:random|uuid|gen_random_uuid|now|today|get_current_\w+|current_\w+)\b/i.test(seed.script)
  )
    return undefined
  return digestOf(seed.script)
}
