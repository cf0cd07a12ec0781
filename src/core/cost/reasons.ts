import { grouped } from '../base/grouped.ts'
import type { JoinProfile, PlanProfile } from '../ports/profile.ts'
import { passesOf, type Passes } from './passes.ts'

/** Why head's run takes more or less than base's, read off the two plans. Names stand in backticks. */
export interface Reason {
  readonly kind:
    | 'cross-join'
    | 'loop-join'
    | 'fan-out'
    | 'filter-late'
    | 'filter-gone'
    | 'less-skipped'
    | 'columns'
    | 'passes'
    | 'new-input'
    | 'input-gone'
    | 'input-size'
  readonly direction: 'more' | 'less'
  readonly message: string
  /** `schema.table` of what it is about, for its place in the SQL. */
  readonly relation?: string
}

/** Rows that each side holds of a relation that was rebuilt, by `schema.table`. */
export type InputRows = ReadonlyMap<string, { readonly base: number; readonly head: number }>

/** Most telling first. Two equal plans have none. */
export function reasonsOf(base: PlanProfile, head: PlanProfile, inputs: InputRows = new Map()): readonly Reason[] {
  const added = [...joinReasons(base, head, 'more'), ...scanReasons(base, head, inputs, 'more')]
  const gone = [...joinReasons(head, base, 'less'), ...scanReasons(head, base, inputs, 'less')]
  return [...added, ...gone]
}

/** What `more` does that `less` does not. */
function joinReasons(less: PlanProfile, more: PlanProfile, direction: Reason['direction']): readonly Reason[] {
  return [
    ...newJoins(less, more, (join) => join.kind === 'cross' && isMany(join)).map((join) =>
      reason('cross-join', direction, join, {
        more: `new cross join: ${grouped(join.leftRows)} × ${grouped(join.rightRows)} rows`,
        less: `a cross join is gone: ${grouped(join.leftRows)} × ${grouped(join.rightRows)} rows`,
      }),
    ),
    ...newJoins(less, more, (join) => join.kind === 'loop' && isMany(join)).map((join) =>
      reason('loop-join', direction, join, {
        more: `new join without an equality: every one of ${grouped(join.leftRows)} rows is held against ${grouped(join.rightRows)}`,
        less: 'a join without an equality is gone',
      }),
    ),
    ...newJoins(less, more, isFanOut).map((join) =>
      reason('fan-out', direction, join, {
        more: `joins many to many${onText(join)}: ${grouped(join.leftRows)} and ${grouped(join.rightRows)} rows become ${grouped(join.rows)}`,
        less: `no longer joins many to many${onText(join)}`,
      }),
    ),
  ]
}

const isMany = ({ leftRows, rightRows }: JoinProfile): boolean => leftRows > 1 && rightRows > 1

/** More rows come out than went in on either side: each side's key repeats. */
function isFanOut({ kind, leftRows, rightRows, rows }: JoinProfile): boolean {
  return kind === 'keyed' && rows > 1.01 * Math.max(leftRows, rightRows)
}

/** Joins of `more` that `less` has no counterpart for: as many, over the same relations, count as the same. */
function newJoins(
  less: PlanProfile,
  more: PlanProfile,
  belongs: (join: JoinProfile) => boolean,
): readonly JoinProfile[] {
  const known = less.joins.filter(belongs).map(({ relations }) => relations.join())
  return more.joins.filter(belongs).filter(({ relations }) => {
    const at = known.indexOf(relations.join())
    if (at >= 0) known.splice(at, 1)
    return at < 0
  })
}

function scanReasons(
  less: PlanProfile,
  more: PlanProfile,
  inputs: InputRows,
  direction: Reason['direction'],
): readonly Reason[] {
  const known = new Map(passesOf(less).map((passes) => [passes.relation, passes]))
  return passesOf(more).flatMap((passes): readonly Reason[] => {
    const before = known.get(passes.relation)
    const about = { relations: [passes.relation] }
    if (before === undefined) {
      return [
        reason(direction === 'more' ? 'new-input' : 'input-gone', direction, about, {
          more: `now reads ${named(passes.relation)}: ${counted(passes.rowsScanned)}`,
          less: `no longer reads ${named(passes.relation)}: ${counted(passes.rowsScanned)}`,
        }),
      ]
    }
    return [
      ...filterReason(before, passes, direction === 'more' ? more : less, inputs, direction),
      ...columnReason(before, passes, direction),
      ...passReason(before, passes, direction),
    ]
  })
}

/** More rows are scanned, or leave the scan, of one and the same relation. */
function filterReason(
  before: Passes,
  passes: Passes,
  head: PlanProfile,
  inputs: InputRows,
  direction: Reason['direction'],
): readonly Reason[] {
  const about = { relations: [passes.relation] }
  const name = named(passes.relation)
  // A second pass over a relation has its own reason.
  if (passes.count !== before.count) return []
  const lost = before.filtered.filter((column) => !passes.filtered.includes(column))
  const scansMore = passes.rowsScanned > before.rowsScanned
  const size = inputs.get(passes.relation)
  if (lost.length === 0) {
    if (!scansMore) return []
    if (size !== undefined && size.base !== size.head) {
      return [
        reason('input-size', direction, about, {
          more: `${name} has ${counted(size.head)} instead of ${grouped(size.base)}`,
          less: `${name} has ${counted(size.head)} instead of ${grouped(size.base)}`,
        }),
      ]
    }
    if (passes.filtered.length === 0) return []
    const columns = list(passes.filtered)
    return [
      reason('less-skipped', direction, about, {
        more: `scans ${counted(passes.rowsScanned)} of ${name} instead of ${grouped(before.rowsScanned)}: the filter on ${columns} no longer skips what it does not need`,
        less: `scans ${counted(before.rowsScanned)} of ${name} instead of ${grouped(passes.rowsScanned)}: the filter on ${columns} now skips what it does not need`,
      }),
    ]
  }
  if (!scansMore && passes.rows <= before.rows) return []
  const whole = passes.filtered.length === 0 ? ` whole` : ''
  const late = direction === 'more' && lost.some((column) => head.filteredLate.includes(column))
  return [
    late
      ? reason('filter-late', direction, about, {
          more: `now scans ${name}${whole}: the filter on ${list(lost)} is no longer pushed down`,
          less: '',
        })
      : reason('filter-gone', direction, about, {
          more: `now scans ${name}${whole}: ${counted(passes.rows)} instead of ${grouped(before.rows)}, with no filter on ${list(lost)}`,
          less: `${name} is now filtered on ${list(lost)}: ${counted(before.rows)} instead of ${grouped(passes.rows)}`,
        }),
  ]
}

function columnReason(before: Passes, passes: Passes, direction: Reason['direction']): readonly Reason[] {
  const [few, many] = [before.columns.length, passes.columns.length]
  // A column that a new filter looks at is no loss of a projection.
  const read = passes.columns.filter((column) => !before.columns.includes(column) && !passes.filtered.includes(column))
  if (many <= few || read.length === 0) return []
  const name = named(passes.relation)
  return [
    reason(
      'columns',
      direction,
      { relations: [passes.relation] },
      {
        more: `reads ${plural(many, 'column')} of ${name} instead of ${grouped(few)}`,
        less: `reads ${plural(few, 'column')} of ${name} instead of ${grouped(many)}`,
      },
    ),
  ]
}

function passReason(before: Passes, passes: Passes, direction: Reason['direction']): readonly Reason[] {
  if (passes.count <= before.count) return []
  const name = named(passes.relation)
  return [
    reason(
      'passes',
      direction,
      { relations: [passes.relation] },
      {
        more: `scans ${name} ${plural(passes.count, 'time')} instead of ${grouped(before.count)}`,
        less: `scans ${name} ${plural(before.count, 'time')} instead of ${grouped(passes.count)}`,
      },
    ),
  ]
}

function reason(
  kind: Reason['kind'],
  direction: Reason['direction'],
  { relations }: { readonly relations: readonly string[] },
  words: Readonly<Record<Reason['direction'], string>>,
): Reason {
  const relation = relations.at(-1)
  return { kind, direction, message: words[direction], ...(relation !== undefined && { relation }) }
}

const onText = ({ conditions }: JoinProfile): string =>
  conditions.length === 0 ? '' : ` on ${named(conditions.join(' and '))}`
const list = (names: readonly string[]): string => names.map(named).join(', ')
/** A backtick inside a name would end the quotation. The default schema says nothing. */
const named = (name: string): string => `\`${name.replace(/^main\./, '').replaceAll('`', "'")}\``
const plural = (n: number, one: string): string => `${grouped(n)} ${one}${n === 1 ? '' : 's'}`
const counted = (n: number): string => plural(n, 'row')
