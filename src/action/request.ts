import { resolve } from 'node:path'
import type { PreviewRequest } from '../commands/request.ts'
import { environmentName } from '../core/environment/name.ts'
import type { Commits } from './refs.ts'
import type { Step } from './step.ts'
import type { Subject } from './subject.ts'

/** What the inputs ask of the kernel. Files of the workflow are relative to its workspace, files of git to the project. */
export function requestOf(
  { inputs, workspace, environment }: Step,
  { pullRequest, isPrivate }: Subject,
  refs: Commits,
): PreviewRequest {
  const { project, config, models, warehouse, seed, env, vars, intervals, fullRefresh, name, sampleValues, keep } =
    inputs
  const inProject = (path: string | undefined) =>
    path === undefined ? undefined : [project, path].filter((part) => part !== '').join('/')
  const inWorkspace = (path: string | undefined) => (path === undefined ? undefined : resolve(workspace, path))
  const branch = pullRequest?.headBranch ?? environment['GITHUB_REF_NAME']
  return {
    refs,
    project,
    config,
    models: inProject(models),
    warehouse: inWorkspace(warehouse),
    seed: inProject(seed),
    env,
    vars,
    intervals,
    fullRefresh,
    name: name ?? (branch === undefined || branch === '' ? undefined : environmentName(branch)),
    dryRun: false,
    allow: { functions: inputs.allowFunctions, paths: inputs.allowPaths },
    // A comment is as public as its repository.
    sampleValues: sampleValues ?? (isPrivate === true ? 'masked' : 'none'),
    diff: {
      algorithm: inputs.algorithm,
      sampleSize: inputs.sampleSize,
      facts: inputs.facts,
      timeBudgetMs: inputs.timeBudget,
      maxBytes: inputs.maxBytes,
      tolerances: inputs.tolerance,
    },
    cost: {
      runsPerMonth: inputs.runsPerMonth,
      runnerPerMinute: inputs.runnerPricePerMinute,
      maxUsd: inputs.maxCostUsd,
      records: inWorkspace(inputs.records),
    },
    keep: inWorkspace(keep),
    limits: {
      timeoutMs: inputs.timeout,
      memoryBytes: inputs.memoryLimit,
      threads: inputs.threads,
      maxDiskBytes: inputs.maxDisk,
    },
    fromFork: pullRequest?.fromFork ?? false,
  }
}
