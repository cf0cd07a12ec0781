import { CATALOGS, CLOCK_SCHEMA } from '../../core/environment/layout.ts'
import { engineWords } from '../../core/checks/words.ts'
import { DEFAULT_SCHEMA } from '../../core/lineage/names.ts'
import { fragmentFault, fragmentQueries } from '../../core/checks/fragment.ts'
import type { Fragment } from '../../core/checks/data-test.ts'
import type { Mode, Session, Warehouse } from '../../core/ports/warehouse.ts'
import type { Prepared } from '../prepared.ts'
import type { PreviewRequest } from '../request.ts'
import type { Services } from '../services.ts'

/** What every check of a run needs. */
export interface Checking {
  readonly services: Services
  readonly prepared: Prepared
  readonly warehouse: Warehouse
  /** Whether data values may be shown as they are. */
  readonly showValues: boolean
  /** Whether failing keys are told, masked or not. */
  readonly showKeys: boolean
  /** Why pieces of authors' SQL are not let in, by their text. Those that are not in it are. */
  readonly refusals: ReadonlyMap<string, string>
  /** The conditions of production, with the run's own clock. */
  readonly session: (mode: Mode) => Session
  /** An engine's words, without what it quotes of the data where values may not be shown. */
  readonly values: (message: string) => string
}

export function openChecking(
  services: Services,
  prepared: Prepared,
  { warehouse, definitions }: NonNullable<Prepared['attached']>,
  { sampleValues }: Pick<PreviewRequest, 'sampleValues'>,
  refusals: ReadonlyMap<string, string>,
): Checking {
  const searchPath = [
    { catalog: definitions.catalog, schema: DEFAULT_SCHEMA },
    { catalog: CATALOGS.base, schema: CLOCK_SCHEMA },
  ]
  const showValues = sampleValues === 'all'
  return {
    services,
    prepared,
    warehouse,
    showValues,
    showKeys: sampleValues !== 'none',
    refusals,
    session: (mode) => ({ mode, searchPath }),
    values: (message) => engineWords(message, showValues ? 'shown' : 'hidden'),
  }
}

/** For a model that has something to hide: nothing that an engine quotes is told. */
export function withoutQuotes(checking: Checking): Checking {
  return { ...checking, values: (message) => engineWords(message, 'hidden') }
}

/** Parses every piece of authors' SQL in one go. */
export async function refusedFragments(
  { kernel }: Services,
  fragments: readonly Fragment[],
): Promise<ReadonlyMap<string, string>> {
  const distinct = [...new Map(fragments.map((fragment) => [fragment.text, fragment])).values()]
  const parsed = await kernel.binder.parse(distinct.flatMap(fragmentQueries))
  return new Map(
    distinct.flatMap((fragment, index) => {
      const because = fragmentFault([parsed[2 * index], parsed[2 * index + 1]])
      return because === undefined ? [] : [[fragment.text, because]]
    }),
  )
}
