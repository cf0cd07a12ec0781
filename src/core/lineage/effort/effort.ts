import type { Effort, EffortOperator, Key } from '../../ports/effort.ts'
import type { Column } from '../../ports/warehouse.ts'
import type { Relation } from '../../sql/relation.ts'
import { isPlanNode, listAt, nodesAt, textAt, type PlanNode } from '../shape/plan-node.ts'
import { relationOf } from '../shape/scans.ts'
import { conditionsOf, joiningKeys } from './conditions.ts'
import { callsIn, columnsOf, originOf, type PlanColumn } from './expressions.ts'
import { isFixed, typeName, valuesOf } from './values.ts'

/** Rows of what tells nothing of its own. */
const SOME_ROWS = 1_000
/** Elements of a list, as a guess. */
const ELEMENTS = 4
/** Column numbers from here on are not columns: `rowid` and its like. */
const FIRST_VIRTUAL_COLUMN = 2 ** 62

/** What a bound, unoptimised plan has to do. Scans are named by `identify`. What is not known counts as passing its rows on. */
export function effortOf(
  plan: unknown,
  outputs: readonly Column[],
  identify: (relation: Required<Relation>) => string,
): Effort {
  const reader = new Reader(identify)
  const [root] = isPlanNode(plan) ? nodesAt(plan, 'plans') : []
  const columns = root === undefined ? [] : reader.read(root).columns
  return {
    operators: reader.operators,
    written: valuesOf(outputs.map(({ type }) => type)),
    outputs: outputs.flatMap(({ name }, index) => {
      const column = columns[index]
      return column?.isPlain === true && column.origin !== undefined ? [{ name, origin: column.origin }] : []
    }),
  }
}

/** The place of an operator, and the columns that leave it, as far as they are known. */
interface Read {
  readonly at: number
  readonly columns: readonly PlanColumn[]
}

class Reader {
  readonly operators: EffortOperator[] = []
  readonly #identify: (relation: Required<Relation>) => string
  /** Of a CTE's number: what makes it. */
  readonly #made = new Map<string, Read>()
  /** Rows that a correlated subquery is answered for. */
  readonly #outer: Read[] = []
  /** Products that the filter above them may make joins of. */
  #products: number[] = []

  constructor(identify: (relation: Required<Relation>) => string) {
    this.#identify = identify
  }

  read(node: PlanNode): Read {
    switch (textAt(node, 'type')) {
      case 'LOGICAL_GET':
        return this.#scan(node)
      case 'LOGICAL_EXPRESSION_GET':
        return this.#add({ kind: 'given', inputs: [], rows: listAt(node, 'expressions').length })
      case 'LOGICAL_DUMMY_SCAN':
        return this.#add({ kind: 'given', inputs: [], rows: 1 })
      case 'LOGICAL_DELIM_GET':
        return this.#outer.at(-1) ?? this.#add({ kind: 'given', inputs: [], rows: SOME_ROWS })
      case 'LOGICAL_PROJECTION': {
        const [{ at, columns }] = this.#below(node)
        const expressions = listAt(node, 'expressions')
        return this.#add(
          { kind: 'compute', inputs: [at], calls: callsIn(expressions) },
          columnsOf(expressions, columns),
        )
      }
      case 'LOGICAL_FILTER':
        return this.#filter(node)
      case 'LOGICAL_CROSS_PRODUCT': {
        const read = this.#pair(node, { kind: 'join', inputs: [], on: 'nothing', rows: 'matches', keys: [] })
        this.#products.push(read.at)
        return read
      }
      case 'LOGICAL_COMPARISON_JOIN':
      case 'LOGICAL_ASOF_JOIN':
      case 'LOGICAL_ANY_JOIN':
        return this.#join(node)
      case 'LOGICAL_DELIM_JOIN':
        return this.#correlated(node)
      case 'LOGICAL_EXCEPT':
      case 'LOGICAL_INTERSECT':
        return this.#pair(node, { kind: 'join', inputs: [], on: 'keys', rows: 'left', keys: [] })
      case 'LOGICAL_AGGREGATE_AND_GROUP_BY':
        return this.#group(node)
      case 'LOGICAL_DISTINCT': {
        const [{ at, columns }] = this.#below(node)
        const keys = nodesAt(node, 'distinct_targets').map((target) => keyOf(target, columns))
        return this.#add({ kind: 'group', inputs: [at], keys, functions: 0, distinct: 0 }, columns)
      }
      case 'LOGICAL_WINDOW': {
        const [{ at, columns }] = this.#below(node)
        const made = columnsOf(listAt(node, 'expressions'), [])
        return this.#add({ kind: 'window', inputs: [at], functions: Math.max(1, made.length) }, [...columns, ...made])
      }
      case 'LOGICAL_ORDER_BY': {
        const [{ at, columns }] = this.#below(node)
        return this.#add({ kind: 'sort', inputs: [at], values: sortedBy(node) }, columns)
      }
      case 'LOGICAL_LIMIT':
        return this.#limit(node)
      case 'LOGICAL_UNNEST': {
        const [{ at, columns }] = this.#below(node)
        const made = columnsOf(listAt(node, 'expressions'), [])
        return this.#add({ kind: 'union', inputs: [at], times: ELEMENTS }, [...columns, ...made])
      }
      case 'LOGICAL_MATERIALIZED_CTE':
      case 'LOGICAL_RECURSIVE_CTE':
        return this.#cte(node)
      case 'LOGICAL_CTE_REF':
        return this.#made.get(textAt(node, 'cte_index')) ?? this.#add({ kind: 'given', inputs: [], rows: SOME_ROWS })
      default: {
        const read = this.#below(node)
        return this.#add({ kind: 'union', inputs: read.map(({ at }) => at), times: 1 }, read[0].columns)
      }
    }
  }

  #add(operator: EffortOperator, columns: readonly PlanColumn[] = []): Read {
    this.operators.push(operator)
    return { at: this.operators.length - 1, columns }
  }

  /** At least one. */
  #below(node: PlanNode): readonly [Read, ...Read[]] {
    const [first, ...others] = nodesAt(node, 'children').map((child) => this.read(child))
    return [first ?? this.#add({ kind: 'given', inputs: [], rows: 1 }), ...others]
  }

  #scan(node: PlanNode): Read {
    const stored = node['function_data']
    if (!isPlanNode(stored) || typeof stored['table'] !== 'string') {
      if (listAt(node, 'children').length === 0) return this.#add({ kind: 'given', inputs: [], rows: SOME_ROWS })
      return this.#add({ kind: 'union', inputs: this.#below(node).map(({ at }) => at), times: ELEMENTS })
    }
    const relation = this.#identify(relationOf(stored))
    const columns = nodesAt(node, 'column_indexes').map(({ index }): PlanColumn & { readonly isVirtual: boolean } => {
      const type = typeName(listAt(node, 'returned_types')[Number(index)])
      const column = String(listAt(node, 'names')[Number(index)]).toLowerCase()
      const isVirtual = Number(index) >= FIRST_VIRTUAL_COLUMN
      return isVirtual
        ? { type: 'BIGINT', isPlain: false, isVirtual }
        : { type, isPlain: true, origin: { relation, column }, isVirtual }
    })
    const read = columns.filter(({ isVirtual }) => !isVirtual).map(({ type }) => type)
    return this.#add({ kind: 'scan', inputs: [], relation, values: valuesOf(read) }, columns)
  }

  #filter(node: PlanNode): Read {
    const expressions = nodesAt(node, 'expressions')
    const before = this.#products
    this.#products = []
    const [{ at, columns }] = this.#below(node)
    const { keys, others } = joiningKeys(expressions, columns)
    const products = this.#products.splice(0, keys.length)
    this.#products = before
    for (const [index, place] of products.entries()) {
      const product = this.operators[place]
      if (product?.kind === 'join')
        this.operators[place] = { ...product, on: 'keys', keys: keys.slice(index, index + 1) }
    }
    const conditions = [...conditionsOf(others, columns), ...keys.slice(products.length).map(() => EQUAL)]
    return this.#add({ kind: 'filter', inputs: [at], calls: callsIn(expressions), conditions }, columns)
  }

  #pair(node: PlanNode, operator: EffortOperator & { readonly kind: 'join' }): Read {
    const read = this.#below(node)
    const columns = operator.rows === 'left' ? read[0].columns : read.flatMap((one) => one.columns)
    return this.#add({ ...operator, inputs: read.map(({ at }) => at) }, columns)
  }

  #join(node: PlanNode): Read {
    const [left, right] = this.#below(node)
    return this.#add(joinOf(node, left, right), [
      ...left.columns,
      ...(LEFT_ALONE.has(textAt(node, 'join_type')) ? [] : (right?.columns ?? [])),
    ])
  }

  #correlated(node: PlanNode): Read {
    const [first, second] = nodesAt(node, 'children')
    const [outer, inner] = node['delim_flipped'] === true ? [second, first] : [first, second]
    if (outer === undefined || inner === undefined) return this.#join(node)
    const left = this.read(outer)
    this.#outer.push(left)
    const right = this.read(inner)
    this.#outer.pop()
    const inputs = [left.at, right.at]
    return this.#add({ kind: 'join', inputs, on: 'keys', rows: 'left', keys: [] }, [...left.columns, ...right.columns])
  }

  #group(node: PlanNode): Read {
    const [{ at, columns }] = this.#below(node)
    const groups = nodesAt(node, 'groups')
    const functions = nodesAt(node, 'expressions')
    const distinct = functions.filter((one) => textAt(one, 'aggregate_type') === 'DISTINCT').length
    const keys = groups.map((group) => keyOf(group, columns))
    return this.#add({ kind: 'group', inputs: [at], keys, functions: functions.length, distinct }, [
      ...columnsOf(groups, columns),
      ...columnsOf(functions, []),
    ])
  }

  #limit(node: PlanNode): Read {
    const bound = node['limit_val']
    const isConstant = isPlanNode(bound) && textAt(bound, 'type') === 'CONSTANT_VALUE'
    const [child] = nodesAt(node, 'children')
    // The first of a sorted list are kept without sorting it.
    const isTop = child !== undefined && textAt(child, 'type') === 'LOGICAL_ORDER_BY'
    const [{ at, columns }] = this.#below(isTop ? child : node)
    const looked = isTop ? this.#add({ kind: 'compute', inputs: [at], calls: { plain: 2, text: 0 } }).at : at
    return this.#add(
      { kind: 'limit', inputs: [looked], ...(isConstant && { rows: Number(bound['constant_integer']) }) },
      columns,
    )
  }

  #cte(node: PlanNode): Read {
    const [definition, query] = nodesAt(node, 'children')
    if (definition === undefined || query === undefined)
      return this.#add({ kind: 'given', inputs: [], rows: SOME_ROWS })
    this.#made.set(textAt(node, 'table_index'), this.read(definition))
    return this.read(query)
  }
}

const EQUAL = { is: 'equal' } as const
const KEYED = new Set(['COMPARE_EQUAL', 'COMPARE_NOT_DISTINCT_FROM'])
/** Joins that add no row: an answer for each row of the left side. */
const ANSWERING = new Set(['SEMI', 'ANTI', 'MARK', 'SINGLE'])
const LEFT_ALONE = new Set(['SEMI', 'ANTI'])

function joinOf(node: PlanNode, left: Read, right: Read | undefined): EffortOperator {
  const type = textAt(node, 'join_type')
  const keyed = nodesAt(node, 'conditions').filter((condition) => KEYED.has(textAt(condition, 'comparison')))
  const isAsOf = textAt(node, 'type') === 'LOGICAL_ASOF_JOIN'
  return {
    kind: 'join',
    inputs: [left.at, ...(right === undefined ? [] : [right.at])],
    on: keyed.length > 0 || isAsOf ? 'keys' : 'condition',
    rows: ANSWERING.has(type) ? 'left' : type === 'INNER' ? 'matches' : 'all',
    keys: keyed.map((condition) => ({
      left: originOf(condition['left'], left.columns),
      right: originOf(condition['right'], right?.columns ?? []),
    })),
  }
}

const FEW = new Set(['BOOLEAN', 'ENUM', 'TINYINT', 'UTINYINT'])

function keyOf(expression: PlanNode, columns: readonly PlanColumn[]): Key {
  const type = typeName(expression['return_type'])
  const kind = FEW.has(type) ? 'few' : type === 'DATE' ? 'date' : 'other'
  const origin = originOf(expression, columns)
  return { kind, isText: !isFixed(type), ...(origin !== undefined && { origin }) }
}

function sortedBy(node: PlanNode): ReturnType<typeof valuesOf> {
  const expressions = nodesAt(node, 'orders').flatMap(({ expression }) => (isPlanNode(expression) ? [expression] : []))
  return valuesOf(expressions.map((expression) => typeName(expression['return_type'])))
}
