import type { Feed } from './feeds.ts'
import type { Location } from '../base/location.ts'
import type { Notice } from '../base/notice.ts'
import type { PreviewError } from '../base/errors.ts'
import type { RunsPerMonth } from './schedule.ts'

/** Where a model's rows go. `catalog` may be '' (two-part names). */
export interface Target {
  readonly catalog: string
  readonly schema: string
  readonly table: string
}

/** How a model is built. Column lists keep the author's order and spelling. */
export type Strategy =
  | { readonly kind: 'full_refresh' }
  | { readonly kind: 'incremental'; readonly timestampColumn: string }
  | { readonly kind: 'merge'; readonly uniqueKey: readonly string[]; readonly updateColumns?: readonly string[] }
  | { readonly kind: 'delete_insert'; readonly partitionBy: readonly string[] }
  | { readonly kind: 'microbatch'; readonly timestampColumn: string; readonly granularity?: string }
  | {
      readonly kind: 'time_interval'
      readonly timeColumn: string
      readonly granularity: 'hour' | 'day' | 'month' | 'year'
      readonly lookback?: number
      readonly batchSize?: number
      readonly firstPartition?: string
    }
  | { readonly kind: 'view' }
  | { readonly kind: 'ephemeral' }
  | { readonly kind: 'materialized_view' | 'dynamic_table' | 'content_addressed' }

export interface Budget {
  readonly maxUsd?: number
  readonly maxDurationMs?: number
  readonly maxBytesScanned?: number
  readonly onBreach?: 'warn' | 'error'
}

/** A data test as its sidecar declares it: `type` and `column` read out, the rest kept as it stands. */
export interface TestDefinition {
  readonly type: string
  readonly column?: string
  readonly definition: Readonly<Record<string, unknown>>
}

/** The text that SQL was made of. */
export interface SqlSource {
  readonly text: string
  /**
   * Offsets, sorted: from the first, in the SQL, on it was made of what begins at the second, in the text. With a length,
   * so much of both is the same, letter by letter.
   */
  readonly spans: readonly (readonly [sql: number, source: number, same?: number])[]
}

/** A cell of a unit test, as TOML writes it; a date with its type in DuckDB. */
export type UnitValue =
  | boolean
  | number
  | bigint
  | string
  | { readonly type: 'DATE' | 'TIME' | 'TIMESTAMP' | 'TIMESTAMPTZ'; readonly text: string }
  | readonly UnitValue[]

/** Columns and their cells; TOML has no NULL, so a column that a row leaves out is NULL. */
export type UnitRow = Readonly<Record<string, UnitValue>>

/** A unit test: what the model makes of given rows. Names are unique within a model. */
export interface UnitTest {
  readonly name: string
  readonly given: readonly { readonly ref: string; readonly rows: readonly UnitRow[] }[]
  readonly expect: { readonly rows: readonly UnitRow[]; readonly ordered: boolean }
}

/** What a model's columns must be. Names match without regard to case. */
export interface Contract {
  readonly columns: readonly { readonly name: string; readonly type?: string; readonly nullable?: boolean }[]
  readonly required: readonly string[]
  readonly protected: readonly string[]
  /** A column that `columns` does not name may hold no NULL. */
  readonly noNewNullable: boolean
}

/** A contract that cannot be read: the model stands without it. */
export interface BrokenContract {
  readonly fault: string
}

/** One SELECT with its resolved configuration. Two loads of the same files are deeply equal. */
export interface Model {
  readonly name: string
  /** Repository path of the SQL; undefined for a warehouse view that reads models (a model without a file). */
  readonly path: string | undefined
  readonly sidecarPath?: string
  /** The query: trimmed, without front matter and without a trailing semicolon. */
  readonly sql: string
  /** Lines of the file above the query's first line (front matter, blank lines), so that positions can be told. */
  readonly sqlLineOffset: number
  /** Where `sql` was made of another text, as that of a `.rocky` file: the whole file, and the way back to it. */
  readonly source?: SqlSource
  readonly target: Target
  readonly strategy: Strategy
  readonly dependsOn: readonly string[]
  readonly surrogateKeys: readonly { readonly name: string; readonly columns: readonly string[] }[]
  readonly tests: readonly TestDefinition[]
  /** Absent where there are none; `metadata` holds them as they stand, to be compared. */
  readonly unitTests?: readonly UnitTest[]
  readonly contract?: Contract | BrokenContract
  /** Repository path of the contract. */
  readonly contractPath?: string
  readonly budget?: Budget
  /** Everything that changes no data: intent, tags, descriptions, freshness, retention, … Compared, shown, never built from. */
  readonly metadata: Readonly<Record<string, unknown>>
}

/** A model whose files could not be made sense of. It takes down itself and its readers only. */
export interface BrokenModel {
  readonly name: string
  readonly path: string
  readonly error: PreviewError
  /** Of its own files: other content, another text. Absent where its error says enough. */
  readonly content?: string
}

export interface AdapterConfig {
  readonly name: string
  readonly type: string
  /** Relative to the folder of rocky.toml. Undefined = in memory. */
  readonly path?: string
}

export interface CostConfig {
  readonly storageCostPerGbMonth: number
  readonly computeCostPerDbu: number
  readonly warehouseSize: string
}

/** What is shown of a classified value. */
export type MaskStrategy = 'none' | 'partial' | 'hash' | 'redact'

export interface MaskPolicy {
  readonly byTag: Readonly<Record<string, MaskStrategy>>
  /** Tags that have no strategy on purpose. */
  readonly allowUnmasked: readonly string[]
}

export interface ProjectConfig {
  /** The adapter that the preview builds on. */
  readonly adapter: AdapterConfig
  readonly cost: CostConfig
  readonly budget: Budget
  /** Absent where the project says nothing of masks. */
  readonly mask?: MaskPolicy
  /** How often the project runs: by its first pipeline with a schedule, else by its own. Absent: it does not say. */
  readonly runs?: RunsPerMonth
  /** Globs of every pipeline, relative to the project's folder. */
  readonly modelGlobs: readonly string[]
  /** Pipelines that fill what models read. Absent where there are none. */
  readonly feeds?: readonly Feed[]
  /** Where rocky.toml was read. */
  readonly location: Location
}

/** One side of a pull request, as loaded. Models are sorted by name. */
export interface Project {
  readonly config: ProjectConfig
  readonly models: readonly Model[]
  readonly broken: readonly BrokenModel[]
  readonly notices: readonly Notice[]
}
