import type { CommitId } from '../core/ports/git.ts'
import type { DiffSettings } from '../core/project/preview-file.ts'

/** Which commits to compare: names to be resolved in the repository, or ids that an event gave. */
export type RequestedRefs =
  | { readonly kind: 'named'; readonly base: string | undefined; readonly head: string }
  | { readonly kind: 'commits'; readonly base: CommitId; readonly head: CommitId; readonly mergeBase: CommitId }

/** All of it may be left out. */
export interface CostRequest {
  /** How often models run, where the caller knows better than the project. */
  readonly runsPerMonth?: number | undefined
  /** USD that this machine costs. */
  readonly runnerPerMinute?: number | undefined
  /** USD that this preview may cost. */
  readonly maxUsd?: number | undefined
  /** A file of ours that keeps what runs have measured. */
  readonly records?: string | undefined
}

/** How much of a machine a run may take. Undefined: fitted to the machine. */
export interface Limits {
  readonly timeoutMs: number | undefined
  /** DuckDB's buffer limit; the watchdog ends a worker at this + max(512 MB, 50 %). */
  readonly memoryBytes: number | undefined
  readonly threads: number | undefined
  readonly maxDiskBytes: number | undefined
}

/** Widens what SQL may do. */
export interface Allowances {
  /** Names of functions. */
  readonly functions: readonly string[]
  /** Absolute folders whose files may be read. */
  readonly paths: readonly string[]
}

/** Texts that declare what should change, besides the pull request's description, which is read when all is measured. */
export interface GivenExpectations {
  /** Takes the place of the project's preview.expectations.toml. */
  readonly file?: { readonly path: string; readonly text: string } | undefined
}

/** What a person or a workflow asked for, already validated. Paths are relative to the repository's root unless absolute. */
export interface PreviewRequest {
  readonly refs: RequestedRefs
  /** The project's folder inside the repository; '' = its root. */
  readonly project: string
  /** Name of the configuration file inside the project's folder. */
  readonly config: string
  /** A folder of models given by the caller, added to the pipelines' globs. */
  readonly models: string | undefined
  /** A DuckDB file that the caller names, relative to the working folder. */
  readonly warehouse: string | undefined
  readonly seed: string | undefined
  /** For ${NAME} in the project's TOML files. The process environment is never read. */
  readonly env: Readonly<Record<string, string>>
  /** For @var(name) in the project's models, on both sides. */
  readonly vars: Readonly<Record<string, string>>
  /** Stateful models are built as if their tables did not exist. */
  readonly fullRefresh?: boolean | undefined
  /** Of time_interval models: how many of the last intervals are run. */
  readonly intervals?: number | undefined
  /** The environment's name; undefined = `pr-preview-<branch>`. */
  readonly name: string | undefined
  /** Plan, and neither build nor compare. */
  readonly dryRun: boolean
  /** A model to tell the reasons of; asks for a plan only, as `dryRun` does. */
  readonly explain?: string | undefined
  /** What SQL may do beyond the gate's own rules: the caller's word, never the pull request's. */
  readonly allow?: Allowances | undefined
  /** What is shown of values that came out of a row, in every output. */
  readonly sampleValues: 'none' | 'masked' | 'all'
  /** How models are compared, where it is not as base's preview.toml says. */
  readonly diff?: DiffSettings | undefined
  /** What is known of prices and schedules from outside the project. */
  readonly cost?: CostRequest | undefined
  /** Where to leave the environment's database files; undefined = nowhere. */
  readonly keep: string | undefined
  /** What is declared besides the project's own file. */
  readonly expectations?: GivenExpectations | undefined
  readonly limits: Limits
  /** The head comes from a repository that the author of the workflow does not control. */
  readonly fromFork: boolean
}
