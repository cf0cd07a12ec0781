import type { CostOutput } from '../../contract/cost.ts'
import type { Markdown, TableColumn } from '../markdown.ts'
import { table } from '../markdown.ts'
import { bytes, count, duration, usd, usdDelta } from '../figures.ts'
import { name, phrase, words, type Phrase } from '../phrase.ts'

export type CostRow = CostOutput['per_model'][number]

/** The figures of models, rows and bytes before time: those are the same on every machine. */
export function costTable(rows: readonly CostRow[]): Markdown {
  const some = (...keys: readonly (keyof CostRow)[]): boolean =>
    rows.some((row) => keys.some((key) => row[key] !== undefined))
  const right = (title: string): TableColumn => ({ title: words(title), align: 'right' })
  const [written, scanned] = [some('branch_rows', 'base_rows'), some('branch_bytes_scanned', 'base_bytes_scanned')]
  const [priced, monthly] = [
    some('branch_cost_usd', 'base_cost_usd'),
    rows.some(({ month }) => month?.delta_usd !== undefined),
  ]
  const columns = [
    { title: words('Model') },
    ...(written ? [right('Rows written')] : []),
    ...(scanned ? [right('Read')] : []),
    right('Time, base → PR'),
    ...(priced ? [right('USD')] : []),
    ...(monthly ? [right('Per month')] : []),
  ]
  const lines = rows.map((row) => [
    name(row.model_name),
    ...(written ? [bothSides(row.base_rows, row.branch_rows, count)] : []),
    ...(scanned ? [bothSides(row.base_bytes_scanned, row.branch_bytes_scanned, bytes)] : []),
    timeCell(row),
    ...(priced ? [bothSides(row.base_cost_usd, row.branch_cost_usd, usd)] : []),
    ...(monthly ? [row.month?.delta_usd === undefined ? words('–') : usdDelta(row.month.delta_usd)] : []),
  ])
  return table(columns, lines)
}

/** `1.2 s → 3.4 s ± 0.1 s`; one figure where no difference can be measured. */
function timeCell({ time, base_duration_ms: base, branch_duration_ms: head }: CostRow): Phrase {
  if (time === undefined) return bothSides(zeroIsAbsent(base), zeroIsAbsent(head), duration)
  if (time.change === 'same') return phrase`${duration(head)}, no measurable change`
  return phrase`${duration(time.base_ms)} → ${duration(time.branch_ms)} ± ${duration(time.noise_ms)}`
}

function bothSides(base: number | undefined, head: number | undefined, figure: (value: number) => Phrase): Phrase {
  if (base === undefined && head === undefined) return words('–')
  if (base === head && base !== undefined) return figure(base)
  return phrase`${base === undefined ? words('–') : figure(base)} → ${head === undefined ? words('–') : figure(head)}`
}

const zeroIsAbsent = (ms: number): number | undefined => (ms === 0 ? undefined : ms)
