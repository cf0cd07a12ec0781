import type { ColumnDiff, Comparison, RowCounts } from './result.ts'

/** What the change of a seed does by itself: base's code on base's seed against the same code on head's. */
export type SeedChange =
  | { readonly kind: 'not-checked'; readonly path: string; readonly because: string }
  | {
      readonly kind: 'checked'
      readonly path: string
      /** Both seeds ask for the time of day or make ids of chance, so that rows differ which nobody edited. */
      readonly readsClock: boolean
      /** Tables that differ and that no model fills, sorted. */
      readonly sources: readonly SourceChange[]
      /** Models that read of them, at any depth, inputs first; those behind one that came out equal are not among them. */
      readonly models: readonly SeedEffect[]
    }

export interface SourceChange {
  readonly schema: string
  readonly table: string
  readonly change: 'added' | 'removed' | 'changed'
  /** Undefined where they could not be compared. */
  readonly rows: RowCounts | undefined
  readonly columns: readonly ColumnDiff[]
}

/** What the other seed does to a model of base's code, under base's name for it. */
export type SeedEffect = { readonly model: string } & (
  | { readonly kind: 'identical' }
  | { readonly kind: 'compared'; readonly comparison: Exclude<Comparison, { readonly kind: 'not-compared' }> }
  /** It builds on one of the two seeds only. */
  | { readonly kind: 'fails'; readonly on: 'base' | 'head'; readonly message: string }
  | { readonly kind: 'not-checked'; readonly because: string }
)
