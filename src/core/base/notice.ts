import type { Location } from './location.ts'

/** Something the reader should know that stops nothing. `code` is stable, for people who filter. */
export interface Notice {
  readonly code: string
  readonly message: string
  readonly location?: Location
}
