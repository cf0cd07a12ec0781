import type { RunOutput } from '../../../../src/core/contract/run.ts'
import { runOf, scenes } from '../scenes.ts'

const side = (nulls: number, distinct: number, sum: string) => ({
  nulls,
  distinct,
  min: '-12.50',
  max: '18204.00',
  mean: '401.77',
  sum,
})

const was = `-- Revenue by order, in the currency of the shop.
select
    o.order_id,
    o.customer_id,
    o.currency,
    o.gross_amount - o.discount as net_amount
from {{ raw_orders }} as o
where o.status <> 'cancelled'
`
const is = `-- Revenue by order, in US dollars.
select
    o.order_id,
    o.customer_id,
    o.currency,
    (o.gross_amount - o.discount) * fx.rate as net_amount,
    fx.rate as fx_rate
from {{ raw_orders }} as o
join fx_rates as fx using (currency)
where o.status <> 'cancelled'
`

/** Ten models, one of them with all that a report can show. */
export function richRun(): RunOutput {
  const scene = scenes['10-models']
  if (scene === undefined) throw new Error('no such scene')
  const run = runOf(scene)
  const models = run.models.map((row) => {
    if (row.model_name !== 'fct_revenue') return row
    const columns = (row.columns ?? []).map((column) =>
      column.name === 'net_amount'
        ? { ...column, facts: { base: side(0, 50_112, '4018302.11'), head: side(98_110, 61_870, '3970092.40') } }
        : column,
    )
    return { ...row, columns, explained }
  })
  return { ...run, models, sources: [{ model_name: 'fct_revenue', base: was, head: is }] }
}

const explained = { left_out: 'Where the changes live: the deadline passed, <b>USD</b>' }
