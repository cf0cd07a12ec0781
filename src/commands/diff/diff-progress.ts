import type { ModelOutcome, TwinOutcome } from '../../core/environment/outcome.ts'

/** Rows of both sides: compared so far and in all, with the time that the rest may take. */
export interface RowProgress {
  readonly done: number
  readonly of: number
  /** By the speed so far; absent until there is one. */
  readonly leftMs?: number
}

/** Rows of both twins, as they were built; 0 where that was not told. */
export function builtRows(outcome: ModelOutcome | undefined): number {
  const rows = (twin: TwinOutcome): number => (twin.kind === 'built' ? (twin.usage?.rows ?? 0) : 0)
  return outcome === undefined ? 0 : rows(outcome.base) + rows(outcome.head)
}

/** Undefined: nobody knows how many rows there are. */
export function rowProgress(done: number, of: number, elapsedMs: number): RowProgress | undefined {
  if (of === 0) return undefined
  return { done, of, ...(done > 0 && { leftMs: (elapsedMs * (of - done)) / done }) }
}
