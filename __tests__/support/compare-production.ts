import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { quoted, type ProductionRun } from './production.ts'

/** How two results differ, as multisets over the columns that both have. */
export interface Difference {
  readonly base: number
  readonly head: number
  readonly onlyBase: number
  readonly onlyHead: number
  readonly sameColumns: boolean
  /** Names of head's columns, lower-case. */
  readonly columnsOfHead: readonly string[]
}

/** Compares the results of two runs, model by model, without the columns that chance makes; a pair of names for a renamed one. Undefined: one side has none. */
export async function compareProduction(
  base: ProductionRun,
  head: ProductionRun,
  names: readonly { readonly name: string; readonly from: string; readonly without?: readonly string[] }[],
): Promise<ReadonlyMap<string, Difference | undefined>> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  try {
    await connection.run(`ATTACH '${base.file}' AS b (READ_ONLY)`)
    await connection.run(`ATTACH '${head.file}' AS h (READ_ONLY)`)
    const differences = new Map<string, Difference | undefined>()
    for (const { name, from, without = [] } of names) {
      const [b, h] = [`b.result.${quoted(from)}`, `h.result.${quoted(name)}`]
      differences.set(name, await differenceOf(connection, b, h, without).catch(() => undefined))
    }
    return differences
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

async function differenceOf(
  connection: DuckDBConnection,
  base: string,
  head: string,
  without: readonly string[],
): Promise<Difference> {
  const rows = async (query: string): Promise<readonly (readonly unknown[])[]> =>
    (await connection.runAndReadAll(query)).getRows()
  const count = async (query: string): Promise<number> =>
    Number((await rows(`SELECT count(*) FROM (${query})`))[0]?.[0])
  const described = async (relation: string): Promise<readonly string[]> =>
    (await rows(`DESCRIBE FROM ${relation}`)).map(([name, type]) => `${String(name).toLowerCase()} ${String(type)}`)
  const [of, to] = [await described(base), await described(head)]
  const name = (column: string): string => column.slice(0, column.indexOf(' '))
  const common = of
    .map(name)
    .filter((column) => to.map(name).includes(column) && !without.includes(column))
    .map((column) =>
      exactly(
        quoted(column),
        [...of, ...to].filter((described) => name(described) === column),
      ),
    )
    .join(', ')
  return {
    base: await count(`FROM ${base}`),
    head: await count(`FROM ${head}`),
    onlyBase: await count(`SELECT ${common} FROM ${base} EXCEPT ALL SELECT ${common} FROM ${head}`),
    onlyHead: await count(`SELECT ${common} FROM ${head} EXCEPT ALL SELECT ${common} FROM ${base}`),
    sameColumns: [...of].sort().join() === [...to].sort().join(),
    columnsOfHead: to.map(name),
  }
}

/** A month and thirty days compare as equal, and so do two cases under NOCASE. `described`: the column on either side. */
function exactly(column: string, described: readonly string[]): string {
  if (described.every((one) => one.endsWith(' INTERVAL'))) return `CAST(${column} AS VARCHAR)`
  return described.every((one) => one.endsWith(' VARCHAR')) ? `encode(${column})` : column
}
