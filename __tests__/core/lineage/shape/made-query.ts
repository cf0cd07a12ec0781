import fc from 'fast-check'

/** A made-up query: every part of it gives the integer columns k, a and b. `pick` decides the details of its kind. */
export interface MadeQuery {
  readonly kind: Kind
  readonly pick: number
  readonly inputs: readonly MadeQuery[]
}

const KINDS = {
  scan: 0,
  filter: 1,
  project: 1,
  group: 1,
  total: 1,
  window: 1,
  distinct: 1,
  ordered: 1,
  exists: 2,
  among: 2,
  scalar: 2,
  join: 2,
  sets: 2,
  lateral: 2,
  unnest: 1,
  sides: 1,
} as const
type Kind = keyof typeof KINDS

/** Joins and windows have most that can go wrong. */
const MADE: readonly Kind[] = [
  ...(Object.keys(KINDS) as Kind[]).filter((kind) => kind !== 'scan'),
  ...(['join', 'join', 'join', 'window', 'window'] as const),
]

export const madeQuery: fc.Arbitrary<MadeQuery> = fc.letrec<{ query: MadeQuery; scan: MadeQuery }>((tie) => ({
  scan: fc.record({ kind: fc.constant('scan' as const), pick: fc.nat(2), inputs: fc.constant([]) }),
  query: fc.oneof(
    { maxDepth: 3, depthSize: 'medium' },
    { arbitrary: tie('scan'), weight: 1 },
    {
      arbitrary: fc.record({
        kind: fc.constantFrom(...MADE),
        pick: fc.nat(9_999_999),
        inputs: fc.tuple(tie('query'), tie('query')),
      }),
      weight: 5,
    },
  ),
})).query

/** Each detail goes by a digit of its own, so that an edit can change one and leave the others. */
function digit(pick: number, place: number): number {
  return Math.floor(pick / 10 ** place) % 10
}

function withDigit(pick: number, place: number, to: number): number {
  return pick + (to - digit(pick, place)) * 10 ** place
}

/** The query with one detail of one of its parts changed, or with two inputs of one part exchanged. */
export function edited(query: MadeQuery, at: number, change: number): MadeQuery {
  const target = at % sizeOf(query)
  let seen = -1
  const walk = (part: MadeQuery): MadeQuery => {
    seen += 1
    const mine = seen === target
    const inputs = part.inputs.slice(0, KINDS[part.kind]).map(walk)
    if (!mine) return { ...part, inputs }
    return change % 9 === 0 && inputs.length === 2
      ? { ...part, inputs: inputs.toReversed() }
      : { ...part, inputs, pick: withDigit(part.pick, change % 7, Math.floor(change / 7) % 10) }
  }
  return walk(query)
}

function sizeOf({ kind, inputs }: MadeQuery): number {
  return inputs.slice(0, KINDS[kind]).reduce((sum, input) => sum + sizeOf(input), 1)
}

/** How a query is written. Nothing of this changes what it means. */
export interface Style {
  /** Inputs are CTEs. */
  readonly ctes: boolean
  readonly aliases: string
  /** Operands of AND and of = exchanged, casts that do nothing, parentheses. */
  readonly turned: boolean
}

export const PLAIN: Style = { ctes: false, aliases: 'q', turned: false }
export const OTHER: readonly Style[] = [
  { ctes: true, aliases: 'q', turned: false },
  { ctes: false, aliases: 'other', turned: true },
  { ctes: true, aliases: 'x', turned: true },
]

export function sqlOf(query: MadeQuery, style: Style): string {
  const ctes: string[] = []
  let count = 0
  const from = (part: MadeQuery): string => {
    count += 1
    const name = `${style.aliases}${String(count)}`
    const sql = render(part)
    if (!style.ctes) return `(${sql}) AS ${name}`
    ctes.push(`${name} AS (${sql})`)
    return name
  }
  const render = ({ kind, pick, inputs }: MadeQuery): string => {
    const [left, right] = inputs as [MadeQuery, MadeQuery]
    if (kind === 'scan') return `SELECT k, a, b FROM t${String(pick % 3)}`
    const spell = { style, pick }
    if (KINDS[kind] === 1) return ofOne(kind, spell, from(left))
    return ofTwo(kind, spell, from(left), from(right))
  }
  const sql = render(query)
  return ctes.length === 0 ? sql : `WITH ${ctes.join(', ')} ${sql}`
}

interface Spell {
  readonly style: Style
  readonly pick: number
}

function one<T>(list: readonly T[], pick: number): T {
  return list[pick % list.length] as T
}

const column = (pick: number): string => one(['k', 'a', 'b'], pick)

function and({ style }: Spell, first: string, second: string): string {
  return style.turned ? `((${second}) AND ${first})` : `${first} AND ${second}`
}

function equal({ style }: Spell, first: string, second: string): string {
  return style.turned ? `${second} = ${first}` : `${first} = ${second}`
}

function number({ style, pick }: Spell): string {
  const value = String((digit(pick, 6) % 5) - 1)
  return style.turned ? `CAST(${value} AS INTEGER)` : value
}

function predicate(spell: Spell, prefix: string): string {
  const { pick } = spell
  const [first, second] = [column(digit(pick, 0)), column(digit(pick, 1))].map((name) => `${prefix}${name}`) as [
    string,
    string,
  ]
  const simple = `${first} ${one(['>', '<', '>=', '<>', '='], digit(pick, 4))} ${number(spell)}`
  return one(
    [
      simple,
      and(spell, simple, `${second} IS NOT NULL`),
      `(${simple} OR ${second} > 1)`,
      equal(spell, first, second),
      `${first} IS DISTINCT FROM ${second}`,
      `${first} IN (1, 2, ${number(spell)})`,
      `${first} NOT IN (0, ${number(spell)})`,
      `${first} BETWEEN 0 AND ${second}`,
    ],
    digit(pick, 5),
  )
}

function ofOne(kind: Kind, spell: Spell, input: string): string {
  const { pick } = spell
  const [c, d] = [column(digit(pick, 0)), column(digit(pick, 1))]
  const way = digit(pick, 2)
  switch (kind) {
    case 'filter':
      return `SELECT k, a, b FROM ${input} WHERE ${predicate(spell, '')}`
    case 'project':
      return `SELECT ${c} AS k, ${one([`${c} + ${number(spell)}`, `coalesce(${d}, ${number(spell)})`, `CASE WHEN ${predicate(spell, '')} THEN ${c} ELSE ${d} END`, d, number(spell), `greatest(${c}, ${d})`], way)} AS a, b FROM ${input}`
    case 'group':
      return `SELECT k, ${one([`sum(${c})::INTEGER`, `count(${d})::INTEGER`, `count(DISTINCT ${d})::INTEGER`, `sum(${c}) FILTER (WHERE ${predicate(spell, '')})::INTEGER`, `max(${c})`, `list(${c} ORDER BY ${c})[1]`, `count(*)::INTEGER`], way)} AS a, ${one(['min(b)', 'max(a)', 'bool_or(b > 1)::INTEGER', 'grouping(k)::INTEGER'], digit(pick, 3))} AS b FROM ${input} GROUP BY ${one(['k', 'ROLLUP (k)', 'GROUPING SETS ((k), (k))', 'CUBE (k)'], way)}${one(['', ` HAVING count(*) > ${number(spell)}`], way)}`
    case 'total':
      return `SELECT max(${c}) AS k, count(${d})::INTEGER AS a, sum(b)::INTEGER AS b FROM ${input}${one(['', ' HAVING count(*) > 2'], way)}`
    case 'window':
      return `SELECT k, ${one([`rank() OVER (PARTITION BY ${c} ORDER BY ${d})`, `sum(${c}) OVER (PARTITION BY ${d})`, `sum(${c}) OVER (ORDER BY ${d} ${one(['RANGE', 'GROUPS', 'ROWS'], way)} BETWEEN 1 PRECEDING AND CURRENT ROW)`, `row_number() OVER (ORDER BY k, a, b)`, `row_number() OVER (ORDER BY ${c})`, `count(*) OVER (ORDER BY ${d} RANGE UNBOUNDED PRECEDING EXCLUDE ${one(['TIES', 'GROUP', 'CURRENT ROW'], way)})`, `lag(${c}) OVER (ORDER BY k, a, b)`, `dense_rank() OVER (ORDER BY ${d} DESC NULLS ${one(['FIRST', 'LAST'], way)})`, `max(${c}) FILTER (WHERE ${predicate(spell, '')}) OVER ()`], way)}::INTEGER AS a, b FROM ${input}${one(['', '', ' QUALIFY rank() OVER (PARTITION BY k ORDER BY b) = 1'], digit(pick, 3))}`
    case 'distinct':
      return one(
        [
          `SELECT DISTINCT k, a, b FROM ${input}`,
          `SELECT DISTINCT ${c} AS k, 1 AS a, b FROM ${input}`,
          `SELECT DISTINCT ON (${c}) k, a, b FROM ${input} ORDER BY ${c}, k, a, b`,
          `SELECT DISTINCT ON (${c}) k, a, b FROM ${input} ORDER BY ${d}`,
        ],
        way,
      )
    case 'ordered':
      return `SELECT k, a, b FROM ${input} ORDER BY ${one(['k, a, b', 'b DESC, a, k', c, 'a NULLS FIRST, b, k'], way)} ${one(['LIMIT 3', 'LIMIT 2 OFFSET 1', '', 'LIMIT 50%'], digit(pick, 3))}`
    case 'unnest':
      return `SELECT k, unnest([${c}, ${d}${one(['', ', 1'], way)}]) AS a, b FROM ${input}`
    case 'sides':
      return `SELECT k, v::INTEGER AS a, ${one(['len(n)::INTEGER', '1', 'v::INTEGER'], way)} AS b FROM (SELECT k, a, b FROM ${input}) UNPIVOT ${one(['', 'INCLUDE NULLS'], way)} (v FOR n IN (${one(['a, b', 'b'], digit(pick, 3))}))`
    default:
      throw new Error(kind)
  }
}

function ofTwo(kind: Kind, spell: Spell, left: string, right: string): string {
  const { pick, style } = spell
  const way = digit(pick, 2)
  const [l, r] = [`${style.aliases}_l`, `${style.aliases}_r`]
  const [one1, two] = [`(SELECT * FROM ${left}) AS ${l}`, `(SELECT * FROM ${right}) AS ${r}`]
  const on = equal(spell, `${l}.${column(digit(pick, 0))}`, `${r}.${column(digit(pick, 1))}`)
  const more = one(
    [on, and(spell, on, `${r}.b > ${number(spell)}`), and(spell, on, predicate(spell, `${l}.`)), `${l}.a <= ${r}.a`],
    way,
  )
  switch (kind) {
    case 'exists':
      return `SELECT k, a, b FROM ${one1} WHERE ${one(['EXISTS', 'NOT EXISTS'], digit(pick, 3))} (SELECT 1 FROM ${two} WHERE ${more})`
    case 'among':
      return `SELECT k, a, b FROM ${one1} WHERE ${column(digit(pick, 0))} ${one(['IN', 'NOT IN', '>= ALL', '< ANY'], way)} (SELECT ${column(way)} FROM ${two}${one(['', ` WHERE ${r}.b = ${l}.b`], digit(pick, 3))})`
    case 'scalar':
      return `SELECT k, (SELECT ${one(['max', 'min', 'count', 'sum'], way)}(${r}.${column(way)})::INTEGER FROM ${two} WHERE ${one([more, 'true'], digit(pick, 3))}) AS a, b FROM ${one1}`
    case 'join':
      return `SELECT ${l}.k, ${one([`${l}.a`, `${r}.a`, `coalesce(${r}.a, ${number(spell)})`, `${l}.a + ${r}.b`], way)} AS a, ${one([`${r}.b`, `${l}.b`], digit(pick, 3))} AS b FROM ${one1} ${one(['JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN', 'JOIN'], digit(pick, 5))} ${two} ON ${more}`
    case 'sets':
      return `SELECT ${one(['k, a, b', 'k, b, a'], digit(pick, 3))} FROM ${one1} ${one(['UNION ALL', 'UNION', 'EXCEPT', 'INTERSECT', 'EXCEPT ALL', 'UNION ALL BY NAME'], way)} SELECT k, a, b FROM ${two}`
    case 'lateral':
      return `SELECT ${l}.k, q_q.m AS a, ${l}.b FROM ${one1} ${one(['JOIN', 'LEFT JOIN'], way)} LATERAL (SELECT ${one(['max', 'min', 'count'], digit(pick, 3))}(${r}.a)::INTEGER AS m FROM ${two} WHERE ${more}) AS q_q ON ${one(['true', `q_q.m > ${number(spell)}`], digit(pick, 3))}`
    default:
      throw new Error(kind)
  }
}
