import type { JoinProfile, PlanProfile, ScanProfile } from '../../core/ports/profile.ts'
import { linesOf, namesIn, operatorsOf, scannedTable, type Operator } from './profile.ts'
import { bytesOfRow, type Widths } from './widths.ts'

/** What we make of an analysed plan. `widthsOf` knows the tables by the names that the plan has for them. */
export function planProfile(root: Operator, widthsOf: (table: string) => Widths | undefined): PlanProfile {
  const operators = [...operatorsOf(root)]
  return {
    scans: operators.flatMap((operator) => {
      const table = scannedTable(operator)
      return table === undefined ? [] : [scanOf(operator, table, widthsOf(table))]
    }),
    joins: operators.flatMap((operator) => joinOf(operator) ?? []),
    filteredLate: sorted(
      operators
        .filter(({ operator_type }) => operator_type === 'FILTER')
        .flatMap(({ extra_info }) => linesOf(extra_info?.['Expression']).flatMap(namesIn)),
    ),
  }
}

function scanOf(scan: Operator, table: string, widths: Widths | undefined): ScanProfile {
  const { extra_info: info, operator_cardinality: rows = 0, operator_rows_scanned: rowsScanned = 0 } = scan
  const known = new Map([...(widths ?? new Map<string, number>()).keys()].map((name) => [name.toLowerCase(), name]))
  const filtered = linesOf(info?.['Filters'])
    .flatMap(namesIn)
    .flatMap((name) => known.get(name.toLowerCase()) ?? [])
  const columns = sorted([...linesOf(info?.['Projections']), ...filtered])
  const bytes = widths === undefined ? undefined : bytesOfRow(widths, columns)
  return {
    relation: withoutCatalog(table),
    columns,
    ...(widths !== undefined && { width: widths.size }),
    filtered: sorted(filtered),
    rowsScanned,
    rows,
    ...(bytes !== undefined && { bytes: Math.round(bytes * rowsScanned) }),
  }
}

const KEYED = new Set(['HASH_JOIN', 'PIECEWISE_MERGE_JOIN', 'ASOF_JOIN'])
const LOOPS = new Set(['NESTED_LOOP_JOIN', 'BLOCKWISE_NL_JOIN', 'IE_JOIN'])

function joinOf(operator: Operator): JoinProfile | undefined {
  const { operator_type: type = '', extra_info: info, operator_cardinality: rows = 0, children = [] } = operator
  const kind = type === 'CROSS_PRODUCT' ? 'cross' : LOOPS.has(type) ? 'loop' : KEYED.has(type) ? 'keyed' : undefined
  const [left, right] = children
  if (kind === undefined || left === undefined || right === undefined) return undefined
  return {
    kind,
    conditions: linesOf(info?.['Conditions'] ?? info?.['Condition']),
    leftRows: left.operator_cardinality ?? 0,
    rightRows: right.operator_cardinality ?? 0,
    rows,
    relations: sorted([...operatorsOf(operator)].flatMap((below) => scannedTable(below) ?? []).map(withoutCatalog)),
  }
}

const withoutCatalog = (table: string): string => table.slice(table.indexOf('.') + 1)

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
}
