import { PreviewError } from '../../core/base/errors.ts'
import { stepId } from '../../core/environment/frontier.ts'
import { againRelation, type SideName } from '../../core/environment/layout.ts'
import type { Session, Warehouse } from '../../core/ports/warehouse.ts'
import { sql, type Sql } from '../../core/sql/sql.ts'

/** What filled a twin. */
interface Ran {
  readonly query: Sql
  readonly session: Session
}

/** Knows what filled each twin, and times it once more. */
export class TwinTimer {
  readonly #warehouse: Warehouse
  /** By step. */
  readonly #ran = new Map<string, Ran>()

  constructor(warehouse: Warehouse) {
    this.#warehouse = warehouse
  }

  /** Keeps the first: a full refresh comes after the next run, whose figures are the model's. */
  keep(side: SideName, model: string, ran: Ran): void {
    const step = stepId(side, model)
    if (!this.#ran.has(step)) this.#ran.set(step, ran)
  }

  /** In milliseconds, of a run elsewhere. Undefined where the twin was not built, or cannot be again. */
  async time(side: SideName, model: string): Promise<number | undefined> {
    const ran = this.#ran.get(stepId(side, model))
    if (ran === undefined) return undefined
    const relation = againRelation(side)
    try {
      await this.#warehouse.execute(sql`DROP TABLE IF EXISTS ${relation}`)
      const { durationMs } = await this.#warehouse.materialize(relation, ran.query, ran.session)
      await this.#warehouse.execute(sql`DROP TABLE ${relation}`)
      return durationMs
    } catch (error) {
      if (!(error instanceof PreviewError) || error.blame === 'bug') throw error
      return undefined
    }
  }
}
