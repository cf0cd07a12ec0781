import type { Binder } from '../core/ports/binder.ts'
import type { FileService } from '../core/ports/files.ts'
import type { GitRepository } from '../core/ports/git.ts'
import type { CostRecord } from '../core/ports/records.ts'
import type { Quoting } from '../core/sql/render.ts'
import type { Warehouse } from '../core/ports/warehouse.ts'
import type { RowProgress } from './diff/diff-progress.ts'

/** What the use cases need of the world. `compose.ts` opens it; tests hand in what they like. */
export interface Services {
  readonly git: GitRepository
  readonly version: string
  /** A process that may run a stranger's SQL. Nothing is attached until `attach`. */
  readonly kernel: KernelService
  readonly files: FileService
  readonly clock: Clock
  /** What kind of machine this is: times are compared within one kind only. */
  readonly machine: string
  /** A short text for a longer one, keyed with a secret of this run: equal texts have equal ones, and no guess finds them. */
  readonly digest: (text: string) => string
  readonly progress: (event: ProgressEvent) => void
}

export interface KernelService {
  readonly binder: Binder
  readonly style: Quoting
  /** Connections that may build at the same time. */
  readonly concurrency: number
  /** Attaches a warehouse, read-only, and an environment of two files, made where they do not exist. */
  attach(attachment: KernelAttachment): Promise<Warehouse>
  /** A database in memory, with no file attached unless `attach` came before: for what needs no warehouse. */
  scratch(): Promise<Warehouse>
  /** Opens any database files, read-only, and data files as tables of a catalog of their own; what each catalog holds is told by its own warehouse. */
  openFiles(files: KernelFiles): Promise<(catalog: string) => Warehouse>
  /** Fills a new database file from a script, in a process of its own. */
  seed(seed: { readonly path: string; readonly name: string; readonly script: string }): Promise<void>
  /** What earlier runs have measured, of a file of ours, in a process of its own. Fails with `records.refused` where it is none. */
  readRecords(path: string): Promise<readonly CostRecord[]>
  /** Makes a new file of them, in a process of its own. */
  writeRecords(path: string, records: readonly CostRecord[]): Promise<void>
  /** Writes the environment's files down and lets go of everything. */
  close(): Promise<void>
}

export interface KernelAttachment {
  readonly warehouse: { readonly path: string; readonly name: string }
  readonly base: string
  readonly head: string
  /** For SQL that reads files: a database of ours for their tables, and the folders that they are read from. Absent: SQL reads none. */
  readonly files?: { readonly path: string; readonly name: string; readonly readable: readonly string[] }
  /** A file that base's own seed filled, read-only too, under the name `BASE_SEED_CATALOG`. */
  readonly baseSeed?: string | undefined
}

export interface KernelFiles {
  readonly databases: readonly { readonly path: string; readonly name: string }[]
  /** Each becomes the table of that name in the default schema of `work.name`. */
  readonly imports: readonly DataFile[]
  /** A database file of ours, written to. */
  readonly work: { readonly path: string; readonly name: string }
}

export interface DataFile {
  readonly path: string
  readonly format: 'parquet' | 'csv' | 'json'
  readonly table: string
}

export interface Clock {
  /** Milliseconds that only grow. */
  now(): number
  /** ISO, UTC, to the second, without a zone: `2026-01-31 04:00:00`. */
  timestamp(): string
  /** When the run must be over, on the scale of `now`. */
  readonly deadline: number
}

export type ProgressEvent =
  | { readonly kind: 'stage'; readonly stage: 'load' | 'warehouse' | 'plan' | 'build' | 'compare' }
  | {
      readonly kind: 'model'
      readonly stage: 'build' | 'compare'
      readonly model: string
      readonly done: number
      readonly of: number
      readonly rows?: RowProgress
    }
