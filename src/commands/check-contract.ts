import { PreviewError } from '../core/base/errors.ts'
import {
  columnsWithoutNull,
  nullCountsQuery,
  readNullCounts,
  violationsOf,
  type Violation,
} from '../core/checks/contract-check.ts'
import type { Stand } from '../core/checks/stand.ts'
import type { BrokenContract, Contract } from '../core/project/model.ts'
import type { Checking } from './checking.ts'

/** What one side breaks of its contract; undefined where there is nothing to check it on. */
export async function checkContract(
  { warehouse, session }: Checking,
  contract: Contract | BrokenContract,
  stand: Stand,
): Promise<readonly Violation[] | undefined> {
  if ('fault' in contract) return violationsOf(contract, [], new Map())
  if (stand.kind === 'none') return undefined
  try {
    const columns = (await warehouse.describe(stand.relation)) ?? []
    const counted = columnsWithoutNull(contract, columns)
    if (counted.length === 0) return violationsOf(contract, columns, new Map())
    const [row] = await warehouse.query(nullCountsQuery(stand.relation, counted), session('compare'))
    return violationsOf(contract, columns, readNullCounts(counted, row))
  } catch (error) {
    if (!(error instanceof PreviewError) || error.blame === 'bug') throw error
    return undefined
  }
}
