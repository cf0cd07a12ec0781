/**
 * What is timed: our own comparisons, the floor that they are measured by, and the shapes that other tools are known for,
 * written from their public descriptions.
 */

const quoted = (name) => `"${name}"`
const list = (columns, of) => columns.map(of).join(', ')

/** Scan both sides and hash every column once. */
const floor =
  (head) =>
  async ({ ask, columns }) => {
    for (const table of ['base', head]) {
      await ask(`SELECT ${list(columns, (name) => `bit_xor(hash(${quoted(name)}))`)} FROM pair.main.${table}`)
    }
  }

const ours =
  (head, key, more) =>
  async ({ compare }) => {
    const found = await compare(head, key, more)
    if (found.kind === 'not-compared') throw new Error(found.because)
  }

/** One full outer join of every column, with a count a column. */
const joinOfAll =
  (head, key) =>
  async ({ ask, columns }) => {
    const counts = list(
      columns,
      (name, i) => `count(*) FILTER (b.${quoted(name)} IS DISTINCT FROM h.${quoted(name)}) AS c${String(i)}`,
    )
    await ask(
      `SELECT count(*) FILTER (h.${key} IS NULL) AS removed, count(*) FILTER (b.${key} IS NULL) AS added, ${counts} FROM pair.main.base b FULL JOIN pair.main.${head} h ON b.${key} = h.${key}`,
    )
  }

/** A join for each column, as tools do that ask one question a column. */
const joinPerColumn =
  (head, key) =>
  async ({ ask, columns }) => {
    for (const name of columns.filter((column) => column !== key)) {
      await ask(
        `SELECT count(*) FROM pair.main.base b FULL JOIN pair.main.${head} h ON b.${key} = h.${key} WHERE b.${quoted(name)} IS DISTINCT FROM h.${quoted(name)}`,
      )
    }
  }

/** A table of both sides' columns side by side, and then a count a column over it. */
const materialised =
  (head, key) =>
  async ({ ask, columns }) => {
    const both = list(columns, (name, i) => `b.${quoted(name)} AS b${String(i)}, h.${quoted(name)} AS h${String(i)}`)
    await ask(
      `CREATE OR REPLACE TABLE scratch.main.joined AS SELECT ${both} FROM pair.main.base b FULL JOIN pair.main.${head} h ON b.${key} = h.${key}`,
    )
    await ask(
      `SELECT ${list(columns, (_, i) => `count(*) FILTER (b${String(i)} IS DISTINCT FROM h${String(i)})`)} FROM scratch.main.joined`,
    )
  }

/** The first level of a bisection by key range: MD5 of every row's text in 32 segments, both sides; no leaf is read. */
const md5Segments =
  (head, key) =>
  async ({ ask, columns }) => {
    const text = columns.map((name) => `coalesce(CAST(${quoted(name)} AS VARCHAR), '<null>')`).join(` || '|' || `)
    for (const table of ['base', head]) {
      await ask(
        `SELECT ${key} // 312500 AS segment, count(*), sum(CAST(('0x' || right(md5(${text}), 15)) AS BIGINT)) FROM pair.main.${table} GROUP BY segment`,
      )
    }
  }

export const shapes = {
  'floor/same': floor('same'),
  'floor/few': floor('few'),
  'floor/column': floor('one_column'),
  'floor/changed': floor('changed'),
  'ours/same': ours('same', ['id']),
  'ours/few': ours('few', ['id']),
  'ours/few explained': ours('few', ['id'], { explaining: 'always' }),
  'ours/few composite': ours('few', ['label', 'n']),
  'ours/few uuid': ours('few', ['u']),
  'ours/few sparse': ours('few', ['sparse']),
  'ours/few no key': ours('few', []),
  'ours/changed': ours('changed', ['id']),
  'ours/changed composite': ours('changed', ['label', 'n']),
  'ours/column': ours('one_column', ['id']),
  'ours/column explained': ours('one_column', ['id'], { explaining: 'always' }),
  'ours/wide': ours('few', ['id']),
  'ours/sample': ours('few', ['id'], { algorithm: 'sampled' }),
  'other/join of all columns': joinOfAll('few', 'id'),
  'other/join a column': joinPerColumn('few', 'id'),
  'other/materialised join': materialised('few', 'id'),
  'other/md5 segments': md5Segments('few', 'id'),
}

/** All but the floors. */
export const comparisons = Object.keys(shapes).filter((shape) => !shape.startsWith('floor/'))
