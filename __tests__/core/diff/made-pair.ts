import fc from 'fast-check'

/**
 * Pairs whose truth is known without a database: a cell is one of its type's listed values, and which of those are the
 * same value is written down here.
 */
export interface MadePair {
  readonly columns: readonly { readonly name: string; readonly type: ValueType }[]
  readonly keys: readonly number[]
  /** Each cell is a place in its column's list of values. */
  readonly base: readonly (readonly number[])[]
  readonly head: readonly (readonly number[])[]
}

interface ValueType {
  readonly sql: string
  /** SQL of each value. */
  readonly values: readonly string[]
  /** Places whose value is the same as that of an earlier place. */
  readonly same?: Readonly<Record<number, number>>
}

const types: readonly ValueType[] = [
  ...['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT', 'BIGNUM'].map((sql) => ({
    sql,
    values: ['NULL', '0', '-1', '1', '127'],
  })),
  ...['UTINYINT', 'UINTEGER', 'UBIGINT', 'UHUGEINT'].map((sql) => ({ sql, values: ['NULL', '0', '1', '255'] })),
  ...['FLOAT', 'DOUBLE'].map((sql) => ({
    sql,
    values: ['NULL', '0', "'-0'", "'nan'", "'inf'", "'-inf'", '0.1', '1e-30'],
    same: { 2: 1 },
  })),
  { sql: 'DOUBLE', values: ['0.3', '0.30000000000000004', '1e308', '-1e308', "'-nan'", "'nan'"], same: { 5: 4 } },
  { sql: 'DECIMAL(18,3)', values: ['NULL', '0', '0.001', '-0.001', '1.100', '1.1'], same: { 5: 4 } },
  {
    sql: 'DECIMAL(38,10)',
    values: ['NULL', '0', "'-0.0000000001'", "'1.0000000001'", '1', "'-9999999999999999999999999999.9'"],
  },
  { sql: 'BOOLEAN', values: ['NULL', 'true', 'false'] },
  {
    sql: 'VARCHAR',
    values: [
      'NULL',
      "''",
      "'NULL'",
      "'a'",
      "'A'",
      "'a '",
      "'é'",
      "'e\u0301'",
      "'a,b'",
      "'|'",
      'chr(0)',
      "repeat('x', 5000)",
    ],
  },
  { sql: 'BLOB', values: ['NULL', "''", "'\\x00'", "'\\x00\\x00'", "'a'"] },
  { sql: 'BIT', values: ['NULL', "'0'", "'00'", "'1'", "'01'"] },
  {
    sql: 'UUID',
    values: [
      'NULL',
      "'00000000-0000-0000-0000-000000000000'",
      "'ffffffff-ffff-ffff-ffff-ffffffffffff'",
      "'00000000-0000-0001-8000-000000000001'",
      "'00000000-0000-0002-8000-000000000002'",
    ],
  },
  { sql: 'DATE', values: ['NULL', "'1970-01-01'", "'1969-12-31'", "'infinity'", "'-infinity'"] },
  { sql: 'TIME', values: ['NULL', "'00:00:00'", "'24:00:00'", "'00:00:00.000001'"] },
  { sql: 'TIMETZ', values: ['NULL', "'12:00:00+01'", "'11:00:00+00'"] },
  { sql: 'TIMESTAMP', values: ['NULL', "'1970-01-01'", "'1970-01-01 00:00:00.000001'", "'infinity'"] },
  { sql: 'TIMESTAMP_S', values: ['NULL', "'1970-01-01'", "'1970-01-01 00:00:01'"] },
  { sql: 'TIMESTAMP_MS', values: ['NULL', "'1970-01-01'", "'1970-01-01 00:00:00.001'"] },
  { sql: 'TIMESTAMP_NS', values: ['NULL', "'1970-01-01'", "'1970-01-01 00:00:00.000000001'"] },
  { sql: 'TIMESTAMPTZ', values: ['NULL', "'1970-01-01 01:00:00+01'", "'1970-01-01 00:00:00+00'"], same: { 2: 1 } },
  { sql: 'INTERVAL', values: ['NULL', "'1 month'", "'30 days'", "'720 hours'", "'1 day'", "'24 hours'"] },
  { sql: "ENUM('b', 'a', 'it''s')", values: ['NULL', "'a'", "'b'", "'it''s'"] },
  { sql: 'JSON', values: ['NULL', `'{"a":1}'`, `'{"a": 1}'`, "'null'"] },
  { sql: 'INTEGER[]', values: ['NULL', '[]', '[NULL]', '[0]', '[0, 0]', '[1, 2]', '[2, 1]'] },
  { sql: 'INTEGER[2]', values: ['NULL', '[0, 1]', '[1, 0]', '[NULL, NULL]'] },
  { sql: 'DOUBLE[]', values: ['NULL', '[0]', "['-0']", "['nan']", '[NULL]'], same: { 2: 1 } },
  {
    sql: 'VARCHAR[]',
    values: [
      'NULL',
      '[]',
      "['']",
      "['NULL']",
      '[NULL]',
      "['a, b']",
      "['a', 'b']",
      "['a'', ''b']",
      "['\\']",
      "['\\\\']",
      "['[a]']",
    ],
  },
  { sql: 'INTEGER[][]', values: ['NULL', '[[1], [2]]', '[[1, 2]]', '[[]]', '[NULL]', '[]'] },
  {
    sql: 'STRUCT(a VARCHAR, "b ""c" INTEGER)',
    values: [
      'NULL',
      `{'a': NULL, 'b "c': NULL}`,
      `{'a': 'x', 'b "c': 1}`,
      `{'a': 'x, b "c: 1', 'b "c': NULL}`,
      `{'a': 'NULL', 'b "c': NULL}`,
    ],
  },
  { sql: 'MAP(VARCHAR, INTEGER)', values: ['NULL', 'MAP {}', "MAP {'a': 1}", "MAP {'a': NULL}", "MAP {'a=1': NULL}"] },
  {
    sql: 'UNION(a INTEGER, b INTEGER, c VARCHAR)',
    values: [
      'NULL',
      'union_value(a := 1)',
      'union_value(b := 1)',
      "union_value(c := '1')",
      'union_value(a := NULL::INTEGER)',
      'union_value(b := NULL::INTEGER)',
      "union_value(c := 'NULL')",
      'union_value(c := NULL::VARCHAR)',
    ],
  },
  {
    sql: 'UNION(a INTEGER[2], b STRUCT(x INTEGER[2]))',
    values: [
      'NULL',
      'union_value(a := [1, 2]::INTEGER[2])',
      'union_value(a := [2, 1]::INTEGER[2])',
      "union_value(b := {'x': [1, 2]::INTEGER[2]})",
      'union_value(a := NULL::INTEGER[2])',
    ],
  },
  {
    sql: 'STRUCT(u UNION(a INTEGER, b INTEGER)[], i INTERVAL)',
    values: [
      'NULL',
      `{'u': [union_value(a := 1)::UNION(a INTEGER, b INTEGER)], 'i': NULL}`,
      `{'u': [union_value(b := 1)::UNION(a INTEGER, b INTEGER)], 'i': NULL}`,
      `{'u': NULL, 'i': INTERVAL '1 month'}`,
      `{'u': NULL, 'i': INTERVAL '30 days'}`,
      `{'u': [], 'i': NULL}`,
    ],
  },
]

const names = [
  'id',
  'count',
  'base',
  'a"b',
  'new\nline',
  'k0',
  'v0',
  'present',
  'select',
  'é',
  "it's",
  'b',
  'h',
  'n',
  'c0',
  'side',
  'ordinal',
  'kind',
  'bucket',
]

export const madePair: fc.Arbitrary<MadePair> = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...types)), {
    minLength: 1,
    maxLength: 6,
    selector: ([name]) => name,
  })
  .chain((columns) => {
    const cells = columns.map(([, { values }]) => fc.nat(values.length - 1))
    const row: fc.Arbitrary<number[]> = fc.tuple(...cells)
    return fc
      .record({
        keys: fc.subarray(
          columns.map((_, index) => index),
          { maxLength: Math.min(3, columns.length) },
        ),
        base: fc.array(row, { minLength: 1, maxLength: 14 }),
        edits: fc.array(fc.tuple(fc.constantFrom(...edits), fc.nat(), row), { maxLength: 8 }),
        order: fc.boolean(),
      })
      .map(({ keys, base, edits: made, order }) => {
        const head = made.reduce(edited, base)
        return {
          columns: columns.map(([name, type]) => ({ name, type })),
          keys,
          base,
          head: order ? [...head].reverse() : head,
        }
      })
  })

const edits = ['remove', 'double', 'change', 'add', 'swap'] as const

function edited(
  rows: readonly (readonly number[])[],
  [edit, at, other]: readonly [(typeof edits)[number], number, readonly number[]],
): readonly (readonly number[])[] {
  const place = rows.length === 0 ? 0 : at % rows.length
  const row = rows[place]
  if (row === undefined || edit === 'add') return [...rows, other]
  switch (edit) {
    case 'remove':
      return rows.filter((_, index) => index !== place)
    case 'double':
      return [...rows, row]
    case 'change': {
      const column = at % row.length
      return rows.with(
        place,
        row.map((cell, index) => (index === column ? (other[index] ?? cell) : cell)),
      )
    }
    case 'swap': {
      const with_ = (place + 1) % rows.length
      const column = at % row.length
      const [a, b] = [row[column] ?? 0, rows[with_]?.[column] ?? 0]
      return rows.map((each, index) =>
        index === place ? each.with(column, b) : index === with_ ? each.with(column, a) : each,
      )
    }
  }
}

/** The rows as a query. */
export function queryOf({ columns }: MadePair, rows: readonly (readonly number[])[]): string {
  const cell = (place: number, index: number): string => {
    const type = columns[index]?.type
    return `CAST(${type?.values[place] ?? 'NULL'} AS ${type?.sql ?? 'INTEGER'})`
  }
  const titles = columns.map(({ name }) => `"${name.replaceAll('"', '""')}"`)
  const selects = rows.map(
    (row) => `SELECT ${row.map((place, index) => `${cell(place, index)} AS ${titles[index] ?? ''}`).join(', ')}`,
  )
  const empty = `SELECT ${columns.map((_, index) => `${cell(-1, index)} AS ${titles[index] ?? ''}`).join(', ')} WHERE false`
  return selects.length === 0 ? empty : selects.join(' UNION ALL ')
}

/** Removed, added and changed rows, worked out by hand: the rows of one key as multisets, what is left over paired. */
export function truthOf({ columns, keys, base, head }: MadePair): readonly [number, number, number] {
  const canonical = (row: readonly number[]): readonly number[] =>
    row.map((place, index) => columns[index]?.type.same?.[place] ?? place)
  const groups = new Map<string, { readonly base: string[]; readonly head: string[] }>()
  for (const [side, rows] of [
    ['base', base],
    ['head', head],
  ] as const) {
    for (const row of rows.map(canonical)) {
      const key = JSON.stringify(keys.map((index) => row[index]))
      const group = groups.get(key) ?? { base: [], head: [] }
      group[side].push(JSON.stringify(row))
      groups.set(key, group)
    }
  }
  let [removed, added, changed] = [0, 0, 0]
  for (const group of groups.values()) {
    const left = [...group.base]
    const right = group.head.filter((row) => {
      const at = left.indexOf(row)
      if (at >= 0) left.splice(at, 1)
      return at < 0
    })
    const pairs = keys.length === 0 ? 0 : Math.min(left.length, right.length)
    removed += left.length - pairs
    added += right.length - pairs
    changed += pairs
  }
  return [removed, added, changed]
}
