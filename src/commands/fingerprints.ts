import { digestOf } from '../core/base/digest.ts'
import type { SideName } from '../core/environment/layout.ts'
import type { Prepared } from './prepared.ts'

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
  const known = new Map<string, Fingerprint | undefined>()
  const of = (name: string): Fingerprint | undefined => {
    if (known.has(name)) return known.get(name)
    // A cycle has no fingerprint.
    known.set(name, undefined)
    const found = linked.get(name)
    if (found === undefined) return undefined
    const { model, inputs, chance } = found
    const below = inputs.map((input) => [input, of(input)] as const)
    const { sql, strategy, surrogateKeys } = model
    const code = digestOf(
      JSON.stringify([sql, strategy, surrogateKeys, below.map(([input, one]) => [input, one?.code])]),
    )
    const isSteady = chance === undefined && below.every(([, one]) => one === undefined || one.inputs !== undefined)
    const fingerprint = { code, inputs: isSteady ? data : undefined }
    known.set(name, fingerprint)
    return fingerprint
  }
  return new Map(
    [...linked.keys()].flatMap((name) => {
      const fingerprint = of(name)
      return fingerprint === undefined ? [] : [[name, fingerprint] as const]
    }),
  )
}

/** A file's size and content, without its time; a seed's script, unless it makes other rows each time. */
function dataOf(
  { fingerprint, origin }: NonNullable<Prepared['attached']>,
  seed: Prepared['sides']['head']['seed'],
): string | undefined {
  if (origin !== 'seed') return digestOf(fingerprint.replace(/^(\d+) \S+ /, '$1 '))
  if (
    seed === undefined ||
    /\b(?:random|uuid|gen_random_uuid|now|today|get_current_\w+|current_\w+)\b/i.test(seed.script)
  )
    return undefined
  return digestOf(seed.script)
}
