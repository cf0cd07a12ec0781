import type { Row } from '../ports/warehouse.ts'
import type { Sql } from '../sql/sql.ts'

/** Asks the engine, with all its threads. Answers are small: rows stay where they are. */
export type Ask = (statement: Sql) => Promise<readonly Row[]>
