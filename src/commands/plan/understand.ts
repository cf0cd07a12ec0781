import { PreviewError } from '../../core/base/errors.ts'
import type { Notice } from '../../core/base/notice.ts'
import { definitionSchemaStatements } from '../../core/environment/definitions.ts'
import { graphOf, topologicalOrder } from '../../core/graph/graph.ts'
import type { BoundPair, BoundSide, Knowledge } from '../../core/plan/own.ts'
import type { Pairing } from '../../core/plan/pair.ts'
import { Definitions, type Defined, type DefinitionInput } from './definitions.ts'
import type { Attached } from '../prepared.ts'
import type { Services } from '../services.ts'

/** What binding everything that a change reaches has shown. */
export interface Understanding {
  readonly definitions: Definitions
  readonly knowledge: Knowledge
  readonly notices: readonly Notice[]
}

/** How often a worker may die of constants that it folds, before planning goes on without bound plans. */
const MOST_DEATHS = 3

/** Binds both sides of every model that a change reaches against definitions without data, inputs first. */
export async function understand(
  services: Services,
  attached: Attached,
  input: Omit<DefinitionInput, 'deadly' | 'sameSyntax'>,
): Promise<Understanding> {
  const order = topologicalOrder(graphOf(input.pairing.graph.inputs)).order.filter((name) => input.reach.has(name))
  const sameSyntax = await sameSyntaxAmong(services, input.pairing)
  const deadly = new Set<string>()
  for (;;) {
    const definitions = new Definitions(services, attached, { ...input, sameSyntax, deadly })
    const inFlight = new Set<string>()
    try {
      if (order.length > 0) {
        for (const statement of definitionSchemaStatements(input.pairing.pairs))
          await attached.warehouse.execute(statement)
      }
      const bound = await boundPairs(services, definitions, input.pairing, order, inFlight)
      const notices = [...deathNotices(deadly), ...blindNotices(bound)]
      return { definitions, knowledge: { bound, sameSyntax }, notices }
    } catch (error) {
      if (!isDeath(services, error)) throw error
      // One of those that were being bound; the definitions in memory went with the worker.
      for (const name of inFlight) deadly.add(name)
      if (deadly.size >= MOST_DEATHS * services.kernel.concurrency || inFlight.size === 0)
        return { definitions, knowledge: { sameSyntax }, notices: deathNotices(deadly) }
    }
  }
}

async function boundPairs(
  { kernel }: Services,
  definitions: Definitions,
  { pairs }: Pairing,
  order: readonly string[],
  inFlight: Set<string>,
): Promise<ReadonlyMap<string, BoundPair>> {
  const pairByName = new Map(pairs.map((pair) => [pair.name, pair]))
  const bound = new Map<string, BoundPair>()
  const bindOne = async (name: string): Promise<void> => {
    inFlight.add(name)
    const pair = pairByName.get(name)
    const base = pair?.base === undefined ? undefined : await definitions.of('base', name)
    const head = pair?.head === undefined ? undefined : await definitions.of('head', name)
    bound.set(name, boundPair(base, head))
    inFlight.delete(name)
  }
  await inParallel(order, kernel.concurrency, bindOne)
  return bound
}

function boundPair(base: Defined | undefined, head: Defined | undefined): BoundPair {
  const side = (defined: Defined): BoundSide =>
    defined.kind === 'defined'
      ? {
          shape: defined.shape,
          ...(defined.shape === undefined && { isBound: true }),
          ...(defined.effort !== undefined && { effort: defined.effort }),
        }
      : { shape: undefined, error: defined.error }
  // One object says that one binding stands for both sides.
  const baseSide = base && side(base)
  const headSide = head !== undefined && head === base && head.kind === 'defined' ? baseSide : head && side(head)
  return { ...(baseSide !== undefined && { base: baseSide }), ...(headSide !== undefined && { head: headSide }) }
}

/** Pairs whose texts differ and whose syntax trees do not. */
async function sameSyntaxAmong({ kernel }: Services, { pairs }: Pairing): Promise<ReadonlySet<string>> {
  const edited = pairs.flatMap(({ name, base, head }) =>
    base !== undefined && head !== undefined && base.sql !== head.sql ? [{ name, texts: [base.sql, head.sql] }] : [],
  )
  const digests = await kernel.binder.syntax(edited.flatMap(({ texts }) => texts))
  return new Set(
    edited
      .filter((_, index) => digests[2 * index] !== undefined && digests[2 * index] === digests[2 * index + 1])
      .map(({ name }) => name),
  )
}

/** Starts the work of each item in order, `limit` at a time. */
async function inParallel<T>(items: readonly T[], limit: number, work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items[Symbol.iterator]()
  const lane = async (): Promise<void> => {
    for (const item of waiting) await work(item)
  }
  await Promise.all(Array.from({ length: limit }, lane))
}

function isDeath({ clock }: Services, error: unknown): boolean {
  return error instanceof PreviewError && error.code.startsWith('kernel.') && clock.now() < clock.deadline
}

function deathNotices(deadly: ReadonlySet<string>): readonly Notice[] {
  return [...deadly].sort().map((name) => ({
    code: 'plan.unbound',
    message: `"${name}" may take too long or too much memory only to be understood: it was planned without, and is rebuilt with all that reads it.`,
  }))
}

/** Models that count as reading everything of what they read: told, because that is why they are rebuilt. */
function blindNotices(bound: ReadonlyMap<string, BoundPair>): readonly Notice[] {
  return [...bound].flatMap(([name, { base, head }]): readonly Notice[] => {
    const side = head ?? base
    if (side === undefined || side.error !== undefined || side.shape?.unknown.length === 0) return []
    const what = side.shape?.unknown.join(', ') ?? ''
    if (side.shape === undefined && side.isBound !== true) return []
    const because =
      what === '' ? 'DuckDB gives no whole plan of its SQL' : `its plan has something that is not understood (${what})`
    const message = `"${name}" counts as reading everything of its inputs: ${because}.`
    return [{ code: 'plan.reads-everything', message }]
  })
}
