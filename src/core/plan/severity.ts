import { grouped } from '../base/grouped.ts'
import type { Strategy } from '../project/model.ts'
import type { PlannedModel } from './plan.ts'
import { formatRelation } from '../sql/relation.ts'
import { compareTypes } from './type-change.ts'

/** How much a reader of the model may have to do. Worst first in `severities`. */
export type Severity = 'breaking' | 'warning' | 'info' | 'none'

/** Something that a reviewer should know about one model. Names in `message` stand in backticks. */
export interface Finding {
  readonly code: string
  readonly severity: Exclude<Severity, 'none'>
  readonly message: string
}

/** What is known of a model's two relations; a ModelDiff's comparison fits. Undefined parts were not compared. */
export interface Observed {
  readonly columns?: readonly {
    readonly name: string
    readonly change: 'same' | 'added' | 'removed' | 'retyped' | 'renamed'
    readonly renamedFrom?: string
    readonly typeBase?: string
    readonly typeHead?: string
    readonly moved?: true
    readonly nulls?: { readonly base: bigint; readonly head: bigint }
    readonly misfits?: bigint
  }[]
  readonly key?: {
    readonly columns: readonly string[]
    readonly duplicatesBase: { readonly keys: bigint }
    readonly duplicatesHead: { readonly keys: bigint; readonly rows: bigint }
    readonly nullsBase: bigint
    readonly nullsHead: bigint
    readonly unusable?: { readonly columns: readonly string[]; readonly missing: readonly string[] }
  }
  readonly rows?: { readonly added: bigint; readonly removed: bigint; readonly changed: bigint }
}

const severities = ['breaking', 'warning', 'info', 'none'] as const

/** The worst severity of the findings; none when there are none. */
export function worst(findings: readonly { readonly severity: Severity }[]): Severity {
  return severities.find((severity) => findings.some((finding) => finding.severity === severity)) ?? 'none'
}

/** What the change means for those who read the model: of the definition first, then of the data. */
export function findingsOf(planned: PlannedModel, observed: Observed = {}): readonly Finding[] {
  const definition = definitionFindings(planned)
  if (planned.change.kind === 'added' || planned.change.kind === 'removed') return definition
  return [...definition, ...findingsOfData(observed)]
}

/** The same of two relations that no plan knows. */
export function findingsOfData(observed: Observed): readonly Finding[] {
  return [
    ...keyFindings(observed),
    ...columnFindings(observed),
    ...orderFindings(observed),
    ...nullFindings(observed),
    ...rowFindings(observed),
  ]
}

function definitionFindings({ change, base, head, name }: PlannedModel): readonly Finding[] {
  if (change.kind === 'added') return [{ code: 'model.added', severity: 'info', message: 'new model' }]
  if (change.kind === 'removed')
    return [{ code: 'model.removed', severity: 'breaking', message: 'the model is removed' }]
  const findings: Finding[] = []
  if (change.kind === 'metadata') findings.push(metadataFinding(change.fields))
  if (change.kind === 'renamed') {
    findings.push({
      code: 'model.renamed',
      severity: 'info',
      message: `renamed from ${quoted(change.from)} to ${quoted(name)}`,
    })
  }
  if (base === undefined || head === undefined) return findings
  findings.push(...strategyFindings(base.strategy, head.strategy))
  const was = formatRelation(base.target)
  const is = formatRelation(head.target)
  if (was !== is) {
    findings.push({
      code: 'model.target',
      severity: 'breaking',
      message: `fills ${quoted(is)} now, and ${quoted(was)} no longer`,
    })
  }
  return findings
}

function metadataFinding(fields: readonly string[]): Finding {
  const which = fields.length === 0 ? '' : `: ${fields.map(quoted).join(', ')}`
  return { code: 'model.metadata', severity: 'info', message: `only settings that change no data${which}` }
}

function strategyFindings(base: Strategy, head: Strategy): readonly Finding[] {
  if (base.kind !== head.kind) {
    const message = `built as ${quoted(head.kind)}; it was ${quoted(base.kind)}`
    return [{ code: 'model.materialization', severity: 'breaking', message }]
  }
  const was = keyOf(base).join(', ')
  const is = keyOf(head).join(', ')
  if (was !== is) {
    return [{ code: 'model.key', severity: 'breaking', message: `its key is ${quoted(is)}; it was ${quoted(was)}` }]
  }
  if (JSON.stringify(base) === JSON.stringify(head)) return []
  return [
    {
      code: 'model.strategy',
      severity: 'warning',
      message: `the settings of its ${quoted(head.kind)} strategy change`,
    },
  ]
}

/** The columns by which a strategy finds the rows that it replaces. */
function keyOf(strategy: Strategy): readonly string[] {
  switch (strategy.kind) {
    case 'merge':
      return strategy.uniqueKey
    case 'delete_insert':
      return strategy.partitionBy
    case 'incremental':
    case 'microbatch':
      return [strategy.timestampColumn]
    case 'time_interval':
      return [strategy.timeColumn]
    default:
      return []
  }
}

function keyFindings({ key }: Observed): readonly Finding[] {
  if (key === undefined) return []
  const { columns, duplicatesBase, duplicatesHead, nullsBase, nullsHead, unusable } = key
  const findings: Finding[] = []
  if (unusable !== undefined) {
    const message = `its declared key ${unusable.columns.map(quoted).join(', ')} cannot be used: ${unusable.missing.map(quoted).join(', ')} is not on both sides`
    findings.push({ code: 'key.missing', severity: 'warning', message })
  }
  const name = columns.map(quoted).join(', ')
  if (duplicatesBase.keys === 0n && duplicatesHead.keys > 0n) {
    const message = `key ${name} is no longer unique: ${grouped(duplicatesHead.keys)} ${duplicatesHead.keys === 1n ? 'key stands' : 'keys stand'} in ${grouped(duplicatesHead.rows)} rows`
    findings.push({ code: 'key.duplicated', severity: 'breaking', message })
  }
  if (columns.length > 0 && nullsBase === 0n && nullsHead > 0n) {
    const message = `key ${name} holds a NULL in ${grouped(nullsHead)} ${nullsHead === 1n ? 'row' : 'rows'}; on base it never does`
    findings.push({ code: 'key.null', severity: 'breaking', message })
  }
  return findings
}

function columnFindings({ columns = [] }: Observed): readonly Finding[] {
  return columns.flatMap((column): readonly Finding[] => {
    const { name, change, renamedFrom = '', typeBase = '', typeHead = '', misfits } = column
    if (change === 'same') return []
    if (change === 'removed')
      return [{ code: 'column.removed', severity: 'breaking', message: `column ${quoted(name)} is removed` }]
    if (change === 'renamed') return [renameFinding(name, renamedFrom, typeBase, typeHead)]
    if (change === 'added')
      return [{ code: 'column.added', severity: 'info', message: `column ${quoted(name)} is new` }]
    return [typeFinding(name, typeBase, typeHead, misfits)]
  })
}

/** Whoever reads it by its old name no longer finds it. */
function renameFinding(name: string, from: string, base: string, head: string): Finding {
  const type = base === head ? '' : `, and is ${quoted(head)}; it was ${quoted(base)}`
  const message = `column ${quoted(from)} is called ${quoted(name)} now${type}`
  return { code: 'column.renamed', severity: 'breaking', message }
}

function typeFinding(name: string, base: string, head: string, misfits: bigint | undefined): Finding {
  const message = `column ${quoted(name)} is ${quoted(head)}; it was ${quoted(base)}`
  const change = compareTypes(base, head)
  if (change === 'narrower') {
    const fit = misfits === undefined ? '' : `, and ${misfitsOf(misfits)}`
    return { code: 'column.narrowed', severity: 'breaking', message: `${message}, which holds more${fit}` }
  }
  if (change === 'wider') return { code: 'column.widened', severity: 'info', message }
  return { code: 'column.retyped', severity: 'warning', message }
}

function misfitsOf(count: bigint): string {
  if (count === 0n) return 'every value of base fits'
  return count === 1n ? '1 value of base does not fit' : `${grouped(count)} values of base do not fit`
}

/** Whoever reads columns by their places reads others now. */
function orderFindings({ columns = [] }: Observed): readonly Finding[] {
  const moved = columns.filter((column) => column.moved === true).map(({ name }) => quoted(name))
  if (moved.length === 0) return []
  const more = moved.length > 3 ? ` and ${String(moved.length - 3)} more` : ''
  const message = `${moved.length === 1 ? 'column' : 'columns'} ${moved.slice(0, 3).join(', ')}${more} ${moved.length === 1 ? 'stands in another place' : 'stand in other places'}`
  return [{ code: 'order.columns', severity: 'warning', message }]
}

/** Columns that hold NULLs now, or no longer; a NULL in a key is told with the key. */
function nullFindings({ columns = [], key }: Observed): readonly Finding[] {
  return columns.flatMap(({ name, nulls }): readonly Finding[] => {
    if (nulls === undefined) return []
    const isKey = key?.columns.some((column) => column.toLowerCase() === name.toLowerCase()) === true
    const [code, side, rows] =
      nulls.base === 0n ? (['nulls.new', 'head', nulls.head] as const) : (['nulls.gone', 'base', nulls.base] as const)
    if (isKey && code === 'nulls.new') return []
    const many = `${grouped(rows)} ${rows === 1n ? 'row' : 'rows'}`
    const message =
      side === 'head'
        ? `column ${quoted(name)} is NULL in ${many}; on base it never is`
        : `column ${quoted(name)} is never NULL; on base it is in ${many}`
    return [{ code, severity: 'warning', message }]
  })
}

function rowFindings({ columns = [], rows }: Observed): readonly Finding[] {
  if (rows === undefined || columns.some(({ change }) => change !== 'same')) return []
  if (rows.added === 0n && rows.removed === 0n && rows.changed === 0n) return []
  return [{ code: 'rows.changed', severity: 'warning', message: 'rows differ, and the columns do not' }]
}

const quoted = (name: string): string => `\`${name.replaceAll('`', "'")}\``
