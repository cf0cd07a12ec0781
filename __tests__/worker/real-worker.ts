import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findNativeLibrary } from '../../src/native/find.ts'
import { duckdbDialect } from '../../src/warehouse/duckdb/dialect.ts'
import type { WorkerOptions } from '../../src/worker/channel.ts'
import { Kernel } from '../../src/worker/kernel.ts'

/** The bundles under test: ROCKY_PREVIEW_DIST, or the repository's own. */
const dist = process.env['ROCKY_PREVIEW_DIST'] ?? fileURLToPath(new URL('../../dist', import.meta.url))

export interface RealWorker {
  readonly kernel: Kernel
  readonly options: WorkerOptions
  readonly folder: string
  /** Attaches one database, `w`, that may be written. */
  open(): Promise<void>
  close(): Promise<void>
}

/** A supervisor with the worker's real process. */
export async function realWorker(overrides: Partial<WorkerOptions> = {}): Promise<RealWorker> {
  const folder = mkdtempSync(join(tmpdir(), 'rocky-worker-test-'))
  const native = await findNativeLibrary({
    distFolder: dist,
    nativePath: undefined,
    registryUrl: undefined,
    temporaryFolder: undefined,
  })
  const options: WorkerOptions = {
    script: join(dist, 'worker.js'),
    nativeFolder: native.folder,
    folder,
    deadline: performance.now() + 60_000,
    memoryCapBytes: undefined,
    concurrency: 2,
    ...overrides,
  }
  const kernel = new Kernel(options, duckdbDialect)
  return {
    kernel,
    options,
    folder,
    open: () =>
      kernel.open({
        attachments: [{ path: join(folder, 'w.duckdb'), name: 'w', readOnly: false }],
        limits: { threads: 2, memoryBytes: 200_000_000, temporaryFolder: join(folder, 'duckdb') },
      }),
    close: async () => {
      await kernel.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Process ids of this process's children that run a worker. */
export function workerPids(): readonly number[] {
  return readdirSync('/proc')
    .filter(
      (name) =>
        /^\d+$/.test(name) && parentOf(name) === process.pid && read(`/proc/${name}/cmdline`).includes('worker.js'),
    )
    .map(Number)
}

function parentOf(pid: string): number {
  return Number(/^PPid:\t(\d+)$/m.exec(read(`/proc/${pid}/status`))?.[1])
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
