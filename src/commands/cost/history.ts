import type { Notice } from '../../core/base/notice.ts'
import { PreviewError } from '../../core/base/errors.ts'
import { withNew } from '../../core/cost/records.ts'
import { environmentName } from '../../core/environment/name.ts'
import { nameOn } from '../../core/environment/layout.ts'
import type { ModelOutcome } from '../../core/environment/outcome.ts'
import type { CostRecord } from '../../core/ports/records.ts'
import { medianMs } from '../../core/cost/timing.ts'
import { fingerprintsOf } from './fingerprints.ts'
import type { Prepared } from '../prepared.ts'
import type { PreviewRequest } from '../request.ts'
import type { Services } from '../services.ts'

/** What earlier runs have measured. */
export interface History {
  readonly records: readonly CostRecord[]
  /** Where to keep more; undefined: nowhere, or the file is none of ours. */
  readonly path: string | undefined
  readonly notices: readonly Notice[]
}

export const NO_HISTORY: History = { records: [], path: undefined, notices: [] }

/** Reads the records that were asked for. One that cannot be used is told, left as it is, and does not end the run. */
export async function readHistory({ kernel, files }: Services, { cost }: PreviewRequest): Promise<History> {
  const path = cost?.records
  if (path === undefined) return NO_HISTORY
  try {
    return { records: (await files.exists(path)) ? await kernel.readRecords(path) : [], path, notices: [] }
  } catch (error) {
    return { ...NO_HISTORY, notices: [refusal(error)] }
  }
}

/** Adds what this run measured. The file appears whole or not at all; where that fails, it is told. */
export async function keepHistory(
  services: Services,
  { records, path }: History,
  added: readonly CostRecord[],
): Promise<readonly Notice[]> {
  if (path === undefined || added.length === 0) return []
  const { kernel, files } = services
  const fresh = `${files.temporaryFolder}/records-${String(added.length)}.duckdb`
  try {
    await files.remove(fresh)
    await kernel.writeRecords(fresh, withNew(records, added))
    await files.copy(fresh, path)
    return []
  } catch (error) {
    return [refusal(error)]
  }
}

function refusal(error: unknown): Notice {
  if (!(error instanceof PreviewError) || error.blame === 'bug') throw error
  return { code: 'records-refused', message: `${error.message} The run went on without records.` }
}

/** One record for each side of each model that this run built. */
export function recordsOf(
  { clock, machine }: Services,
  prepared: Prepared,
  runId: string,
  outcomes: readonly ModelOutcome[],
): readonly CostRecord[] {
  const { plan, sides, request } = prepared
  const planned = new Map(plan.models.map((model) => [model.name, model]))
  const prints = { base: fingerprintsOf(prepared, 'base'), head: fingerprintsOf(prepared, 'head') }
  return outcomes.flatMap((outcome) =>
    (['base', 'head'] as const).flatMap((side): readonly CostRecord[] => {
      const model = planned.get(outcome.model)
      const twin = outcome[side]
      const print = model && prints[side].get(nameOn(side, model))
      if (twin.kind !== 'built' || twin.usage === undefined || print === undefined) return []
      const { rows, bytesWritten, rowsScanned, bytesScanned, peakMemoryBytes } = twin.usage
      return [
        {
          run: runId,
          at: clock.timestamp(),
          preview: request.name ?? environmentName(sides.refs.headRef),
          commit: side === 'base' ? sides.refs.mergeBase : sides.refs.head,
          machine,
          model: outcome.model,
          side,
          code: print.code,
          ...(print.inputs !== undefined && { inputs: print.inputs }),
          durationMs: medianMs(twin.usage),
          ...(rows !== undefined && { rows }),
          ...(bytesWritten !== undefined && { bytesWritten }),
          ...(rowsScanned !== undefined && { rowsScanned }),
          ...(bytesScanned !== undefined && { bytesScanned }),
          ...(peakMemoryBytes !== undefined && { peakMemoryBytes }),
        },
      ]
    }),
  )
}
