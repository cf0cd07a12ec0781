import { createRepository, type Files, type TestRepository } from '../support/git-repository.ts'

const seed = `
CREATE SCHEMA IF NOT EXISTS raw;
CREATE TABLE raw.orders AS SELECT i AS id, i % 7 AS customer, i * 10 AS amount FROM range(200) t(i);
CREATE TABLE raw.customers AS SELECT i AS id, 'c' || i AS name FROM range(7) t(i);
`

/** A project that is all right: two layers over a seeded warehouse. */
const files: Files = {
  'rocky.toml':
    '[adapter]\ntype = "duckdb"\npath = "shop.duckdb"\n\n[pipeline.shop]\ntype = "transformation"\nmodels = "models/**"\n',
  'data/seed.sql': seed,
  'models/_defaults.toml': '[target]\ncatalog = "shop"\nschema = "marts"\n',
  'models/orders.sql': 'SELECT id, customer, amount FROM raw.orders WHERE amount > 0\n',
  'models/revenue.sql': 'SELECT customer, sum(amount) AS revenue FROM orders GROUP BY customer\n',
  'models/people.sql': 'SELECT id, upper(name) AS name FROM raw.customers\n',
}

/** On main the project as it is, or with `base` laid over it; on the branch `feature`, checked out, `head` on top of that. */
export function shopRepository(head: Files = {}, base: Files = {}): TestRepository {
  const repository = createRepository()
  repository.commit({ ...files, ...base }, 'the shop')
  repository.git('checkout', '--quiet', '-b', 'feature')
  repository.commit(head, 'the change')
  return repository
}

/** An edit that changes the rows of `orders` and `revenue`. */
export const edited: Files = {
  'models/orders.sql': 'SELECT id, customer, amount FROM raw.orders WHERE amount > 100\n',
}
