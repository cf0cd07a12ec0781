import { z } from 'zod'
import type { Notice } from '../base/notice.ts'
import type { AdapterConfig, Budget, CostConfig, ProjectConfig } from './model.ts'
import type { ProjectFiles } from './files.ts'
import { PreviewError } from '../base/errors.ts'
import { readBudget } from './budget.ts'
import { amount, errorAt, keyError, oneOf, read, text, unknownKeys, valueAt, wholeAmount } from './keys.ts'
import { configEntry, type ProjectPaths } from './layout.ts'
import { readFeeds } from './feeds.ts'
import { readMaskPolicy } from './masking.ts'
import { parsedFiles, type ParseCache } from './parsed.ts'
import { isTable, type TomlFile } from './toml.ts'
import type { KeyPath } from './locate.ts'
import { freshnessRuns, scheduledRuns, type RunsPerMonth } from './schedule.ts'

/** What a project is loaded with, besides its files. */
export interface LoadOptions extends ProjectPaths {
  /** For `${NAME}`: nothing else is ever given, the process environment least of all. */
  readonly env: Readonly<Record<string, string>>
  /** For `@var(name)` in models; the same on both sides. */
  readonly vars: Readonly<Record<string, string>>
  readonly parsed: ParseCache
}

export interface LoadedConfig {
  readonly config: ProjectConfig
  readonly notices: readonly Notice[]
}

/** Reads rocky.toml. Fails with `project.missing`, `project.toml`, `project.invalid` or `project.variable-missing`. */
export function loadConfig(files: ProjectFiles, options: LoadOptions): LoadedConfig {
  const entry = configEntry(files.entries, options)
  const file = parsedFiles(files, options).toml(entry)
  const pipelines = named(file, ['pipeline', 'pipelines'], PIPELINE_KEYS)
  const mask = readMaskPolicy(file)
  const runs = projectRuns(file, pipelines)
  const feeds = readFeeds(file, pipelines)
  const config = {
    adapter: chosenAdapter(file, pipelines),
    cost: readCost(file),
    budget: { onBreach: 'warn', ...readBudget(file, ['budget']) } satisfies Budget,
    ...(mask !== undefined && { mask }),
    ...(runs !== undefined && { runs }),
    modelGlobs: globsOf(file, pipelines),
    ...(feeds.length > 0 && { feeds }),
    location: { path: entry.path },
  }
  return { config, notices: [...unknownKeys(file, [], KNOWN_KEYS), ...otherPipelines(file, pipelines)] }
}

/** Why pipelines that are no transformation show nothing; those of a type that is not said are none of Rocky's own. */
const NOT_PREVIEWED: Readonly<Record<string, string>> = {
  replication: 'which copies tables from another system; a preview reads the tables that it has copied',
  load: 'which loads files; a preview reads the tables that it has filled',
  snapshot: 'which keeps the history of a table from run to run',
  quality: 'which checks tables that are there, and changes no data',
}

function otherPipelines(file: TomlFile, pipelines: readonly Named[]): readonly Notice[] {
  return pipelines.flatMap(({ name, at }): readonly Notice[] => {
    const type = valueAt(file, [...at, 'type'])
    const because = typeof type === 'string' && Object.hasOwn(NOT_PREVIEWED, type) ? NOT_PREVIEWED[type] : undefined
    if (because === undefined) return []
    const { location } = errorAt(file, [...at, 'type'], '')
    const message = `The pipeline "${name}" is not previewed: it is of type ${String(type)}, ${because}. Models in its folder are, all the same.`
    return [{ code: 'pipeline.not-previewed', message, ...(location !== undefined && { location }) }]
  })
}

const KNOWN_KEYS = (
  'state adapter adapters pipeline pipelines hook hooks cost budget schema_evolution retry portability cache mask ' +
  'classifications role roles ai branch freshness schedule imports run reuse gc policy fulfill resilience'
).split(' ')

const PIPELINE_KEYS = ['source', 'type', 'models', 'tables', 'unique_key', 'source_dir']
const DEFAULT_GLOB = 'models/**'

/** Adapters that hold tables; the rest only bring data in. */
const WAREHOUSES = [
  'duckdb',
  'databricks',
  'snowflake',
  'bigquery',
  'trino',
  'spark',
  'clickhouse',
  'postgres',
  'sqlserver',
]

/** A named table of the file, and where it stands. */
interface Named {
  readonly name: string
  readonly at: KeyPath
}

/** `[key.<name>]` under any of its spellings, in the file's order; `[key]` with a key of its own is the one named `default`. */
function named(file: TomlFile, spellings: readonly string[], ownKeys: readonly string[]): readonly Named[] {
  return spellings.flatMap((spelling) => {
    const table = valueAt(file, [spelling])
    if (table === undefined) return []
    if (!isTable(table)) throw keyError(file, [spelling], 'a table')
    if (ownKeys.some((key) => Object.hasOwn(table, key))) return [{ name: 'default', at: [spelling] }]
    return Object.keys(table).map((name) => ({ name, at: [spelling, name] }))
  })
}

function chosenAdapter(file: TomlFile, pipelines: readonly Named[]): AdapterConfig {
  const adapters = named(file, ['adapter', 'adapters'], ['type'])
  const wanted = targetAdapter(file, pipelines)
  const chosen =
    wanted === undefined
      ? (adapters.find(({ name }) => name === 'default') ??
        adapters.find(({ at }) => WAREHOUSES.includes(String(valueAt(file, [...at, 'type'])))))
      : adapters.find(({ name }) => name === wanted.name)
  if (chosen !== undefined) return readAdapter(file, chosen)
  const names = adapters.map(({ name }) => name)
  if (wanted !== undefined) throw keyError(file, wanted.at, `the name of an adapter: ${oneOf(names)}`, names)
  if (names.length > 0)
    throw errorAt(file, ['adapter'], `No adapter is a warehouse; expected one of type ${oneOf(WAREHOUSES)}.`)
  throw new PreviewError('project.invalid', 'The project has no `[adapter]`.', {
    location: { path: file.path },
    hint: 'Add one: [adapter], type = "duckdb", path = "warehouse.duckdb".',
  })
}

/** The adapter that the first pipeline to name one names. */
function targetAdapter(file: TomlFile, pipelines: readonly Named[]): Named | undefined {
  for (const { at } of pipelines) {
    const path = [...at, 'target', 'adapter']
    if (valueAt(file, path) !== undefined) return { name: read(text, file, path), at: path }
  }
  return undefined
}

const adapterSchema = z.object({ type: text, path: text.optional() })

function readAdapter(file: TomlFile, { name, at }: Named): AdapterConfig {
  const { type, path } = read(adapterSchema, file, at)
  const inMemory = path === undefined || path === '' || path === ':memory:'
  return inMemory ? { name, type } : { name, type, path }
}

const costSchema = z
  .object({
    storage_cost_per_gb_month: amount.default(0.023),
    compute_cost_per_dbu: amount.default(0.4),
    warehouse_size: text.default('Medium'),
    min_history_runs: wholeAmount.default(5),
  })
  .prefault({})

function readCost(file: TomlFile): CostConfig {
  const cost = read(costSchema, file, ['cost'])
  return {
    storageCostPerGbMonth: cost.storage_cost_per_gb_month,
    computeCostPerDbu: cost.compute_cost_per_dbu,
    warehouseSize: cost.warehouse_size,
  }
}

/** A schedule that we do not understand says nothing: it is Rocky's, and changes no data. */
function projectRuns(file: TomlFile, pipelines: readonly Named[]): RunsPerMonth | undefined {
  const [ofPipeline] = pipelines.flatMap(({ at }) => scheduledRuns(valueAt(file, [...at, 'schedule'])) ?? [])
  return ofPipeline ?? scheduledRuns(valueAt(file, ['schedule'])) ?? freshnessRuns(valueAt(file, ['freshness']))
}

function globsOf(file: TomlFile, pipelines: readonly Named[]): readonly string[] {
  const globs = pipelines.map(({ at }) => {
    if (!isTable(valueAt(file, at))) throw keyError(file, at, 'a table')
    return readGlob(file, [...at, 'models'])
  })
  return globs.length === 0 ? [DEFAULT_GLOB] : [...new Set(globs)]
}

/** A glob without `./`, inside the project; a folder stands for all that is in it. */
function readGlob(file: TomlFile, at: KeyPath): string {
  const written = read(text.default(DEFAULT_GLOB), file, at)
  const parts = written.split('/').filter((part) => part !== '' && part !== '.')
  if (written.startsWith('/') || parts.includes('..')) throw keyError(file, at, 'a glob inside the project’s folder')
  if ((written.match(/\*+|\?|\[|\{/g)?.length ?? 0) > MOST_WILDCARDS) {
    throw keyError(file, at, `a glob of at most ${String(MOST_WILDCARDS)} wildcards`)
  }
  const glob = parts.join('/')
  return /[*?[{]/.test(glob) ? glob : [...parts, '**'].join('/')
}

/** Each wildcard multiplies the time that a match may take, and the glob comes with the pull request. */
const MOST_WILDCARDS = 6
