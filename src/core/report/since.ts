import type { ModelRow } from '../contract/model.ts'
import type { RunDocument } from './survey.ts'
import { digestOf } from '../base/digest.ts'
import { CHECK_FAILURES } from '../contract/checks.ts'
import { survey } from './survey.ts'

/** What a report leaves for the next one: of each model with something to tell, who it is and what was told, as short digests. */
export interface Remembered {
  /** The commit that was reported on. */
  readonly head: string
  /** How many models had something to tell; more than `findings` when there was no room for all. */
  readonly of: number
  /** Digest of the model's name → digest of what was found, both lower-case hex. The worst ones, when not all. */
  readonly findings: ReadonlyMap<string, string>
}

/** Models that are remembered: with 6 bytes each it stays below 2 kB, however many there are. */
export const MOST_REMEMBERED = 170
export const NAME_DIGITS = 8
export const FOUND_DIGITS = 4

/** What became of the findings of an earlier report. Names where they are known, in the document's order. */
export interface Since {
  readonly head: string
  readonly resolved: readonly string[]
  /** Findings of models that neither side has any more. */
  readonly gone: number
  readonly fresh: readonly string[]
  /** Something else was found of them than before. */
  readonly otherwise: readonly string[]
  readonly unchanged: number
  /** They had something to tell, and now nobody looked. */
  readonly unchecked: number
  /** There was no room to remember whether they are new. */
  readonly unknown: number
}

export function remember(run: RunDocument): Remembered {
  const told = survey(run)
    .touched.map(({ row }) => row)
    .filter(hasFindings)
  return {
    head: run.refs.head,
    of: told.length,
    findings: new Map(told.slice(0, MOST_REMEMBERED).map((row) => [nameDigest(row), foundDigest(row)])),
  }
}

/** Undefined where there is nothing to compare with: the same commit was reported before. */
export function since(run: RunDocument, earlier: Remembered | undefined): Since | undefined {
  if (earlier === undefined || earlier.head === run.refs.head) return undefined
  const { findings } = earlier
  const rows = run.models.map((row) => ({ row, name: row.model_name, was: findings.get(nameDigest(row)) }))
  const now = rows.filter(({ row }) => hasFindings(row))
  const before = rows.filter(({ was }) => was !== undefined)
  const known = now.filter(({ was }) => was !== undefined)
  const unknown = now.filter(({ was }) => was === undefined)
  const isWhole = earlier.of <= findings.size
  const settled = before.filter(({ row }) => !hasFindings(row))
  const isLeft = ({ row }: (typeof rows)[number]): boolean => row.verdict === 'not_checked'
  return {
    head: earlier.head,
    resolved: settled.filter((one) => !isLeft(one)).map(({ name }) => name),
    gone: findings.size - before.length,
    fresh: isWhole ? unknown.map(({ name }) => name) : [],
    otherwise: known.filter(({ row, was }) => foundDigest(row) !== was).map(({ name }) => name),
    unchanged: known.filter(({ row, was }) => foundDigest(row) === was).length,
    unchecked: settled.filter(isLeft).length,
    unknown: isWhole ? 0 : unknown.length,
  }
}

/** It changed, failed or left, or something about it calls for a look. */
function hasFindings({ verdict, findings, declared }: ModelRow): boolean {
  return (
    verdict === 'failed' ||
    verdict === 'changed' ||
    verdict === 'removed' ||
    declared?.status === 'broken' ||
    findings.some(({ code, severity }) => severity !== 'info' && CHECK_FAILURES.includes(code))
  )
}

function nameDigest({ model_name }: ModelRow): string {
  return digest(model_name, NAME_DIGITS)
}

/** Of what was found, without what moves from run to run: durations, samples, sizes of tables. */
function foundDigest({ verdict, findings, rows, columns = [], declared }: ModelRow): string {
  const moved = rows === undefined ? [] : [rows.added, rows.removed, rows.changed]
  const parts = columns
    .filter(({ change, rows_changed = 0 }) => change !== 'same' || rows_changed !== 0)
    .map(({ name, change, type_head = '', rows_changed = 0 }) => [name, change, type_head, rows_changed])
  const told = findings.map(({ code, severity, message }) => [code, severity, message])
  return digest(JSON.stringify([verdict, moved, parts, told, declared?.status ?? '']), FOUND_DIGITS)
}

function digest(text: string, digits: number): string {
  return digestOf(text).slice(0, digits)
}
