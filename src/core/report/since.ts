import type { ModelRow } from '../contract/model.ts'
import type { RunDocument } from './survey.ts'
import { digestOf } from '../base/digest.ts'
import { CHECK_FAILURES } from '../contract/checks.ts'
import { byWeight, survey } from './survey.ts'

/** What was told of the models at one commit: of each with something to tell, who it is and what was found, as short digests. */
export interface Told {
  /** The commit that was reported on. */
  readonly head: string
  /** How many models had something to tell; more than `findings` when there was no room for all. */
  readonly of: number
  /** Digest of the model's name → digest of what was found, both lower-case hex. The worst ones, when not all. */
  readonly findings: ReadonlyMap<string, string>
}

/** What a report leaves for the next one. */
export interface Remembered extends Told {
  /** What the report on the commit before said: a run that is repeated compares with that. */
  readonly before?: Told
}

/** What one report tells of: a run, or that of each project. */
export interface Reported {
  readonly head: string
  readonly runs: readonly ProjectDocument[]
  /** A project could not be previewed, so what it had to tell may still be so. */
  readonly isPartial: boolean
}

export interface ProjectDocument {
  /** Undefined where the report is of one project alone. */
  readonly project: string | undefined
  readonly run: RunDocument
}

/** Models that are remembered: with 6 bytes each it stays below 2 kB, however many there are. */
export const MOST_REMEMBERED = 170
/** The same with those of the report before. */
export const MOST_WITH_BEFORE = 205
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

export function reportedRun(run: RunDocument): Reported {
  return { head: run.refs.head, runs: [{ project: undefined, run }], isPartial: false }
}

export function remember({ head, runs }: Reported, earlier: Remembered | undefined): Remembered {
  const told = runs.flatMap(({ project, run }) =>
    survey(run)
      .touched.filter(({ row }) => hasFindings(row))
      .map(({ row, mark }) => ({ row, mark, key: nameDigest(project, row) })),
  )
  const worst = runs.length === 1 ? told : told.toSorted(byWeight)
  const findings = new Map(worst.slice(0, MOST_REMEMBERED).map(({ key, row }) => [key, foundDigest(row)]))
  const before = tellsOfAnother(head, earlier)
  if (before === undefined) return { head, of: told.length, findings }
  const kept = [...before.findings].slice(0, MOST_WITH_BEFORE - findings.size)
  return {
    head,
    of: told.length,
    findings,
    before: { head: before.head, of: before.of, findings: new Map(kept) },
  }
}

/** The newest report on another commit than this. */
function tellsOfAnother(head: string, earlier: Remembered | undefined): Told | undefined {
  return earlier?.head === head ? earlier.before : earlier
}

/** Undefined where there is no report on another commit to compare with. */
export function since({ head, runs, isPartial }: Reported, earlier: Remembered | undefined): Since | undefined {
  const told = tellsOfAnother(head, earlier)
  if (told === undefined) return undefined
  const { findings } = told
  const rows = runs.flatMap(({ project, run }) =>
    run.models.map((row) => ({ row, name: fullName(project, row), was: findings.get(nameDigest(project, row)) })),
  )
  const now = rows.filter(({ row }) => hasFindings(row))
  const before = rows.filter(({ was }) => was !== undefined)
  const known = now.filter(({ was }) => was !== undefined)
  const unknown = now.filter(({ was }) => was === undefined)
  const isWhole = told.of <= findings.size
  const settled = before.filter(({ row }) => !hasFindings(row))
  const isLeft = ({ row }: (typeof rows)[number]): boolean => row.verdict === 'not_checked'
  const missing = findings.size - before.length
  return {
    head: told.head,
    resolved: settled.filter((one) => !isLeft(one)).map(({ name }) => name),
    gone: isPartial ? 0 : missing,
    fresh: isWhole ? unknown.map(({ name }) => name) : [],
    otherwise: known.filter(({ row, was }) => foundDigest(row) !== was).map(({ name }) => name),
    unchanged: known.filter(({ row, was }) => foundDigest(row) === was).length,
    unchecked: settled.filter(isLeft).length + (isPartial ? missing : 0),
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

function fullName(project: string | undefined, { model_name }: ModelRow): string {
  return project === undefined ? model_name : `${project}/${model_name}`
}

function nameDigest(project: string | undefined, row: ModelRow): string {
  return digest(fullName(project, row), NAME_DIGITS)
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
