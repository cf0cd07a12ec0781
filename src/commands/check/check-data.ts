import { PreviewError } from '../../core/base/errors.ts'
import { didYouMean } from '../../core/base/suggest.ts'
import { figuresQuery, isScan, keysQuery, readFigures, readKeys, type Tested } from '../../core/checks/data-sql.ts'
import type { DataTest, NoTest } from '../../core/checks/data-test.ts'
import type { ShownRow, SideOutcome } from '../../core/checks/result.ts'
import type { Stand } from '../../core/checks/stand.ts'
import type { Column, Row } from '../../core/ports/warehouse.ts'
import { publicName } from '../../core/environment/reads.ts'
import { relationKey, type Relation } from '../../core/sql/relation.ts'
import { sql, type Sql } from '../../core/sql/sql.ts'
import type { Checking } from './checking.ts'

/** Failing keys that a test brings along where data values may be shown. */
const KEYS = 3

/** Runs one side's tests of one model, each with its outcome: those that only count share one pass. */
export async function runDataTests(
  checking: Checking,
  stand: Stand & { readonly kind: 'relation' },
  alias: string,
  tests: readonly (DataTest | NoTest)[],
  { key, parentOf, mask }: Asked,
): Promise<readonly SideOutcome[]> {
  const outcomes = new Map<number, SideOutcome>()
  const seen = await look(checking, stand.relation)
  if (seen.kind === 'fault') return tests.map(() => seen)
  const ready: Ready[] = []
  for (const [index, test] of tests.entries()) {
    const made = await makeReady(checking, stand.relation, alias, seen, test, parentOf)
    if ('test' in made) ready.push({ index, ...made })
    else outcomes.set(index, made)
  }
  const shared = ready.filter(({ test }) => isScan(test))
  const alone = ready.filter(({ test }) => !isScan(test)).map((one) => [one])
  for (const group of [...(shared.length === 0 ? [] : [shared]), ...alone]) {
    for (const [index, outcome] of await runGroup(checking, group, key)) outcomes.set(index, outcome)
  }
  return tests.map(
    (test, index) => masked(outcomes.get(index), test, mask) ?? { kind: 'untried', because: 'it was not reached' },
  )
}

interface Asked {
  /** The columns that name a row. */
  readonly key: readonly string[]
  readonly parentOf: (table: string) => Parent
  /** A value of a column as it may be shown; of no column, one that an expression made of several. */
  readonly mask: (column: string | undefined, value: string | null) => string | null
}

function masked(
  outcome: SideOutcome | undefined,
  test: DataTest | NoTest,
  mask: Asked['mask'],
): SideOutcome | undefined {
  if (outcome?.kind !== 'ran' || 'because' in test) return outcome
  const { rule, column } = test
  const isMade = rule.kind === 'groups' && test.columns.length === 0
  const keys = outcome.keys.map((row) =>
    row.map((cell) => ({ column: cell.column, value: mask(isMade ? undefined : cell.column, cell.value) })),
  )
  const { observed } = outcome
  if (observed === undefined || rule.kind !== 'aggregate' || rule.isCount) return { ...outcome, keys }
  return { ...outcome, observed: mask(column, observed) ?? 'NULL', keys }
}

/** What a relationships test points to. */
export type Parent =
  | { readonly kind: 'relation'; readonly relation: Relation }
  | { readonly kind: 'fault' | 'untried'; readonly because: string }

interface Seen {
  readonly kind: 'seen'
  readonly columns: readonly Column[]
  /** Keys of everything that reading the relation scans. */
  readonly scans: readonly string[]
}

interface Ready {
  readonly index: number
  readonly test: DataTest
  readonly tested: Tested
  /** Keys of what its query may scan. */
  readonly allowed: ReadonlySet<string>
}

/** Columns of a relation, and what reading it scans: more than itself where it is a view. */
async function look({ services, session, values }: Checking, relation: Relation): Promise<Seen | Fault> {
  const bound = await services.kernel.binder.bind(sql`SELECT * FROM ${relation}`, session('build'))
  if (bound.kind === 'unbound') return fault(values(bound.message))
  return { kind: 'seen', columns: bound.columns, scans: [relation, ...bound.scans].map(relationKey) }
}

async function makeReady(
  checking: Checking,
  relation: Relation,
  alias: string,
  seen: Seen,
  test: DataTest | NoTest,
  parentOf: (table: string) => Parent,
): Promise<Omit<Ready, 'index'> | SideOutcome> {
  if ('because' in test) return fault(test.because)
  for (const fragment of test.fragments) {
    const refused = checking.refusals.get(fragment.text)
    if (refused !== undefined) return fault(`\`${fragment.key}\` ${refused}`)
  }
  const unknown = test.columns.find((column) => !hasColumn(seen.columns, column))
  if (unknown !== undefined) return fault(noColumn(unknown, 'the model', seen.columns))
  const tested = { relation, alias, parent: undefined }
  if (test.rule.kind !== 'orphans') return { test, tested, allowed: new Set(seen.scans) }
  const parent = parentOf(test.rule.table)
  if (parent.kind !== 'relation') return parent
  const above = await look(checking, parent.relation)
  if (above.kind === 'fault') return above
  if (!hasColumn(above.columns, test.rule.toColumn)) {
    return fault(noColumn(test.rule.toColumn, `\`${test.rule.table}\``, above.columns))
  }
  return { test, tested: { ...tested, parent: parent.relation }, allowed: new Set([...seen.scans, ...above.scans]) }
}

function hasColumn(columns: readonly Column[], name: string): boolean {
  return columns.some((column) => column.name.toLowerCase() === name.toLowerCase())
}

function noColumn(name: string, where: string, columns: readonly Column[]): string {
  const meant = didYouMean(
    name,
    columns.map((column) => column.name),
  )
  return `${where} has no column \`${name}\`${meant === undefined ? '' : `. ${meant}`}`
}

/** One query for all; where that fails, one each, so that the guilty one alone is told. */
async function runGroup(
  checking: Checking,
  group: readonly Ready[],
  key: readonly string[],
): Promise<readonly (readonly [number, SideOutcome])[]> {
  const [first] = group
  if (first === undefined) return []
  const answer = await ask(
    checking,
    figuresQuery(
      group.map(({ test }) => test),
      first.tested,
    ),
    first.allowed,
  )
  if ('kind' in answer) {
    if (group.length === 1) return [[first.index, answer]]
    const each: (readonly [number, SideOutcome])[] = []
    for (const one of group) each.push(...(await runGroup(checking, [one], key)))
    return each
  }
  const outcomes: (readonly [number, SideOutcome])[] = []
  for (const [place, ready] of group.entries()) {
    const { failing, observed } = readFigures(ready.test, place, answer[0])
    const told = observed === undefined || !mayTell(checking, ready.test) ? {} : { observed }
    const keys = failing === 0n ? [] : await failingKeys(checking, ready, key)
    outcomes.push([ready.index, { kind: 'ran', failing, ...told, keys }])
  }
  return outcomes
}

/** A sum or a maximum came out of rows; a count did not. */
function mayTell({ showValues }: Checking, { rule }: DataTest): boolean {
  return showValues || rule.kind !== 'aggregate' || rule.isCount
}

async function failingKeys(
  checking: Checking,
  { test, tested, allowed }: Ready,
  key: readonly string[],
): Promise<readonly ShownRow[]> {
  const asked = checking.showKeys ? keysQuery(test, tested, key, KEYS) : undefined
  if (asked === undefined) return []
  const rows = await ask(checking, asked.query, allowed)
  return 'kind' in rows ? [] : readKeys(asked.columns, rows)
}

/** Binds, sees to it that nothing is read but what may be, and runs. */
async function ask(
  { services, warehouse, session, values }: Checking,
  query: Sql,
  allowed: ReadonlySet<string>,
): Promise<readonly Row[] | Stopped> {
  try {
    const bound = await services.kernel.binder.bind(query, session('compare'))
    if (bound.kind === 'unbound') return fault(values(bound.message))
    const unplanned = bound.scans.find((scan) => !allowed.has(relationKey(scan)))
    if (unplanned !== undefined)
      return fault(`it would read ${readName(unplanned)}; a test may read its own model only`)
    return await warehouse.query(query, session('compare'))
  } catch (error) {
    if (!(error instanceof PreviewError) || error.blame === 'bug') throw error
    const late = services.clock.now() > services.clock.deadline
    return late ? { kind: 'untried', because: 'the run passed its deadline' } : fault(values(error.message))
  }
}

function readName(scan: Required<Relation>): string {
  return scan.catalog === 'system' ? `the function \`${scan.table}()\`` : `\`${publicName(scan)}\``
}

type Fault = SideOutcome & { readonly kind: 'fault' }
type Stopped = SideOutcome & { readonly kind: 'fault' | 'untried' }
const fault = (because: string): Fault => ({ kind: 'fault', because })
