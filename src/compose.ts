import { createHmac, randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import type { Limits } from './commands/request.ts'
import type { KernelService, ProgressEvent, Services } from './commands/services.ts'
import { PreviewError } from './core/base/errors.ts'
import { BASE_SEED_CATALOG, SCRATCH_CATALOG } from './core/environment/layout.ts'
import type { GitRepository } from './core/ports/git.ts'
import { withReason } from './files/failure.ts'
import { fileService } from './files/files.ts'
import { damageOf, findNativeLibrary } from './native/find.ts'
import { DEFINITION_CATALOGS } from './core/environment/definitions.ts'
import { version } from './version.ts'
import { duckdbDialect } from './warehouse/duckdb/dialect.ts'
import { Kernel } from './worker/kernel.ts'

/** What a run is opened with. */
export interface ComposeOptions {
  readonly git: GitRepository
  /** The working tree. */
  readonly workspace: string
  /** The folder with our bundles. */
  readonly distFolder: string
  readonly limits: Limits
  /** Functions that models may call beyond those of the gate: the workflow's word, never the pull request's. */
  readonly allowFunctions?: readonly string[] | undefined
  readonly nativePath?: string | undefined
  readonly registryUrl?: string | undefined
  /** Where the run's private folder is made; undefined = the system's. */
  readonly temporaryRoot?: string | undefined
  readonly progress: (event: ProgressEvent) => void
  /** No warehouse was named, so one may have to be filled from a seed: its process is started ahead of need. */
  readonly seedLikely?: boolean | undefined
  /** Told of each worker process that is started, by its pid. */
  readonly onWorker?: ((pid: number) => void) | undefined
  /** Gets, before anything is opened, what ends the workers and removes the private folder at once, for a signal. */
  readonly onAbort?: ((abort: () => void) => void) | undefined
}

/** Services that must be let go of: the worker ended, the private folder removed. */
export interface OpenServices extends Services {
  close(): Promise<void>
}

const DEFAULT_TIMEOUT_MS = 15 * 60_000
const IN_MEMORY = ':memory:'
const MEGABYTE = 1_000_000
/** For Node, the system, and what DuckDB takes beyond its own limit. */
const RESERVED_BYTES = 1_500 * MEGABYTE

/** Opens the edges. Starting a worker takes as long as loading a project, so that starts first. */
export async function openServices(options: ComposeOptions): Promise<OpenServices> {
  return { ...(await openTools(options)), git: options.git }
}

/** The same without a repository. */
export async function openTools(options: Omit<ComposeOptions, 'git'>): Promise<Omit<OpenServices, 'git'>> {
  const { limits, workspace, progress } = options
  const folder = await privateFolder(options.temporaryRoot ?? tmpdir())
  const deadline = performance.now() + (limits.timeoutMs ?? DEFAULT_TIMEOUT_MS)
  const workers = new Set<Kernel>()
  options.onAbort?.(() => {
    for (const worker of workers) worker.kill(new PreviewError('kernel.crashed', 'The run was interrupted.'))
    rmSync(folder, { recursive: true, force: true })
  })
  let kernel: KernelService
  try {
    kernel = await openKernel(options, folder, deadline, workers)
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
  const started = new Date()
  const secret = randomBytes(32)
  return {
    version,
    kernel,
    files: fileService(folder, workspace),
    clock: {
      now: () => performance.now(),
      timestamp: () => started.toISOString().slice(0, 19).replace('T', ' '),
      deadline,
    },
    machine: machineClass(limits.threads ?? availableParallelism()),
    digest: (text) => createHmac('sha256', secret).update(text).digest('hex').slice(0, 12),
    progress,
    // Whoever keeps what was built has closed the kernel before: what is still open goes with its folder.
    close: async () => {
      for (const worker of workers) await worker.discard()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A new folder that is this run's alone. */
async function privateFolder(root: string): Promise<string> {
  return withReason('written', root, async () => mkdtemp(join(await realpath(root), 'rocky-preview-')))
}

/** The processes that execute a stranger's SQL: one that stays for the run, and one that only ever fills a seed. */
async function openKernel(
  {
    distFolder,
    limits,
    nativePath,
    registryUrl,
    temporaryRoot,
    seedLikely,
    onWorker,
    allowFunctions,
  }: Omit<ComposeOptions, 'git'>,
  folder: string,
  deadline: number,
  workers: Set<Kernel>,
): Promise<KernelService> {
  const native = await findNativeLibrary({ distFolder, nativePath, registryUrl, temporaryFolder: temporaryRoot })
  let damage: string | undefined
  const memoryBytes = limits.memoryBytes ?? fittingMemory()
  const threads = limits.threads ?? availableParallelism()
  const start = async (name: string): Promise<Kernel> => {
    const own = join(folder, name)
    await mkdir(own, { recursive: true, mode: 0o700 })
    const worker = new Kernel(
      {
        script: join(distFolder, 'worker.js'),
        nativeFolder: native.folder,
        folder: own,
        deadline,
        allowedFunctions: allowFunctions,
        concurrency: threads,
        onStart: onWorker,
        // Told of every worker that dies of it, though it is found once.
        explainDeath: () => (damage ??= damageOf(native.folder)),
        memoryCapBytes: memoryBytes + Math.max(512 * MEGABYTE, Math.ceil(memoryBytes / 2)),
      },
      duckdbDialect,
    )
    workers.add(worker)
    worker.start()
    return worker
  }
  const engineLimits = (name: string) => ({
    threads,
    memoryBytes,
    ...(limits.maxDiskBytes === undefined ? {} : { maxDiskBytes: limits.maxDiskBytes }),
    temporaryFolder: join(folder, name, 'duckdb'),
  })
  const main = await start('worker')
  let warm = seedLikely === true ? await start('seed') : undefined
  let isOpen = false
  const cool = async (): Promise<void> => {
    await warm?.close()
    warm = undefined
  }
  const alone = async <T>(name: string, work: (worker: Kernel) => Promise<T>): Promise<T> => {
    const worker = await start(name)
    try {
      return await work(worker)
    } finally {
      await worker.close()
    }
  }
  return {
    binder: main.binder,
    style: duckdbDialect,
    concurrency: threads,
    attach: async ({ warehouse, base, head, baseSeed, files }) => {
      await cool()
      await main.open({
        attachments: [
          { ...warehouse, readOnly: true },
          { path: base, name: '__base', readOnly: false },
          { path: head, name: '__head', readOnly: false },
          ...(files === undefined ? [] : [{ path: files.path, name: files.name, readOnly: false }]),
          ...(baseSeed === undefined ? [] : [{ path: baseSeed, name: BASE_SEED_CATALOG, readOnly: true }]),
          ...Object.values(DEFINITION_CATALOGS).map((name) => ({ path: IN_MEMORY, name, readOnly: false })),
        ],
        ...(files !== undefined && { readable: [...files.readable] }),
        limits: engineLimits('worker'),
      })
      isOpen = true
      return main.warehouse(warehouse.name)
    },
    scratch: async () => {
      if (!isOpen) await main.open({ attachments: [], limits: engineLimits('worker') })
      isOpen = true
      return main.warehouse(SCRATCH_CATALOG, 'in-the-worker')
    },
    openFiles: async ({ databases, imports, work }) => {
      await cool()
      await main.open({
        attachments: [...databases.map((file) => ({ ...file, readOnly: true })), { ...work, readOnly: false }],
        imports: imports.map((file) => ({ ...file, catalog: work.name })),
        limits: engineLimits('worker'),
      })
      return (catalog) => main.warehouse(catalog)
    },
    seed: async (seed) => {
      const seeder = warm ?? (await start('seed'))
      warm = undefined
      try {
        await seeder.seed({ ...seed, limits: engineLimits('seed') })
      } finally {
        await seeder.close()
      }
    },
    readRecords: (path) => alone('records', (worker) => worker.readRecords({ path, limits: engineLimits('records') })),
    writeRecords: (path, records) =>
      alone('records', (worker) =>
        worker.writeRecords({
          path,
          records: records.map((record) => ({ ...record })),
          limits: engineLimits('records'),
        }),
      ),
    close: async () => {
      await main.close()
      await cool()
    },
  }
}

/** What times depend on most: the processor, how many of it, and how many threads may use it. */
function machineClass(threads: number): string {
  const processors = cpus()
  return `${process.platform}-${process.arch}, ${String(processors.length)} × ${processors[0]?.model.trim() ?? 'unknown'}, ${String(threads)} threads`
}

function fittingMemory(): number {
  const total = totalmem()
  return Math.floor(Math.max(256 * MEGABYTE, Math.min(total - RESERVED_BYTES, total * 0.8)))
}
