import { PreviewError } from '../../core/base/errors.ts'
import {
  columnsWithoutNull,
  nullCountsQuery,
  readNullCounts,
  violationsOf,
  type Violation,
} from '../../core/checks/contract-check.ts'
import type { Stand } from '../../core/checks/stand.ts'
import type { BrokenContract, Contract } from '../../core/project/model.ts'
import type { Checking } from './checking.ts'

/** What one side breaks of its contract, or why that could not be seen. */
export async function checkContract(
  { warehouse, session, values }: Checking,
  contract: Contract | BrokenContract,
  stand: Stand,
): Promise<readonly Violation[] | string> {
  if ('fault' in contract) return violationsOf(contract, [], new Map())
  if (stand.kind === 'none') return stand.because
  try {
    const columns = (await warehouse.describe(stand.relation)) ?? []
    const counted = columnsWithoutNull(contract, columns)
    if (counted.length === 0) return violationsOf(contract, columns, new Map())
    const [row] = await warehouse.query(nullCountsQuery(stand.relation, counted), session('compare'))
    return violationsOf(contract, columns, readNullCounts(counted, row))
  } catch (error) {
    if (!(error instanceof PreviewError) || error.blame === 'bug') throw error
    return values(error.message)
  }
}
