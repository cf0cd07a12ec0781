import { z } from 'zod'
import type { Notice } from '../base/notice.ts'
import { parseDuration, parseSize } from '../base/quantities.ts'
import { NO_TOLERANCE, parseTolerance, type Tolerance, type Tolerances } from '../base/tolerance.ts'
import type { TreeEntry } from '../ports/git.ts'
import { joinPath, type ProjectFiles } from './files.ts'
import { errorAt, read, unknownKeys, valueAt } from './keys.ts'
import { COST_KEYS, readOwnPrices, type OwnPrices } from './own-prices.ts'
import { parsedFiles } from './parsed.ts'
import type { LoadOptions } from './config.ts'
import { isTable, type TomlFile } from './toml.ts'

/** How models are compared: `[diff]` of preview.toml, or what the command line says. */
export interface DiffSettings {
  readonly algorithm?: 'sampled' | 'bisection' | undefined
  readonly sampleSize?: number | undefined
  /** For all comparisons together, and for any one of them. */
  readonly timeBudgetMs?: number | undefined
  readonly modelTimeBudgetMs?: number | undefined
  readonly maxBytes?: number | undefined
  readonly modelMaxBytes?: number | undefined
  /** Whether what differs is told beyond the counts; unless said, where it fits. */
  readonly facts?: 'always' | 'never' | undefined
  /** Columns by name, or as `model.column`; lower case. */
  readonly tolerances?: Tolerances | undefined
}

/** Our own settings, which stand beside rocky.toml because Rocky refuses keys that it does not know. */
export interface PreviewFile {
  readonly diff: DiffSettings
  readonly cost: OwnPrices
  readonly notices: readonly Notice[]
}

const KNOWN_TABLES = ['diff', 'cost']
const DIFF_KEYS = [
  'algorithm',
  'sample_size',
  'time_budget',
  'model_time_budget',
  'max_bytes',
  'model_max_bytes',
  'facts',
  'tolerance',
  'columns',
]

/** Where preview.toml is, if the project has one. */
export function previewFileEntry(
  entries: readonly TreeEntry[],
  { project }: Pick<LoadOptions, 'project'>,
): TreeEntry | undefined {
  const path = joinPath(project, 'preview.toml')
  return entries.find((entry) => entry.path === path && entry.kind === 'file')
}

/** Fails as reading rocky.toml does. */
export function readPreviewFile(files: ProjectFiles, entry: TreeEntry, options: LoadOptions): PreviewFile {
  const file = parsedFiles(files, options).toml(entry)
  const diff = read(diffSchema, file, ['diff']) ?? {}
  return {
    diff: {
      algorithm: diff.algorithm,
      sampleSize: diff.sample_size,
      timeBudgetMs: quantity(file, 'time_budget', parseDuration, 'a duration such as "90s" or "15m"'),
      modelTimeBudgetMs: quantity(file, 'model_time_budget', parseDuration, 'a duration such as "90s" or "15m"'),
      maxBytes: quantity(file, 'max_bytes', parseSize, 'a size such as "512MB" or "2GB"'),
      modelMaxBytes: quantity(file, 'model_max_bytes', parseSize, 'a size such as "512MB" or "2GB"'),
      facts: diff.facts,
      tolerances: tolerancesOf(file),
    },
    cost: readOwnPrices(file),
    notices: [
      ...unknownKeys(file, [], KNOWN_TABLES),
      ...unknownKeys(file, ['diff'], DIFF_KEYS),
      ...unknownKeys(file, ['cost'], COST_KEYS),
    ],
  }
}

const diffSchema = z
  .object({
    algorithm: z.enum(['sampled', 'bisection']).optional(),
    sample_size: z.int().min(1).optional(),
    facts: z.enum(['always', 'never']).optional(),
    tolerance: z.record(z.string(), z.unknown()).optional(),
    columns: z.record(z.string(), z.unknown()).optional(),
  })
  .optional()

function quantity(
  file: TomlFile,
  key: string,
  parse: (text: string) => number | undefined,
  form: string,
): number | undefined {
  const found = valueAt(file, ['diff', key])
  if (found === undefined) return undefined
  const value = typeof found === 'string' ? parse(found) : undefined
  if (value === undefined) throw errorAt(file, ['diff', key], `\`diff.${key}\` is not ${form}.`)
  return value
}

/** `[diff.tolerance]` by type, `[diff.columns]` by column. */
function tolerancesOf(file: TomlFile): Tolerances {
  const { float, decimal, integer, ...others } = toleranceTable(file, 'tolerance')
  const [strange] = Object.keys(others)
  if (strange !== undefined) {
    throw errorAt(
      file,
      ['diff', 'tolerance', strange],
      `\`diff.tolerance.${strange}\` is none of float, decimal, integer.`,
    )
  }
  const types = {
    ...(float !== undefined && { float }),
    ...(decimal !== undefined && { decimal }),
    ...(integer !== undefined && { integer }),
  }
  return { ...NO_TOLERANCE, types, columns: toleranceTable(file, 'columns') }
}

function toleranceTable(file: TomlFile, name: 'tolerance' | 'columns'): Readonly<Record<string, Tolerance>> {
  const table = valueAt(file, ['diff', name])
  if (!isTable(table)) return {}
  return Object.fromEntries(
    Object.entries(table).map(([key, value]): [string, Tolerance] => {
      const text = typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
      const tolerance = parseTolerance(text)
      if (tolerance === undefined) {
        throw errorAt(
          file,
          ['diff', name, key],
          `\`diff.${name}.${key}\` is neither a number nor a percentage such as "0.1%".`,
        )
      }
      return [key.toLowerCase(), tolerance]
    }),
  )
}
