import { resolve } from 'node:path'
import type { PreviewRequest } from '../commands/request.ts'
import type { PreviewFlags } from './program.ts'

/** What the flags ask for. `prefix` is the project's folder inside the repository. */
export function requestOf(flags: PreviewFlags, prefix: string): PreviewRequest {
  const inRepository = (path: string | undefined): string | undefined =>
    path === undefined ? undefined : [prefix, path].filter((part) => part !== '').join('/')
  return {
    refs: { kind: 'named', base: flags.base, head: flags.head },
    project: prefix,
    config: flags.config,
    models: inRepository(flags.models),
    warehouse: flags.warehouse === undefined ? undefined : resolve(flags.warehouse),
    seed: inRepository(flags.seed),
    env: flags.env,
    vars: flags.var,
    intervals: flags.intervals,
    fullRefresh: flags.fullRefresh,
    name: flags.name,
    dryRun: flags.dryRun,
    explain: flags.explain,
    allow: { functions: flags.allowFunctions, paths: flags.allowPaths.map((path) => resolve(path)) },
    sampleValues: flags.sampleValues,
    diff: {
      algorithm: flags.algorithm,
      sampleSize: flags.sampleSize,
      facts: flags.facts,
      timeBudgetMs: flags.timeBudget,
      maxBytes: flags.maxBytes,
      tolerances: flags.tolerance,
    },
    cost: {
      runsPerMonth: flags.runsPerMonth,
      runnerPerMinute: flags.runnerPricePerMinute,
      maxUsd: flags.maxCostUsd,
      records: flags.records === undefined ? undefined : resolve(flags.records),
    },
    keep: flags.keep === undefined ? undefined : resolve(flags.keep),
    limits: {
      timeoutMs: flags.timeout,
      memoryBytes: flags.memoryLimit,
      threads: flags.threads,
      maxDiskBytes: flags.maxDisk,
    },
    fromFork: false,
  }
}
