import type { Column, Row } from '../ports/warehouse.ts'
import type { CheckPlace } from '../project/check-places.ts'
import type { BrokenContract, Contract } from '../project/model.ts'
import type { Relation } from '../sql/relation.ts'
import type { ContractFinding } from './result.ts'
import { identifier, join, sql, type Sql } from '../sql/sql.ts'
import { compareType } from './contract-type.ts'

/** One clause that a relation breaks. `clause` is the same on both sides for the same clause. */
export interface Violation {
  readonly clause: string
  readonly message: string
  readonly severity: 'error' | 'warning'
  /** It could not be told whether the clause holds. */
  readonly unchecked?: true
  readonly place: Extract<CheckPlace, { kind: 'contract' }>
}

/** The relation's columns in which a NULL would break the contract, as the relation spells them. */
export function columnsWithoutNull(contract: Contract, columns: readonly Column[]): readonly string[] {
  const declared = new Map(contract.columns.map((column) => [column.name.toLowerCase(), column]))
  return columns.flatMap(({ name }) => {
    const clause = declared.get(name.toLowerCase())
    const checked = clause === undefined ? contract.noNewNullable && declared.size > 0 : clause.nullable === false
    return checked ? [name] : []
  })
}

/** One pass: the NULLs of each column. `readNullCounts` reads it. */
export function nullCountsQuery(relation: Relation, columns: readonly string[]): Sql {
  const counts = columns.map(
    (column, index) => sql`count(*) - count(${identifier(column)}) AS ${identifier(`n${String(index)}`)}`,
  )
  return sql`SELECT ${join(counts)} FROM ${relation} AS contracted`
}

export function readNullCounts(columns: readonly string[], row: Row | undefined): ReadonlyMap<string, bigint> {
  return new Map(
    columns.map((column, index) => [column.toLowerCase(), BigInt(Number(row?.[`n${String(index)}`] ?? 0))]),
  )
}

/** Every clause that the relation breaks; nullability is that of its rows, since a table of a SELECT declares none. */
export function violationsOf(
  contract: Contract | BrokenContract,
  columns: readonly Column[],
  nulls: ReadonlyMap<string, bigint>,
): readonly Violation[] {
  if ('fault' in contract) {
    return [
      { clause: 'file', severity: 'error', message: `cannot be read: ${contract.fault}`, place: { kind: 'contract' } },
    ]
  }
  const present = new Map(columns.map((column) => [column.name.toLowerCase(), column]))
  const lacks = (name: string): boolean => !present.has(name.toLowerCase())
  return [
    ...missing(contract.required.filter(lacks), 'required'),
    ...missing(contract.protected.filter(lacks), 'protected'),
    ...contract.columns.flatMap((clause) => {
      const column = present.get(clause.name.toLowerCase())
      return column === undefined ? undeclared(contract, clause.name) : columnViolations(clause, column, nulls)
    }),
    ...newNullable(contract, columns, nulls),
  ]
}

/** Tells head's violations apart from those that base had too, and names what base's contract broke and head keeps. */
export function contractFindings(
  base: readonly Violation[] | undefined,
  head: readonly Violation[],
): readonly ContractFinding[] {
  const onBase = new Set(base?.map(({ clause }) => clause))
  const onHead = new Set(head.map(({ clause }) => clause))
  const told = ({ message, severity, place }: Violation, status: ContractFinding['status']): ContractFinding => ({
    message,
    severity,
    status,
    place,
  })
  return [
    ...head.map((violation) => {
      if (violation.unchecked === true) return told(violation, 'not_checked')
      return told(violation, onBase.has(violation.clause) ? 'old' : 'new')
    }),
    ...(base ?? [])
      .filter(({ clause, unchecked }) => unchecked !== true && !onHead.has(clause))
      .map((violation) => told(violation, 'fixed')),
  ]
}

function missing(names: readonly string[], rule: 'required' | 'protected'): readonly Violation[] {
  return names.map((name) => ({
    clause: JSON.stringify([rule, name.toLowerCase()]),
    severity: 'error',
    message: `the ${rule} column ${quoted(name)} is missing`,
    place: { kind: 'contract', column: name, rule },
  }))
}

/** A declared column that is not there and that no rule asks for. */
function undeclared({ required, protected: kept }: Contract, name: string): readonly Violation[] {
  const asked = [...required, ...kept].some((other) => other.toLowerCase() === name.toLowerCase())
  if (asked) return []
  const message = `the column ${quoted(name)}, which it declares, is missing`
  const place = { kind: 'contract', column: name } as const
  return [{ clause: JSON.stringify(['declared', name.toLowerCase()]), severity: 'warning', message, place }]
}

function columnViolations(
  { name, type, nullable }: Contract['columns'][number],
  column: Column,
  nulls: ReadonlyMap<string, bigint>,
): readonly Violation[] {
  const place = { kind: 'contract', column: name } as const
  const found: Violation[] = []
  const compared = type === undefined ? 'same' : compareType(column.type, type)
  if (type !== undefined && compared !== 'same') {
    const message = `column ${quoted(name)} is ${quoted(column.type)}; the contract says ${quoted(type)}`
    const clause = JSON.stringify(['type', name.toLowerCase(), type])
    if (compared === 'other') found.push({ clause, severity: 'error', message, place })
    else
      found.push({
        clause,
        severity: 'warning',
        unchecked: true,
        message: `${message}, which cannot be checked`,
        place,
      })
  }
  const count = nulls.get(name.toLowerCase()) ?? 0n
  if (nullable === false && count > 0n) {
    const message = `column ${quoted(name)} is NULL in ${rows(count)}; the contract says it never is`
    found.push({ clause: JSON.stringify(['null', name.toLowerCase()]), severity: 'error', message, place })
  }
  return found
}

function newNullable(
  { noNewNullable, columns: declared }: Contract,
  columns: readonly Column[],
  nulls: ReadonlyMap<string, bigint>,
): readonly Violation[] {
  if (!noNewNullable) return []
  const place = { kind: 'contract', rule: 'no_new_nullable' } as const
  if (declared.length === 0) {
    const message = '`no_new_nullable` says nothing: the contract declares no column'
    return [{ clause: 'no_new_nullable', severity: 'error', message, place }]
  }
  const known = new Set(declared.map(({ name }) => name.toLowerCase()))
  return columns
    .filter(({ name }) => !known.has(name.toLowerCase()) && (nulls.get(name.toLowerCase()) ?? 0n) > 0n)
    .map(({ name }) => ({
      clause: JSON.stringify(['new', name.toLowerCase()]),
      severity: 'error',
      message: `column ${quoted(name)}, which the contract does not declare, is NULL in ${rows(nulls.get(name.toLowerCase()) ?? 0n)}`,
      place,
    }))
}

const quoted = (name: string): string => `\`${name.replaceAll('`', "'")}\``
const rows = (count: bigint): string => `${String(count)} ${count === 1n ? 'row' : 'rows'}`
