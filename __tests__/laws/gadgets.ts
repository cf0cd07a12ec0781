import type { MadeModel } from './project.ts'

/** One model of a constellation. Absent on a side: that side has no such model. */
export interface GadgetModel {
  readonly name: string
  readonly schema?: 's1'
  readonly strategy?: MadeModel['strategy']
  readonly headStrategy?: MadeModel['strategy']
  readonly base?: string
  readonly head?: string
  /** Its text where it has no earlier state yet. */
  readonly first?: string
  /** Models of its own constellation that it reads, through views and macros too. */
  readonly reads?: readonly string[]
}

/** A constellation that planners fall over. */
export interface Gadget {
  readonly models: readonly GadgetModel[]
  /** Runs in the warehouse before base's models are built there; it may need a model's table to stand already. */
  readonly before?: readonly string[]
  /** Names of models of which `before` needs a table. */
  readonly needs?: readonly string[]
  /** Runs after base's models were built there; spoils some of them. */
  readonly after?: readonly string[]
  readonly spoils?: readonly string[]
  /** A view of the warehouse that a preview counts as a model. */
  readonly views?: readonly string[]
  /** What chance makes of its models: the columns that differ from run to run, or all of it. */
  readonly chance?: Readonly<Record<string, readonly string[] | 'rows'>>
  /** Models that a preview may refuse to build: a macro that names a table in full would read past the environment. */
  readonly refused?: readonly string[]
}

type Make = (g: string, source: string, n: number) => Gadget

const same = (name: string, sql: string, reads: readonly string[], more: Partial<GadgetModel> = {}): GadgetModel => ({
  name,
  base: sql,
  head: sql,
  reads,
  ...more,
})

/** `p` changes; `q0`, `q1`, … read it and stand as they are. */
const below = (g: string, base: string, head: string, readers: readonly string[]): Gadget => ({
  models: [
    { name: `${g}_p`, base, head },
    ...readers.map((sql, index) => same(`${g}_q${String(index)}`, sql.replaceAll('$p', `${g}_p`), [`${g}_p`])),
  ],
})

const rows = (columns: string, count = 6): string => `SELECT ${columns} FROM range(${String(count)}) AS r(i)`
const I = 'CAST(i AS INTEGER)'

/** Whoever reads a column of chance reads another draw on either side; one row less, and every draw behind it is another. */
function chance(drawn: string, g: string, source: string, n: number): Gadget {
  const [z, p] = [`${g}_z`, `${g}_p`]
  return {
    models: [
      {
        name: z,
        base: `SELECT k, a, b FROM ${source}`,
        head: `SELECT k, a, b FROM ${source} WHERE a IS DISTINCT FROM 4`,
      },
      same(p, `SELECT k, a, b, ${drawn} AS id FROM ${z}`, [z]),
      same(`${g}_q0`, `SELECT k, a FROM ${p}`, [p]),
      same(`${g}_q1`, `SELECT k, upper(CAST(id AS VARCHAR)) AS c FROM ${p}`, [p]),
      same(`${g}_q2`, `SELECT k, a FROM ${p} ORDER BY md5(CAST(id AS VARCHAR)) LIMIT 2`, [p]),
      same(`${g}_q3`, `SELECT c, k FROM ${g}_q1`, [`${g}_q1`]),
      {
        name: `${g}_q4`,
        base: `SELECT k, a, id FROM ${p}`,
        head: `SELECT k, a + ${String(n + 20)} AS a, id FROM ${p}`,
        reads: [p],
      },
      same(`${g}_q5`, `SELECT a FROM ${g}_q4`, [`${g}_q4`]),
      same(`${g}_q6`, `SELECT k, count(*) AS n FROM ${p} GROUP BY k`, [p]),
    ],
    chance: { [p]: ['id'], [`${g}_q1`]: ['c'], [`${g}_q2`]: 'rows', [`${g}_q3`]: ['c'], [`${g}_q4`]: ['id'] },
  }
}

const MAKERS: Readonly<Record<string, Make>> = {
  swappedValues: (g) =>
    below(g, rows(`${I} AS k, ${I} AS a`), rows(`${I} AS k, 5 - ${I} AS a`), [
      'SELECT count(*) AS n FROM $p WHERE k = a',
      'SELECT sum(a) AS n FROM $p',
    ]),
  equalPairs: (g, _, n) =>
    below(g, rows(`${String(n)} AS a, 1 AS k`, 2), rows(`${String(n + 1)} AS a, 1 AS k`, 2), [
      'SELECT sum(a) AS n FROM $p',
      'SELECT count(*) AS n FROM $p',
    ]),
  addedColumn: (g) =>
    below(g, rows('CAST(i % 2 AS INTEGER) AS k'), rows(`CAST(i % 2 AS INTEGER) AS k, ${I} AS x`), [
      'SELECT count(DISTINCT u) AS n FROM $p AS u',
      'SELECT * FROM $p',
      'SELECT DISTINCT * FROM $p',
      'SELECT k FROM $p NATURAL JOIN (VALUES (0, 2), (1, 9)) AS v(k, x)',
      "SELECT k FROM $p WHERE COLUMNS('k|x') > 0",
      'SELECT * FROM $p UNION ALL BY NAME SELECT 1 AS x',
      'SELECT k FROM $p',
    ]),
  captured: (g, source) =>
    below(g, rows(`${I} AS k`), rows(`${I} AS k, 9 - ${I} AS c`), [
      `SELECT k, (SELECT count(*) FROM $p AS i WHERE i.k = o.k AND c > 2) AS n FROM (SELECT k, a AS c FROM ${source}) AS o`,
      'SELECT k + 3 AS c FROM $p WHERE c > 5',
    ]),
  droppedColumn: (g, source) =>
    below(g, `SELECT k, a, b FROM ${source}`, `SELECT k, a FROM ${source}`, [
      'SELECT b FROM $p',
      'SELECT k, count(*) AS n FROM $p GROUP BY k',
      'SELECT * EXCLUDE (a) FROM $p',
    ]),
  reordered: (g, source) =>
    below(
      g,
      `SELECT k, a, b, d FROM ${source} ORDER BY a, k, b, d`,
      `SELECT k, a, b, d FROM ${source} ORDER BY a DESC, k, b, d`,
      [
        "SELECT string_agg(b, ',') AS b FROM $p",
        'SELECT first(a) AS a, sum(d) AS d FROM $p',
        'SELECT k, row_number() OVER (PARTITION BY k) AS n, a FROM $p',
        'SELECT a FROM $p LIMIT 2',
        'SELECT k, max(a) AS a FROM $p GROUP BY k',
      ],
    ),
  negativeZero: (g) =>
    below(
      g,
      `SELECT k, CAST(b AS DOUBLE) AS d FROM (VALUES (1, '-0.0'), (2, '0.5'), (3, 'NaN')) AS v(k, b)`,
      `SELECT k, CAST(b AS DOUBLE) + 0.0 AS d FROM (VALUES (1, '-0.0'), (2, '0.5'), (3, 'NaN')) AS v(k, b)`,
      [
        'SELECT k, CAST(d AS VARCHAR) AS b FROM $p',
        'SELECT k, 1 / d AS d FROM $p',
        'SELECT count(*) AS n FROM $p WHERE d = 0',
      ],
    ),
  zerosTurned: (g) =>
    below(
      g,
      `SELECT k, CAST(b AS DOUBLE) AS d FROM (VALUES (1, '-0.0'), (1, '0.0'), (2, '7.0')) AS v(k, b) ORDER BY b`,
      `SELECT k, CAST(b AS DOUBLE) AS d FROM (VALUES (1, '-0.0'), (1, '0.0'), (2, '7.0')) AS v(k, b) ORDER BY b DESC`,
      [
        'SELECT CAST(d AS VARCHAR) AS b FROM (SELECT DISTINCT d FROM $p)',
        'SELECT CAST(d AS VARCHAR) AS b, count(*) AS n FROM $p GROUP BY d',
        'SELECT k, CAST(min(d) AS VARCHAR) AS b FROM $p GROUP BY k',
        'SELECT CAST(d AS VARCHAR) AS b FROM (SELECT d FROM $p UNION SELECT d FROM $p)',
        'SELECT k, CAST(median(d) AS VARCHAR) AS b FROM $p GROUP BY k',
      ],
    ),
  nanoseconds: (g) =>
    below(
      g,
      rows(`${I} AS k, make_timestamp_ns(1700000000000000000 + i) AS t`),
      rows(`${I} AS k, make_timestamp_ns(1700000000000000010 + i) AS t`),
      [
        'SELECT k, epoch_ns(t) % 1000 AS n FROM $p',
        'SELECT k, CAST(t AS TIMESTAMP) AS t FROM $p',
        'SELECT max(t) AS t FROM $p',
      ],
    ),
  macroOverModel: (g, source) => {
    const p = `${g}_p`
    return {
      models: [
        { name: p, base: rows(`${I} AS k`, 3), head: rows(`${I} AS k`, 5) },
        same(`${g}_q0`, `SELECT * FROM ${g}_table()`, [p]),
        same(`${g}_q1`, `SELECT k, a FROM ${source} WHERE a > ${g}_most()`, [p]),
        same(`${g}_q2`, `SELECT max(n) AS n FROM raw.${g}_v`, [p]),
      ],
      needs: [p],
      before: [
        `CREATE MACRO main.${g}_table() AS TABLE SELECT * FROM ${p}`,
        `CREATE MACRO main.${g}_most() AS (SELECT max(k) FROM ${p})`,
        `CREATE VIEW raw.${g}_v AS SELECT main.${g}_most() AS n`,
      ],
      views: [`raw.${g}_v`],
    }
  },
  viewOverModel: (g) => {
    const p = `${g}_p`
    return {
      models: [
        { name: p, base: rows(`${I} AS k, 1 AS a`, 3), head: rows(`${I} AS k, 2 AS a`, 4) },
        same(`${g}_q0`, `SELECT * FROM raw.${g}_v`, [p]),
      ],
      needs: [p],
      before: [`CREATE VIEW raw.${g}_v AS SELECT CAST(k AS INTEGER) AS k FROM w.main.${p}`],
      views: [`raw.${g}_v`],
    }
  },
  macroInFull: (g) => {
    const p = `${g}_p`
    return {
      models: [
        { name: p, base: rows(`${I} AS k`, 3), head: rows(`${I} AS k`, 5) },
        same(`${g}_q0`, `SELECT count(*) AS n FROM ${g}_full()`, [p]),
      ],
      needs: [p],
      before: [`CREATE MACRO main.${g}_full() AS TABLE SELECT * FROM w.main.${p}`],
      refused: [`${g}_q0`],
    }
  },
  replacedKeys: (g, _, n) => {
    const [p, m] = [`${g}_p`, `${g}_m`]
    return {
      models: [
        { name: p, base: rows(`${I} AS k, ${I} AS a`), head: rows(`${I} + 3 AS k, ${I} AS a`) },
        same(m, `SELECT k, a FROM ${p}`, [p], { strategy: n % 2 === 0 ? 'merge' : 'delete_insert' }),
        same(`${g}_q0`, `SELECT count(*) AS n FROM ${m}`, [m]),
        same(`${g}_q1`, `SELECT sum(a) AS n FROM ${m}`, [m]),
      ],
    }
  },
  joinKind: (g, source) => {
    const join = (kind: string): string =>
      `SELECT l.k, l.a FROM ${source} AS l ${kind} JOIN (VALUES (1), (2)) AS v(k) ON l.k = v.k`
    return below(g, join('LEFT'), join('INNER'), ['SELECT count(*) AS n FROM $p'])
  },
  filtered: (g, source, n) =>
    below(
      g,
      `SELECT k, a FROM ${source} WHERE a > ${String(n)}`,
      `SELECT k, a FROM ${source} WHERE a > ${String(n + 2)}`,
      ['SELECT count(*) AS n FROM $p'],
    ),
  resolvesOtherwise: (g) => ({
    models: [
      { name: `${g}_z`, schema: 's1', head: rows(`${I} + 40 AS k, 1 AS c`, 3) },
      { name: `${g}_q0`, base: `SELECT * FROM ${g}_z`, head: `-- said again\nSELECT * FROM ${g}_z`, reads: [`${g}_z`] },
      same(`${g}_q1`, `SELECT max(k) AS k FROM ${g}_z`, [`${g}_z`]),
    ],
    before: [`CREATE TABLE main.${g}_z AS ${rows(`${I} AS k`, 3)}`],
  }),
  sameTextNewColumns: (g) => ({
    models: [
      { name: `${g}_p`, base: rows(`${I} AS k`), head: rows(`${I} AS k, ${I} % 2 AS x`) },
      {
        name: `${g}_q0`,
        base: `SELECT DISTINCT * EXCLUDE (k) FROM (SELECT 1 AS one, * FROM ${g}_p)`,
        head: `SELECT  DISTINCT * EXCLUDE (k)\nFROM (SELECT 1 AS one, * FROM ${g}_p)`,
        reads: [`${g}_p`],
      },
    ],
  }),
  stale: (g, source, n) => {
    const p = `${g}_p`
    return {
      models: [
        same(p, `SELECT k, a FROM ${source}`, []),
        {
          name: `${g}_q0`,
          base: `SELECT k, a FROM ${p} WHERE a > ${String(n)}`,
          head: `SELECT k, a FROM ${p} WHERE a > ${String(n + 1)}`,
          reads: [p],
        },
      ],
      after: [
        `CREATE OR REPLACE TABLE main.${p} AS SELECT k, CAST(a AS BIGINT) + 100 AS a FROM main.${p} WHERE k > 1 OR k IS NULL`,
      ],
      spoils: [p],
    }
  },
  selfReading: (g, source, n) => {
    const m = `${g}_m`
    const sql = (back: number): string =>
      `SELECT k, a FROM ${source} WHERE a > (SELECT coalesce(max(a), -9) - ${String(back)} FROM ${m})`
    return {
      models: [
        { name: m, base: sql(4), head: sql(4 + (n % 3)), first: `SELECT k, a FROM ${source}`, strategy: 'incremental' },
        same(`${g}_q0`, `SELECT count(*) AS n, max(a) AS a FROM ${m}`, [m]),
      ],
    }
  },
  retyped: (g) =>
    below(g, rows(`${I} AS k, ${I} AS a`), rows(`${I} AS k, CAST(i AS BIGINT) AS a`), [
      'SELECT k, typeof(a) AS b FROM $p',
      'SELECT k, CAST(a AS BIGINT) AS a FROM $p',
      'SELECT max(a) AS a FROM $p',
    ]),
  saidOtherwise: (g, source, n) =>
    below(
      g,
      `SELECT k, a, b FROM ${source} AS s WHERE s.a > ${String(n)} AND k < 4`,
      `WITH pulled AS (SELECT * FROM ${source}) SELECT z.k, CAST((z.a) AS INTEGER) AS a, b FROM pulled AS z WHERE z.k < 4 AND ${String(n)} < z.a`,
      ['SELECT count(*) AS n FROM $p', "SELECT string_agg(b, ',') AS b FROM $p", 'SELECT * FROM $p'],
    ),
  equalInTheEnd: (g, source) =>
    below(g, `SELECT k, a + 0 AS a, b FROM ${source}`, `SELECT k, a * 1 AS a, b FROM ${source}`, [
      'SELECT sum(a) AS a FROM $p',
      "SELECT string_agg(b, ',' ORDER BY a) AS b, first(a) AS a FROM $p",
      'SELECT * FROM $p WHERE a > 1',
      'SELECT count(*) AS n FROM $p',
      'SELECT k, count(*) AS n FROM $p GROUP BY k',
    ]),
  sourceMoved: (g, source) =>
    below(g, `SELECT * FROM ${source}`, `SELECT * FROM raw.${source === 'raw.s0' ? 's1' : 's0'}`, [
      'SELECT k, a FROM $p',
    ]),
  // A window lays the rows down in its own order, whatever column it makes.
  windowTurned: (g, source) => ({
    models: [
      {
        name: `${g}_p`,
        base: `SELECT k, a, rank() OVER (ORDER BY a, k) AS w FROM ${source}`,
        head: `SELECT k, a, rank() OVER (ORDER BY a DESC, k) AS w FROM ${source}`,
      },
      same(`${g}_m`, `SELECT k, a FROM ${g}_p`, [`${g}_p`], { strategy: 'ephemeral' }),
      same(`${g}_q0`, `SELECT string_agg(a, ',') AS b FROM ${g}_m`, [`${g}_m`]),
    ],
  }),
  viewsStored: (g) => {
    const [p, v, w, z] = [`${g}_p`, `${g}_v`, `${g}_w`, `${g}_z`]
    return {
      models: [
        {
          name: p,
          base: 'SELECT k, a + 0 AS a, a AS c FROM raw.s0',
          head: 'SELECT k, a * 1 AS a, a + 1 AS c FROM raw.s0',
        },
        { name: z, base: rows(`${I} AS k`, 2), head: rows(`${I} AS k`, 3) },
        same(v, `SELECT k, a FROM ${p}`, [p], { strategy: 'view' }),
        same(w, `SELECT k FROM ${p}`, [p], { strategy: 'view' }),
        same(`${g}_q0`, `SELECT k, a FROM ${v} UNION ALL SELECT k, 0 FROM ${z}`, [v, z]),
        same(`${g}_q1`, `SELECT k FROM ${w} UNION ALL SELECT k FROM ${z}`, [w, z]),
      ],
    }
  },
  strategyChanged: (g, source) => ({
    models: [
      same(`${g}_m`, `SELECT k, a FROM ${source}`, [], { headStrategy: 'incremental' }),
      same(`${g}_q0`, `SELECT count(*) AS n FROM ${g}_m`, [`${g}_m`]),
    ],
  }),
  // Whoever only follows a renamed column reads what it read.
  renamedColumn: (g, source, n) => {
    const p = `${g}_p`
    const follows = (name: string, sql: string): GadgetModel => ({
      name: `${g}_${name}`,
      base: sql.replaceAll('$a', 'a'),
      head: sql.replaceAll('$a', 'worth'),
      reads: [p],
    })
    return {
      models: [
        {
          name: p,
          base: `SELECT k, a, b, d FROM ${source}`,
          head: `SELECT k, b, a AS worth, d FROM ${source}`,
        },
        follows('q0', `SELECT k, sum($a) AS a FROM ${p} GROUP BY k`),
        follows('q1', `SELECT k, $a AS a FROM ${p} WHERE $a > ${String(n)}`),
        follows('q2', `SELECT first($a) AS a, string_agg(b, ',') AS b FROM ${p}`),
        follows('q3', `SELECT k, $a FROM ${p}`),
        follows('q4', `SELECT CAST(u AS VARCHAR) AS b FROM (SELECT k, $a FROM ${p}) AS u`),
        same(`${g}_q5`, `SELECT * EXCLUDE (k) FROM ${p}`, [p]),
        {
          name: `${g}_q6`,
          base: `SELECT k, a FROM ${p}`,
          head: `SELECT k, k AS a FROM ${p} WHERE worth > 0`,
          reads: [p],
        },
        {
          name: `${g}_q7`,
          base: `SELECT k, a FROM ${g}_q3`,
          head: `SELECT k, worth AS a FROM ${g}_q3`,
          reads: [`${g}_q3`],
        },
        { name: `${g}_r`, base: rows(`${I} AS k, ${I} AS a`), head: rows(`${I} AS k, 5 - ${I} AS a2`) },
        {
          name: `${g}_r0`,
          base: `SELECT sum(a * k) AS n FROM ${g}_r`,
          head: `SELECT sum(a2 * k) AS n FROM ${g}_r`,
          reads: [`${g}_r`],
        },
      ],
    }
  },
  renamedInStateful: (g, source) => {
    const m = `${g}_m`
    return {
      models: [
        {
          name: m,
          base: `SELECT k, a FROM ${source}`,
          head: `SELECT k, a AS worth FROM ${source}`,
          strategy: 'incremental',
        },
        { name: `${g}_q0`, base: `SELECT k, a FROM ${m}`, head: `SELECT k, worth AS a FROM ${m}`, reads: [m] },
        {
          name: `${g}_d`,
          base: `SELECT k, a, b FROM ${source}`,
          head: `SELECT b, k FROM ${source}`,
          strategy: 'incremental',
        },
        same(`${g}_q1`, `SELECT b, max(a) AS a FROM ${g}_d GROUP BY b`, [`${g}_d`]),
        {
          name: `${g}_w`,
          base: `SELECT k, max(a) AS a FROM ${source} WHERE k IS NOT NULL GROUP BY k`,
          head: `SELECT k, max(a) AS worth FROM ${source} WHERE k IS NOT NULL GROUP BY k`,
          strategy: 'merge',
        },
      ],
    }
  },
  seededChance: (g, source, n) => chance('uuid()', g, source, n),
  chance: (g, source, n) => chance('uuidv7()', g, source, n),
  chanceInMacro: (g, source, n) => ({
    ...chance(`main.${g}_id()`, g, source, n),
    before: [
      `CREATE MACRO main.${g}_draw() AS CAST(uuidv7() AS VARCHAR)`,
      `CREATE MACRO main.${g}_id() AS 'id ' || main.${g}_draw()`,
    ],
  }),
  sampled: (g, source) => {
    const p = `${g}_p`
    return {
      models: [
        { name: p, base: `SELECT k, a FROM ${source}`, head: `SELECT k, a FROM ${source} WHERE a IS DISTINCT FROM 4` },
        same(`${g}_q0`, `SELECT k, a FROM ${p} USING SAMPLE 2 ROWS`, [p]),
        same(`${g}_q1`, `SELECT count(*) AS n, sum(a) AS a FROM ${g}_q0`, [`${g}_q0`]),
      ],
      chance: { [`${g}_q0`]: 'rows', [`${g}_q1`]: 'rows' },
    }
  },
  removedModel: (g) => ({
    models: [
      { name: `${g}_p`, base: rows(`${I} AS k`, 3) },
      same(`${g}_q0`, `SELECT max(k) AS k FROM ${g}_p`, [`${g}_p`]),
    ],
  }),
  // The same values, and head casts a row that base never looks at.
  castTooEarly: (g) => {
    const z = `${g}_z`
    const cast = `SELECT k, CAST(b AS INTEGER) AS n FROM ${z}`
    const pairs = [
      [
        `SELECT k, CASE WHEN k <> 2 THEN CAST(b AS INTEGER) END AS a FROM ${z}`,
        `SELECT k, CASE WHEN k <> 2 THEN n END AS a FROM (${cast})`,
      ],
      [
        `SELECT CAST(b AS INTEGER) AS a FROM ${z} WHERE k IN (SELECT unnest([1, 3]))`,
        `SELECT n AS a FROM (${cast}) WHERE k IN (SELECT unnest([1, 3]))`,
      ],
      [
        `SELECT n AS a FROM (${cast}) WHERE k = 1`,
        `SELECT n AS a FROM (SELECT *, rank() OVER (ORDER BY k) AS r FROM (${cast})) WHERE k = 1`,
      ],
      [
        `SELECT k FROM ${z} WHERE k = 2 OR CAST(b AS INTEGER) > 1`,
        `SELECT k FROM ${z} WHERE CAST(b AS INTEGER) > 1 OR k = 2`,
      ],
    ] as const
    return {
      models: [
        same(z, "SELECT * FROM (VALUES (1, '1'), (2, 'x'), (3, '3')) AS v(k, b)", []),
        ...pairs.map(([base, head], index) => ({ name: `${g}_p${String(index)}`, base, head, reads: [z] })),
        same(`${g}_q0`, `SELECT max(a) AS a FROM ${g}_p0`, [`${g}_p0`]),
        {
          name: `${g}_y`,
          base: "SELECT * FROM (VALUES (1, '1'), (2, '2')) AS v(k, b)",
          head: "SELECT * FROM (VALUES (1, '1'), (2, 'x')) AS v(k, b)",
        },
        same(`${g}_q1`, `SELECT k FROM (SELECT k, sum(CAST(b AS INTEGER)) OVER () AS n FROM ${g}_y)`, [`${g}_y`]),
      ],
    }
  },
  // Values of the second branch change places; a row that is there for a constant alone becomes one for all.
  branches: (g, source) => {
    const p = `${g}_p`
    return {
      models: [
        {
          name: p,
          base: `SELECT k, a FROM ${source} UNION ALL SELECT k, a FROM raw.s1`,
          head: `SELECT k, a FROM ${source} UNION ALL SELECT a AS k, k AS a FROM raw.s1`,
        },
        {
          name: `${g}_o`,
          base: `SELECT 1 AS one FROM ${source}`,
          head: `SELECT 1 AS one, count(*) AS n FROM ${source}`,
        },
        same(`${g}_q0`, `SELECT count(*) AS n FROM ${g}_o`, [`${g}_o`]),
        same(`${g}_q1`, `SELECT sum(k) AS n FROM ${p}`, [p]),
        same(`${g}_q2`, `SELECT sum(k + a) AS n FROM ${p}`, [p]),
        same(`${g}_q3`, `SELECT l.k, r.a FROM ${p} AS l JOIN ${p} AS r ON l.k = r.a`, [p]),
      ],
    }
  },
  // One name, two meanings: a reader of either side no longer binds, or binds to another column.
  ambiguous: (g, source) =>
    below(g, `SELECT k, a FROM ${source}`, `SELECT k, a, a + 1 AS x FROM ${source}`, [
      'SELECT p.k, x FROM $p AS p JOIN (VALUES (1, 7), (2, 8)) AS v(w, x) ON p.k = v.w',
      'SELECT p.k FROM $p AS p WHERE EXISTS (SELECT 1 FROM (VALUES (1, 2), (2, 9)) AS v(w, y) WHERE w = p.k AND y > 3)',
      'SELECT k, (SELECT count(*) FROM $p AS i WHERE i.a < o.a) AS n FROM $p AS o',
    ]),
  // Values inside values.
  nested: (g, source) =>
    below(
      g,
      `SELECT k, {x: a, y: b} AS s, [a, k] AS l, CAST(a AS DECIMAL(9, 2)) AS m FROM ${source}`,
      `SELECT k, {x: a, y: upper(b)} AS s, [k, a] AS l, CAST(a AS DECIMAL(9, 3)) AS m FROM ${source}`,
      [
        'SELECT k, s.x AS a FROM $p',
        'SELECT k, s.y AS b FROM $p',
        'SELECT k, unnest(s) FROM $p',
        'SELECT k, list_sum(l) AS a FROM $p',
        'SELECT k, unnest(l) AS a FROM $p',
        'SELECT k, l[1] AS a FROM $p',
        'SELECT k, m AS d FROM $p WHERE m > 2',
        'SELECT DISTINCT s FROM $p',
        'SELECT k, CAST(m AS VARCHAR) AS b FROM $p',
      ],
    ),
  // Values that compare as equal and are not the same.
  looseEquality: (g) =>
    below(
      g,
      "SELECT k, CAST(b AS INTERVAL) AS i, c FROM (VALUES (1, '1 month', 'A'), (2, '30 days', 'a'), (3, '2 days', 'b')) AS v(k, b, c) ORDER BY k",
      "SELECT k, CAST(b AS INTERVAL) AS i, c FROM (VALUES (1, '30 days', 'a'), (2, '1 month', 'A'), (3, '2 days', 'b')) AS v(k, b, c) ORDER BY k",
      [
        'SELECT DISTINCT i FROM $p',
        'SELECT i, count(*) AS n FROM $p GROUP BY i',
        'SELECT CAST(max(i) AS VARCHAR) AS b FROM $p',
        'SELECT DISTINCT c COLLATE NOCASE AS b FROM $p',
        'SELECT min(c COLLATE NOCASE) AS b FROM $p',
        'SELECT c COLLATE NOCASE AS b, count(*) AS n FROM $p GROUP BY 1',
        'SELECT count(DISTINCT c COLLATE NOCASE) AS n FROM $p',
        'SELECT k, rank() OVER (ORDER BY i) AS n FROM $p',
      ],
    ),
  // Columns more, and nothing else: base's twins need not be built, and others read them.
  columnsMore: (g, source, n) => {
    const [p, j, w, o] = [`${g}_p`, `${g}_j`, `${g}_w`, `${g}_o`]
    const joins = `FROM ${source} AS l LEFT JOIN (VALUES (1, 'u', 4), (2, 'v', 5)) AS v(k, c, e) ON l.k = v.k`
    const counts = (more: string): string => `SELECT k, count(*) AS a${more} FROM ${p} GROUP BY k`
    return {
      models: [
        { name: p, base: `SELECT k, a, b FROM ${source}`, head: `SELECT k, a + k AS x, a, b FROM ${source}` },
        { name: j, base: `SELECT l.k, v.c ${joins}`, head: `SELECT l.k, v.e, v.c ${joins}`, reads: [] },
        { name: `${g}_c`, base: counts(''), head: counts(', max(x) AS x'), reads: [p] },
        {
          name: w,
          base: `SELECT k, a FROM ${p}`,
          head: `SELECT k, a, max(b) OVER (PARTITION BY k) AS x FROM ${p}`,
          reads: [p],
        },
        // A window lays the rows down in its own order.
        {
          name: o,
          base: `SELECT a, k FROM ${source}`,
          head: `SELECT a, k, rank() OVER (ORDER BY a DESC, k) AS x FROM ${source}`,
        },
        same(`${g}_q0`, `SELECT string_agg(a, ',') AS b FROM ${o}`, [o]),
        {
          name: `${g}_q1`,
          base: `SELECT k * 10 + a AS y FROM ${p}`,
          head: `SELECT k * 10 + x AS y FROM ${p}`,
          reads: [p],
        },
        {
          name: `${g}_q2`,
          base: `SELECT k, c FROM ${j}`,
          head: `SELECT k, upper(c) AS c FROM ${j} WHERE e > ${String(n)}`,
          reads: [j],
        },
        {
          name: `${g}_q3`,
          base: `SELECT sum(k) AS y, sum(a) AS z FROM ${w}`,
          head: `SELECT sum(k) AS y, sum(a + 1) AS z FROM ${w}`,
          reads: [w],
        },
        same(`${g}_q4`, `SELECT k, a FROM ${p} UNION ALL SELECT k, length(c) FROM ${g}_q2`, [p, `${g}_q2`]),
        same(`${g}_q5`, `SELECT * FROM ${w}`, [w]),
      ],
    }
  },
  // A column more, and something else.
  moreThanColumns: (g, source, n) => {
    const z = `${g}_z`
    const pairs = [
      ['SELECT k, count(*) AS a FROM $s GROUP BY ALL', 'SELECT k, b, count(*) AS a FROM $s GROUP BY ALL'],
      ['SELECT DISTINCT k FROM $s', 'SELECT DISTINCT k, b FROM $s'],
      ['SELECT k FROM $s UNION SELECT k FROM raw.s1', 'SELECT k, a FROM $s UNION SELECT k, a FROM raw.s1'],
      ['SELECT k, a FROM $s', `SELECT k, a + ${String(n + 20)} AS a, b FROM $s`],
      ['SELECT k, a FROM $s', `SELECT k, a, b FROM $s WHERE a IS DISTINCT FROM 4`],
      [
        'SELECT k, max(a) AS a FROM $s WHERE k > 0 GROUP BY k',
        'SELECT k, max(a) AS a, min(b) AS x FROM $s WHERE k > 0 GROUP BY k',
      ],
    ] as const
    const cast = `SELECT k, CAST(b AS INTEGER) AS n FROM ${z}`
    return {
      models: [
        ...pairs.map(([base, head], index) => ({
          name: `${g}_p${String(index)}`,
          base: base.replace('$s', source),
          head: head.replace('$s', source),
          ...(index === 5 && { strategy: 'merge' as const }),
        })),
        same(z, "SELECT * FROM (VALUES (1, '1'), (2, 'x'), (3, '3')) AS v(k, b)", []),
        // Head fails in the new column alone; and base, which casts in every row, where head casts in one.
        {
          name: `${g}_f0`,
          base: `SELECT k, b FROM ${z}`,
          head: `SELECT k, b, CAST(b AS INTEGER) AS x FROM ${z}`,
          reads: [z],
        },
        {
          name: `${g}_f1`,
          base: `SELECT k, n FROM (SELECT *, rank() OVER (ORDER BY k) AS r FROM (${cast})) WHERE k = 1`,
          head: `SELECT k, n, k + 1 AS x FROM (${cast}) WHERE k = 1`,
          reads: [z],
        },
        // It reads nothing of what fails.
        same(`${g}_q4`, `SELECT k, b FROM ${g}_f0`, [`${g}_f0`]),
        same(`${g}_q0`, `SELECT sum(a) AS a FROM ${g}_p4`, [`${g}_p4`]),
        same(`${g}_q1`, `SELECT count(*) AS n FROM ${g}_p5`, [`${g}_p5`]),
        // What they read changes.
        { name: `${g}_q2`, base: `SELECT k, a FROM ${g}_p3`, head: `SELECT k, a, b FROM ${g}_p3`, reads: [`${g}_p3`] },
        { name: `${g}_q3`, base: `SELECT k FROM ${g}_p4`, head: `SELECT k, b FROM ${g}_p4`, reads: [`${g}_p4`] },
      ],
    }
  },
}

export const GADGETS = Object.keys(MAKERS)

/** The constellation of a kind, its names starting with `g`. */
export function gadget(kind: number, g: string, source: string, n: number): Gadget {
  const make = MAKERS[GADGETS[kind % GADGETS.length] ?? '']
  return make === undefined ? { models: [] } : make(g, source, n)
}
