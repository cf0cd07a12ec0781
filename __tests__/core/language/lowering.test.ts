import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { openTestEngine, type TestEngine } from '../../support/engine.ts'
import { blocks } from '../../docs/documents.ts'
import { lowered, rowsOf } from './rows.ts'

let engine: TestEngine

beforeAll(async () => {
  engine = await openTestEngine()
  await engine.run(
    'CREATE SCHEMA w.ingest',
    `CREATE TABLE w.main.orders AS SELECT * FROM (VALUES
       (1, 1, 10, 'paid', DATE '2024-01-05'), (2, 1, 20, NULL, DATE '2024-01-10'), (3, 2, 30, 'paid', DATE '2024-02-01'),
       (4, 3, 40, 'open', DATE '2024-02-01'), (5, NULL, 50, 'void', DATE '2024-03-01'))
       AS t (id, customer_id, amount, status, placed)`,
    `CREATE TABLE w.main.customers AS SELECT * FROM (VALUES (1, 'Ann', 'DE'), (2, 'Bob', 'FR'), (9, 'Zoe', 'DE'))
       AS t (customer_id, name, country)`,
    `CREATE TABLE w.main.points AS SELECT * FROM (VALUES (1, 1, 'x'), (1, 2, 'y'), (2, 1, 'z')) AS t (a, b, tag)`,
    `CREATE TABLE w.main.marks AS SELECT * FROM (VALUES (1, 1, 7), (2, 2, 8)) AS t (a, b, mark)`,
    `CREATE TABLE w.main.odd AS SELECT 1 AS "end", 2 AS "left", 3 AS "case"`,
    `CREATE TABLE w.main."table" AS SELECT 1 AS id`,
    `CREATE TABLE w.ingest.raw AS SELECT 1 AS id, 'a' AS "user"`,
    `CREATE TABLE w.main.flags AS SELECT * FROM (VALUES (1, TRUE, FALSE), (2, FALSE, FALSE), (3, NULL, TRUE)) AS t (id, x, y)`,
  )
})

afterAll(() => {
  engine.close()
})

describe('a pipeline gives', () => {
  it.each<[of: string, pipeline: string, table: string]>([
    ['a source as it is', 'from points', 'a b tag; 1 1 x; 1 2 y; 2 1 z'],
    ['a source below its schema', 'from ingest.raw', 'id user; 1 a'],
    ['a source below its catalog', 'from w.ingest.raw select { id }', 'id; 1'],
    ['a source by an alias', 'from points as p where p.a == 2 select { p.tag }', 'tag; z'],
    ['a source named as a keyword of SQL', 'from table', 'id; 1'],
    ['a copy', 'from points\nreplicate', 'a b tag; 1 1 x; 1 2 y; 2 1 z'],
    ['a copy, whatever stands beside it', 'from points where a == 2 replicate take 1', 'a b tag; 1 1 x; 1 2 y; 2 1 z'],
    // where
    ['rows that equal', 'from orders where status == "paid" select { id }', 'id; 1; 3'],
    ['rows that differ, NULL among them', 'from orders where status != "paid" select { id }', 'id; 2; 4; 5'],
    ['no row for NULL == NULL', 'from orders where status == null select { id }', 'id'],
    ['rows that are not NULL with != null', 'from orders where status != null select { id }', 'id; 1; 3; 4; 5'],
    ['rows below', 'from orders where amount < 20 select { id }', 'id; 1'],
    ['rows at most', 'from orders where amount <= 20 select { id }', 'id; 1; 2'],
    ['rows above', 'from orders where amount > 40 select { id }', 'id; 5'],
    ['rows at least', 'from orders where amount >= 40 select { id }', 'id; 4; 5'],
    ['rows that are NULL', 'from orders where customer_id is null select { id }', 'id; 5'],
    ['rows that are not NULL', 'from orders where status is not null and id > 3 select { id }', 'id; 4; 5'],
    ['rows in a list', 'from orders where status in ["paid", "open",] select { id }', 'id; 1; 3; 4'],
    ['rows in no list, without NULL', 'from orders where status not in ["paid", "open"] select { id }', 'id; 5'],
    ['no row outside a list with NULL', 'from orders where id not in [1, null] select { id }', 'id'],
    ['several conditions', 'from orders where amount > 10 where amount < 50 where id != 3 select { id }', 'id; 2; 4'],
    ['an `or` in one of several', 'from orders where id == 1 or id == 5 where amount > 20 select { id }', 'id; 5'],
    ['`and` before `or`', 'from orders where id == 1 or id == 2 and amount > 99 select { id }', 'id; 1'],
    ['parentheses', 'from orders where (id == 1 or id == 2) and amount > 10 select { id }', 'id; 2'],
    ['`not` of a comparison', 'from orders where not status == "paid" select { id }', 'id; 4; 5'],
    ['`not` of a group', 'from orders where not (id == 1 or id == 2) select { id }', 'id; 3; 4; 5'],
    ['`not` twice', 'from flags where not not x select { id }', 'id; 1'],
    ['`not` before `and`', 'from flags where not x and not y select { id }', 'id; 2'],
    ['`not` inside a comparison', 'from flags where y == not x select { id }', 'id; 1'],
    ['a comparison of comparisons', 'from orders where (id > 2) == (amount > 20) select { id }', 'id; 1; 2; 3; 4; 5'],
    ['a truth by itself', 'from flags where x select { id }', 'id; 1'],
    // literals
    [
      'numbers with underscores',
      'from points take 1 derive { n: 1_000_000, f: 3.1_4 } select { n, f }',
      'n f; 1000000 3.14',
    ],
    ['text of both quotes', `from table derive { a: "it's", b: 'say "x"' } select { a, b }`, `a b; it's say "x"`],
    ['text over two lines', 'from table derive { a: replace("x\ny", "\n", "+") } select { a }', 'a; x+y'],
    ['text that looks like a comment', 'from table derive { a: "--b" } select { a }', 'a; --b'],
    ['truths and NULL', 'from table derive { t: true, f: false, n: null } select { t, f, n }', 't f n; true false ∅'],
    ['dates', 'from orders where placed >= @2024-02-01 select { id }', 'id; 3; 4; 5'],
    ['dates without their time of day', 'from orders where placed == @2024-02-01T12:30:00Z select { id }', 'id; 3; 4'],
    // arithmetic
    ['products before sums', 'from table derive { a: 1 + 2 * 3, b: (1 + 2) * 3 } select { a, b }', 'a b; 7 9'],
    ['differences from the left', 'from table derive { a: 10 - 3 - 2, b: 10 - (3 - 2) } select { a, b }', 'a b; 5 9'],
    ['quotients', 'from table derive { a: 9 / 2, b: 9 % 4, c: 12 / (2 * 3) } select { a, b, c }', 'a b c; 4.5 1 2'],
    [
      'signs',
      'from table derive { a: -id, b: - -5, c: -(1 + 2), d: 3 - -2 } select { a, b, c, d }',
      'a b c d; -1 5 -3 5',
    ],
    // derive
    ['what was there, and more', 'from marks derive { half: mark / 2 }', 'a b mark half; 1 1 7 3.5; 2 2 8 4'],
    ['columns of columns', 'from marks derive { x: mark + 1 } derive { y: x * 2 } select { y }', 'y; 16; 18'],
    [
      'columns of columns beside them',
      'from marks derive { x: mark + 1, y: x * 2 } select { x, y }',
      'x y; 8 16; 9 18',
    ],
    [
      'a column over one of the source',
      'from marks select { a } derive { a2: a } derive { a2: a2 + 1 }',
      'a a2; 1 2; 2 3',
    ],
    [
      'the source beside its redefinition',
      'from marks derive { mark: mark + 1, old: mark } select { mark, old }',
      'mark old; 8 7; 9 8',
    ],
    ['both, where a column is redefined', 'from marks derive { mark: mark + 1 }', 'a b mark mark_1; 1 1 7 8; 2 2 8 9'],
    [
      'filters on computed columns',
      'from orders derive { double: amount * 2 } where double > 60 select { id }',
      'id; 4; 5',
    ],
    ['filters above a redefinition', 'from marks where mark > 7 derive { mark: mark - 5 } select { mark }', 'mark; 3'],
    ['filters below a redefinition', 'from marks derive { mark: mark - 5 } where mark > 2 select { mark }', 'mark; 3'],
    ['nothing more for an empty block', 'from marks derive { }', 'a b mark; 1 1 7; 2 2 8'],
    [
      'columns named as keywords',
      'from odd derive { order_: end + left, when_: case } select { end, order_, when_ }',
      'end order_ when_; 1 3 3',
    ],
    // select
    ['columns in their order', 'from points select { tag, a }', 'tag a; x 1; y 1; z 2'],
    ['all of them', 'from marks select { * }', 'a b mark; 1 1 7; 2 2 8'],
    ['all of them and one more', 'from marks derive { n: mark + 1 } select { *, n }', 'a b mark n; 1 1 7 8; 2 2 8 9'],
    ['columns without commas', 'from points select { tag a }', 'tag a; x 1; y 1; z 2'],
    ['the last of two selections', 'from points select { a, b } select { b }', 'b; 1; 1; 2'],
    ['computed columns after a selection', 'from points select { a } derive { n: a + b }', 'a n; 1 2; 1 3; 2 3'],
    // group
    [
      'a group for each key',
      'from orders group customer_id { total: sum(amount), n: count() }',
      'customer_id total n; 1 30 2; 2 30 1; 3 40 1; ∅ 50 1',
    ],
    ['a group for each pair', 'from points group a, b { n: count() }', 'a b n; 1 1 1; 1 2 1; 2 1 1'],
    ['one group of all', 'from orders group { total: sum(amount), last: max(placed) }', 'total last; 150 2024-03-01'],
    ['keys alone', 'from points group a { }', 'a; 1; 2'],
    [
      'sums of computed columns',
      'from orders derive { d: amount * 2 } group status { t: sum(d) } where t > 60',
      'status t; open 80; paid 80; void 100',
    ],
    [
      'groups by a computed column',
      'from orders derive { big: amount > 25 } group big { n: count() }',
      'big n; false 2; true 3',
    ],
    ['groups by a constant', 'from orders derive { one: 7 } group one { n: count() }', 'one n; 7 5'],
    ['groups by a negative constant', 'from orders derive { one: -7 } group one { n: count() }', 'one n; -7 5'],
    [
      'one group of all, of which a constant is kept',
      'from points group { n: count() } derive { m: 7 } select { m }',
      'm; 7',
    ],
    ['groups by a negated column', 'from points derive { m: -a } group m { n: count() }', 'm n; -1 2; -2 1'],
    [
      'groups that pass a filter',
      'from orders group customer_id { total: sum(amount) } where total > 30',
      'customer_id total; 3 40; ∅ 50',
    ],
    [
      'groups that pass several',
      'from orders group customer_id { t: sum(amount) } where t > 10 or t == 0 where t < 45',
      'customer_id t; 1 30; 2 30; 3 40',
    ],
    [
      'groups filtered by their key',
      'from orders group customer_id { t: sum(amount) } where customer_id != 1',
      'customer_id t; 2 30; 3 40; ∅ 50',
    ],
    [
      'groups filtered by another aggregate',
      'from orders group customer_id { t: sum(amount) } where count() > 1',
      'customer_id t; 1 30',
    ],
    [
      'an aggregate named as its column',
      'from orders group customer_id { amount: sum(amount) } where amount > 30',
      'customer_id amount; 3 40; ∅ 50',
    ],
    [
      'columns of aggregates',
      'from orders group customer_id { t: sum(amount), n: count() } derive { mean: t / n }',
      'customer_id t n mean; 1 30 2 15; 2 30 1 30; 3 40 1 40; ∅ 50 1 50',
    ],
    [
      'columns of an aggregate named as its column',
      'from orders group status { amount: sum(amount) } derive { half: amount / 2 } select { half }',
      'half; 10; 20; 20; 25',
    ],
    ['a selection of a group', 'from orders group customer_id { t: sum(amount) } select { t }', 't; 30; 30; 40; 50'],
    [
      'all that a group gives',
      'from points group a { n: count() } derive { m: n + 1 } select { * }',
      'a n m; 1 2 3; 2 1 2',
    ],
    [
      'rows filtered, then groups',
      'from orders where amount < 50 group status { n: count() } where n > 1',
      'status n; paid 2',
    ],
    [
      'an aggregate of a match',
      'from orders group { paid: sum(match status { "paid" => amount, _ => 0 }) }',
      'paid; 40',
    ],
    [
      'windows over groups',
      'from orders group customer_id { t: sum(amount) } derive { all_: sum(t) over () } select { t, all_ }',
      't all_; 30 150; 30 150; 40 150; 50 150',
    ],
    // join
    [
      'rows of both sides',
      'from orders as o join customers as c on customer_id select { o.id, c.name }',
      'id name; 1 Ann; 2 Ann; 3 Bob',
    ],
    [
      'rows by the names of the sources',
      'from orders join customers on customer_id select { id, customers.name }',
      'id name; 1 Ann; 2 Ann; 3 Bob',
    ],
    ['rows by two keys', 'from points join marks on a, b select { tag, mark }', 'tag mark; x 7'],
    [
      'rows of the left',
      'from orders left join customers as c on customer_id select { id, c.name }',
      'id name; 1 Ann; 2 Ann; 3 Bob; 4 ∅; 5 ∅',
    ],
    [
      'rows of the right',
      'from orders right_join customers as c on customer_id select { id, c.name }',
      'id name; 1 Ann; 2 Ann; 3 Bob; ∅ Zoe',
    ],
    [
      'rows of either',
      'from orders full join customers as c on customer_id where id is null or name is null select { id, name }',
      'id name; 4 ∅; 5 ∅; ∅ Zoe',
    ],
    ['every pair', 'from table cross join marks select { id, mark }', 'id mark; 1 7; 1 8'],
    ['every pair, in one word', 'from table cross_join marks as m { keep m.mark } select { mark }', 'mark; 7; 8'],
    [
      'kept columns behind all the others',
      'from table cross join marks as m { keep m.mark, m.a }',
      'id a b mark mark_1 a_1; 1 1 1 7 7 1; 1 2 2 8 8 2',
    ],
    ['columns named left and cross', 'from odd derive { cross_: left } select { left, cross_ }', 'left cross_; 2 2'],
    ['a join below a schema', 'from ingest.raw join table as t on id select { raw.id }', 'id; 1'],
    [
      'groups of joined rows',
      'from orders as o join customers as c on customer_id group country { t: sum(amount) }',
      'country t; DE 30; FR 30',
    ],
    [
      'the key of a join, by its own name',
      'from orders as o where customer_id > 0 join customers as c on customer_id group customer_id, name { n: count() } sort customer_id take 1',
      'customer_id name n; 1 Ann 2',
    ],
    [
      'the key of a join, sorted',
      'from points left join marks as m on a, b sort b desc, a take 1 select { a, b, mark }',
      'a b mark; 1 2 ∅',
    ],
    // sort, take, distinct
    ['the first rows', 'from orders sort amount take 2 select { id }', 'id; 1; 2'],
    ['the last rows', 'from orders sort amount desc take 2 select { id }', 'id; 4; 5'],
    [
      'rows by two keys in their directions',
      'from orders sort placed desc, amount asc take 2 select { id }',
      'id; 3; 5',
    ],
    ['rows by a computed column', 'from orders derive { n: -amount } sort n take 1 select { id }', 'id; 5'],
    [
      'groups by an aggregate',
      'from orders group status { t: sum(amount) } sort t desc take 1 select { status }',
      'status; void',
    ],
    [
      'groups by an aggregate named as its column',
      'from orders group status { amount: sum(amount) } sort amount take 1',
      'status amount; ∅ 20',
    ],
    ['no row', 'from orders take 0 select { id }', 'id'],
    ['each row once', 'from orders select { customer_id } distinct', 'customer_id; 1; 2; 3; ∅'],
    // match
    [
      'the first arm that holds',
      'from orders derive { tier: match amount { > 30 => "l", > 10 => "m", _ => "s" } } select { id, tier }',
      'id tier; 1 s; 2 m; 3 m; 4 l; 5 l',
    ],
    ['NULL where no arm holds', 'from points derive { t: match a { 1 => "one" } } select { t }', 't; one; one; ∅'],
    [
      'an arm for what differs, NULL too',
      'from orders derive { t: match status { != "paid" => 1, _ => 0 } } select { id, t }',
      'id t; 1 0; 2 1; 3 0; 4 1; 5 1',
    ],
    [
      'a match of a sum',
      'from points derive { t: match a + b { == 2 => "two" 3 => "three" } } select { t }',
      't; three; three; two',
    ],
    [
      'a match in a match',
      'from points derive { t: match a { 1 => match b { 1 => "p", _ => "q" }, _ => "r" } } select { t }',
      't; p; q; r',
    ],
    [
      'a match that is part of a sum',
      'from points derive { t: 1 + match a { 1 => 10, _ => 20 } } select { t }',
      't; 11; 11; 21',
    ],
    // windows
    [
      'numbers of rows',
      'from orders derive { rn: row_number() over (partition customer_id, sort -placed) } select { id, rn }',
      'id rn; 1 2; 2 1; 3 1; 4 1; 5 1',
    ],
    [
      'sums up to a row',
      'from orders derive { s: sum(amount) over (sort id, rows unbounded..current) } select { id, s }',
      'id s; 1 10; 2 30; 3 60; 4 100; 5 150',
    ],
    [
      'sums around a row',
      'from orders derive { s: sum(amount) over (sort id, rows 1..1) } select { id, s }',
      'id s; 1 30; 2 60; 3 90; 4 120; 5 90',
    ],
    [
      'sums from a row on',
      'from orders derive { s: sum(amount) over (sort id rows current..unbounded) } select { id, s }',
      'id s; 1 150; 2 140; 3 120; 4 90; 5 50',
    ],
    [
      'sums of a range',
      'from orders derive { s: sum(id) over (sort amount, range 10..current) } select { id, s }',
      'id s; 1 1; 2 3; 3 5; 4 7; 5 9',
    ],
    [
      'the row before',
      'from orders derive { p: lag(amount, 1, 0) over (sort id) } select { id, p }',
      'id p; 1 0; 2 10; 3 20; 4 30; 5 40',
    ],
    ['all rows', 'from points derive { n: count() over () } select { n }', 'n; 3; 3; 3'],
    [
      'the key behind the order',
      'from points derive { r: rank() over (sort -b, partition a) } select { tag, r }',
      'tag r; x 2; y 1; z 1',
    ],
    [
      'windows over computed columns',
      'from points derive { s: a + b } derive { r: rank() over (partition s sort tag) } select { tag, r }',
      'tag r; x 1; y 1; z 2',
    ],
    // let
    ['a binding', 'let paid = from orders where status == "paid"\nfrom paid select { id }', 'id; 1; 3'],
    [
      'bindings of bindings',
      'let a1 = from orders | where id > 1\nlet b1 = from a1 | where id < 4\nfrom b1 | select { id }',
      'id; 2; 3',
    ],
    [
      'a binding over the model of its name',
      'let orders = from orders where id > 4 from orders select { id }',
      'id; 5',
    ],
    [
      'a window that is filtered',
      'let r = from orders derive { rn: row_number() over (partition customer_id, sort -id) }\nfrom r where rn == 1 select { id }',
      'id; 2; 3; 4; 5',
    ],
    ['a group of groups', 'let g = from points group a { n: count() }\nfrom g group n { m: count() }', 'n m; 1 1; 2 1'],
    [
      'a binding joined',
      'let c = from customers where country == "DE"\nfrom orders join c on customer_id select { id, c.name }',
      'id name; 1 Ann; 2 Ann',
    ],
    // the rest
    [
      'functions',
      'from orders derive { s: coalesce(upper(status), "none") } where id < 3 select { s }',
      's; PAID; none',
    ],
    [
      'functions named as keywords of SQL',
      'from points derive { l: left("abc", a), r: right("abc", a) } where b == 1 select { l, r }',
      'l r; a c; ab bc',
    ],
    ['names whatever their case', 'from Orders derive { Big: Amount * 2 } where big > 60 select { ID }', 'id; 4; 5'],
    [
      'steps between pipes and comments',
      '-- all\nfrom orders -- of them\n| where id == 1 -- "one"\n|\n| select { id } |',
      'id; 1',
    ],
    ['steps on one line', 'from orders where id==1 select{id}', 'id; 1'],
  ])('%s', async (_, pipeline, table) => {
    const [columns, ...rows] = table.split('; ')
    expect(await rowsOf(engine, pipeline)).toEqual([columns, ...rows.sort()])
  })

  it('what the documentation shows', () => {
    const [example = ''] = blocks('docs/rocky-language.md', 'rocky')
    expect(lowered(example)).toMatch(/^WITH ranked AS/)
  })

  it('SQL that reads well', () => {
    const pipeline = `
let ranked = from orders
where status != "void"
derive { rn: row_number() over (partition customer_id, sort -placed) }

from ranked as r
left join customers as c on customer_id { keep c.country }
where rn == 1
derive { net: amount * 0.8, tier: match amount { > 25 => "large", _ => "small" } }
group country, tier {
  total: sum(net),
  orders: count()
}
where total > 0 or orders > 1
sort total desc
take 1_000
`
    expect(lowered(pipeline)).toBe(`WITH ranked AS (
  SELECT
    *,
    ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY placed DESC) AS rn
  FROM orders
  WHERE status IS DISTINCT FROM 'void'
)
SELECT
  country,
  CASE WHEN amount > 25 THEN 'large' ELSE 'small' END AS tier,
  SUM(amount * 0.8) AS total,
  COUNT() AS orders
FROM ranked AS r
LEFT JOIN customers AS c ON r.customer_id = c.customer_id
WHERE rn = 1
GROUP BY country, CASE WHEN amount > 25 THEN 'large' ELSE 'small' END
HAVING SUM(amount * 0.8) > 0 OR COUNT() > 1
ORDER BY total DESC
LIMIT 1000`)
  })
})
