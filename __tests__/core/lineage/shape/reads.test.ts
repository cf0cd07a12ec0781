import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { ColumnRead } from '../../../../src/core/lineage/shape/shape.ts'
import { VOLATILE_FUNCTIONS } from '../../../../src/core/lineage/shape/volatile.ts'
import { TABLES } from './pairs.ts'
import { openBench, type Bench } from './shapes.ts'

let bench: Bench
beforeAll(async () => {
  bench = await openBench(TABLES)
})
afterAll(() => {
  bench.close()
})

const listed = (reads: readonly ColumnRead[]): string =>
  reads.map(({ relation, column }) => `${relation.replace('main.', '')}.${column}`).join(' ')

const MANY = Array.from({ length: 30 }, (_, index) => String(index)).join(', ')

/** By hand: the columns that decide the rows, then what each output reads. */
const TRUTH: readonly (readonly [query: string, rows: string, outputs: readonly string[]])[] = [
  ['select a, b + 1 as x from t', '', ['t.a', 't.b']],
  ["select a from t where c = 'x' and b > 1", 't.b t.c', ['t.a']],
  ['select 1 as one, a + b as s from t', '', ['', 't.a t.b']],
  ['select count(*) as n from t', '', ['']],
  ['select count(*) as n from t where b > 1', '', ['t.b']],
  ['select a, count(*) as n from t group by a', 't.a', ['t.a', '']],
  ["select a, sum(b) filter (where c = 'x') as s from t group by a", 't.a', ['t.a', 't.b t.c']],
  ['select a from t group by a having max(b) > 1', 't.a t.b', ['t.a']],
  ["select a, string_agg(c, ',' order by ts) as l from t group by a", 't.a', ['t.a', 't.c t.ts']],
  ['select a, b, sum(d) as s from t group by rollup (a, b)', 't.a t.b', ['t.a', 't.b', 't.d']],
  ['select t.a, u.z from t join u on t.a = u.b', 't.a u.b', ['t.a', 'u.z']],
  ['select t.c, u.z from t left join u on t.a = u.a and u.b > 1', 't.a u.a u.b', ['t.c', 'u.z']],
  ['select z from t natural join u', 't.a t.b u.a u.b', ['u.z']],
  ['select a, c, z from t join u using (a)', 't.a u.a', ['t.a', 't.c', 'u.z']],
  ['select a, z from t full join u using (a)', 't.a u.a', ['t.a u.a', 'u.z']],
  ['select t.c, u.z from t asof join u on t.a = u.a and t.b >= u.b', 't.a t.b u.a u.b', ['t.c', 'u.z']],
  ['select t.c, u.z from t positional join u', '', ['t.c', 'u.z']],
  ['select t.c, u.z from t, u', '', ['t.c', 'u.z']],
  ['select c from t semi join u on t.a = u.b', 't.a u.b', ['t.c']],
  ['select c from t anti join u using (a)', 't.a u.a', ['t.c']],
  ['select c from t where a in (select b from u)', 't.a u.b', ['t.c']],
  ["select c from t where a not in (select b from u where z = 'x')", 't.a u.b u.z', ['t.c']],
  ["select c from t where exists (select 1 from u where u.a = t.a and z > 'a')", 't.a u.a u.z', ['t.c']],
  ['select c, (select max(b) from u) as m from t', '', ['t.c', 'u.b']],
  ['select c, (select max(b) from u where u.a = t.a) as m from t', '', ['t.c', 't.a u.a u.b']],
  ['select c, a in (select a from u) as m from t', '', ['t.c', 't.a u.a']],
  ['select t.c, q.m from t, lateral (select max(b) as m from u where u.a = t.a) q', 't.a u.a', ['t.c', 'u.b']],
  ['select c, rank() over (partition by a order by b) as r from t', '', ['t.c', 't.a t.b']],
  ['select c from t qualify rank() over (partition by a order by b) = 1', 't.a t.b', ['t.c']],
  ['select distinct a, b from t', 't.a t.b', ['t.a', 't.b']],
  ['select distinct on (a) a, b from t order by a, ts', 't.a t.ts', ['t.a', 't.b']],
  ['select c from t order by b limit 3', 't.b', ['t.c']],
  ['select a from t union all select b from u', '', ['t.a u.b']],
  ['select a from t union select b from u', 't.a u.b', ['t.a u.b']],
  ['select a, c from t except select a, z from u', 't.a t.c u.a u.z', ['t.a u.a', 't.c u.z']],
  ['select a, b from t union all by name select b, a from u', '', ['t.a u.a', 't.b u.b']],
  ['with q as (select a as x, b as y from t) select y from q where x > 1', 't.a', ['t.b']],
  ['select a, unnest(l) as e from t', 't.l', ['t.a', 't.l']],
  ['select t.a, q.i from t, unnest(t.l) as q(i)', 't.l', ['t.a', 't.l']],
  ['select s.x, l[1] as f from t', '', ['t.s', 't.l']],
  ['select list_transform(l, x -> x + a) as m, [x for x in l if x > b] as f from t', '', ['t.a t.l', 't.b t.l']],
  ['select * exclude (b) replace (upper(z) as z) from u', '', ['u.a', 'u.z']],
  ["select columns('a|b') + 1 from u", '', ['u.a', 'u.b']],
  ['select count(distinct u) as n from u', '', ['u.a u.b u.z']],
  ["select * from (select a, b, c from t) pivot (sum(b) for c in ('x', 'y'))", 't.a', ['t.a', 't.b t.c', 't.b t.c']],
  ['select * from (select a, b, c from t) unpivot (v for n in (a, b))', 't.a t.b', ['t.c', '', 't.a t.b']],
  [
    `select n1 from (select "1" as n1 from (pivot (select a, b, c from t) on b in (${MANY}) using max(a) group by c))`,
    't.b t.c',
    ['t.a t.b'],
  ],
  ['select i from (values (1), (2)) q(i)', '', ['']],
  ['select i, a from range(3) q(i), t', '', ['', 't.a']],
  [
    'with recursive r(k, n) as (select a, b from u union all select k, n + 1 from r where n < 3) select k, n from r',
    'u.b',
    ['u.a', 'u.b'],
  ],
  [
    'with recursive r(k, n) as (select a, 1 from u union all select t.b, n + 1 from r join t on t.a = r.k where n < 3) select k, n from r',
    't.a t.b u.a',
    ['t.b u.a', ''],
  ],
  ['select b from v1', 't.a', ['t.b']],
  ['select a from (select a, sum(b) over () as s from t)', '', ['t.a']],
  ['select a from (select a, sum(cast(c as integer)) over () as s from t)', 't.c', ['t.a']],
  [
    'with recursive r(k, n) as (select a, cast(z as integer) from u union all select k + 1, n from r where k < 3) select k from r',
    'u.a u.z',
    ['u.a'],
  ],
  ['select plus1(a) as p from above(2)', 't.a', ['t.a']],
  ['select case when a > 1 then b else d end as k from t', '', ['t.a t.b t.d']],
]

describe('reads', () => {
  it.each(TRUTH)('of %s', async (query, rows, outputs) => {
    const shape = await bench.shape(query)
    expect(shape.unknown).toEqual([])
    expect({ rows: listed(shape.rows.reads), outputs: shape.outputs.map(({ reads }) => listed(reads)) }).toEqual({
      rows,
      outputs,
    })
  })
})

describe('orderSensitive', () => {
  it.each([
    'select a from t order by a limit 3',
    'select sum(b), avg(a), max(b), sum(e), count(distinct c), count(d) from t',
    'select rank() over (order by b), sum(b) over (order by a) from t',
    "select string_agg(c, ',' order by c) from t",
    'select a, row_number() over (order by a) from t',
    'select c, (select max(b) from u where u.a = t.a) from t',
    "select (select b from u where z = 'z') as m from t",
    'select a from t where exists (select 1 from u)',
    'select t.a, q.i from t, unnest(t.l) as q(i)',
    'select distinct a, b from t',
    'select a from t union select a from u',
    'select count(*) from t',
    'select distinct on (a, b) a, b from t',
  ])('is not %s', async (query) => {
    expect((await bench.shape(query)).orderSensitive).toBeUndefined()
  })

  it.each([
    'select a from t limit 3',
    'select a, b from t order by a limit 3',
    'select sum(d) from t',
    'select avg(d::float) from t',
    'select stddev(a) from t',
    'select list(a) from t',
    "select string_agg(c, ',') from t",
    "select string_agg(c, ',' order by a) from t",
    'select first(a), any_value(b) from t',
    'select arg_max(a, b) from t',
    'select mode(a) from t',
    'select max(dt - ts) from t',
    'select min(c collate nocase) from t',
    'select distinct c collate nocase from t',
    // 0.0 and −0.0 are one value here, and two texts to whoever reads it.
    'select max(d) from t',
    'select distinct d from t',
    'select d, count(*) from t group by d',
    'select d from t union select d from t',
    'select d from t except select d from t',
    'select a, (select max(b) from u where u.a > t.d) from t',
    'select c collate nocase as k from t group by k',
    'select b, row_number() over (order by a) from t',
    'select a, row_number() over (order by a), row_number() over (order by a desc) from t',
    'select lag(a) over (order by b) from t',
    'select sum(b) over (order by a rows unbounded preceding) from t',
    'select sum(d) over () from t',
    'select first_value(a) over (order by b) from t',
    'select a, ntile(2) over (order by b) from t',
    'select distinct on (a) a, b from t',
    'select distinct on (a) a, b from t order by a',
    'select rowid from t',
    'select * from t positional join u',
    'select t.a from t asof join u on t.b >= u.b',
    'with recursive r(k, n) using key (k) as (select a, b from u union select k, n + 1 from r where n < 3) select * from r',
    'select approx_quantile(a, 0.5) from t',
    'select t.a, q.b from t, lateral (select b from u where u.a = t.a limit 1) q',
  ])('is %s', async (query) => {
    expect((await bench.shape(query)).orderSensitive).toEqual(expect.any(String))
  })
})

describe('volatile', () => {
  it.each([
    'select random() from t',
    'select a from t where random() > 0.5',
    'select uuid()',
    'select now(), a from t',
    'select current_date',
    'select current_localtimestamp()',
    'select age(ts) from t',
    'select a from t using sample 2',
    'select a from t tablesample bernoulli(10%) repeatable (3)',
    'select current_schema()',
    'select list_transform(l, x -> x + random()) from t',
    'select * from duckdb_tables()',
  ])('is %s', async (query) => {
    expect((await bench.shape(query)).volatile).toEqual(expect.any(String))
  })

  it('knows every function that the engine calls unstable', async () => {
    const rows = await bench.rows(
      "select distinct function_name from duckdb_functions() where stability <> 'CONSISTENT' and function_type = 'scalar' and function_name <> 'error'",
    )
    const unknown: string[] = []
    for (const row of rows.slice(1)) {
      if (!VOLATILE_FUNCTIONS.has(row)) unknown.push(row)
    }
    expect(unknown).toEqual([])
  })
})
