import { z } from 'zod'
import type { MaskPolicy, MaskStrategy, Model } from './model.ts'
import { keyError, read, texts, valueAt } from './keys.ts'
import { isTable, type TomlFile } from './toml.ts'

/** Loosest first. */
const STRATEGIES = ['none', 'partial', 'hash', 'redact'] as const satisfies readonly MaskStrategy[]
const strategySchema = z.enum(STRATEGIES)

/**
 * Reads `[mask]` and `[mask.<environment>]`. A preview knows no environment, so of a tag's strategies the strictest
 * counts. Undefined: the project masks nothing and lets nothing go unmasked on purpose.
 */
export function readMaskPolicy(file: TomlFile): MaskPolicy | undefined {
  const table = valueAt(file, ['mask'])
  const allowed = valueAt(file, ['classifications', 'allow_unmasked'])
  const allowUnmasked = allowed === undefined ? [] : read(texts, file, ['classifications', 'allow_unmasked'])
  if (table === undefined) return allowed === undefined ? undefined : { byTag: {}, allowUnmasked }
  if (!isTable(table)) throw keyError(file, ['mask'], 'a table')
  const found: (readonly [string, MaskStrategy])[] = []
  for (const key of Object.keys(table)) {
    const inner = table[key]
    if (!isTable(inner)) found.push([key, read(strategySchema, file, ['mask', key])])
    else for (const tag of Object.keys(inner)) found.push([tag, read(strategySchema, file, ['mask', key, tag])])
  }
  const byTag = new Map<string, MaskStrategy>()
  for (const [tag, strategy] of found) byTag.set(tag, strictest([byTag.get(tag) ?? 'none', strategy]))
  return { byTag: Object.fromEntries(byTag), allowUnmasked }
}

/**
 * How the values of each column of a model are shown: by the tags that either side's sidecar gives it, under both sides'
 * policies, the strictest counting, so that a pull request loosens nothing. A tag that nobody has a strategy for is
 * redacted, unless it may go unmasked. Columns match without regard to case. Asked for no column, it tells the strictest
 * of all: what is made of columns is shown as the most private of them may be.
 */
export function columnMasks(
  models: readonly (Model | undefined)[],
  policies: readonly (MaskPolicy | undefined)[],
): (column: string | undefined) => MaskStrategy {
  const tags = new Map<string, Set<string>>()
  for (const model of models) {
    const classification = model?.metadata['classification']
    if (typeof classification !== 'object' || classification === null) continue
    for (const [column, tag] of Object.entries(classification)) {
      const known = tags.get(column.toLowerCase()) ?? new Set()
      tags.set(column.toLowerCase(), known.add(String(tag)))
    }
  }
  const strategies = new Map(
    [...tags].map(([column, given]) => [column, strictest([...given].map((tag) => strategyOf(tag, policies)))]),
  )
  return (column) =>
    column === undefined ? strictest([...strategies.values()]) : (strategies.get(column.toLowerCase()) ?? 'none')
}

/** A value as it may be shown. `digest` is keyed with the run's own secret: equal values look equal, and no list of guesses finds them. */
export function maskValue(
  strategy: MaskStrategy,
  value: string | null,
  digest: (text: string) => string,
): string | null {
  switch (strategy) {
    case 'none':
      return value
    case 'redact':
      return HIDDEN
    case 'hash':
      return value === null ? null : digest(value)
    case 'partial': {
      const letters = Array.from(value ?? '')
      if (value === null) return null
      return letters.length < 5 ? HIDDEN : `${letters.slice(0, 2).join('')}${HIDDEN}${letters.slice(-2).join('')}`
    }
  }
}

const HIDDEN = '***'

function strategyOf(tag: string, policies: readonly (MaskPolicy | undefined)[]): MaskStrategy {
  const known = policies.flatMap((policy) =>
    policy !== undefined && Object.hasOwn(policy.byTag, tag) ? (policy.byTag[tag] ?? []) : [],
  )
  if (known.length > 0) return strictest(known)
  const allowed = policies.length > 0 && policies.every((policy) => policy?.allowUnmasked.includes(tag) === true)
  return allowed ? 'none' : 'redact'
}

function strictest(strategies: readonly MaskStrategy[]): MaskStrategy {
  return STRATEGIES[Math.max(0, ...strategies.map((strategy) => STRATEGIES.indexOf(strategy)))] ?? 'redact'
}
