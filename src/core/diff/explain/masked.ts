import type { MaskValue } from '../mask-value.ts'
import type { Bridge, Condition, Explained, FanOut, Shown, TopValues, Where } from './explained.ts'

/** What is told, without the values that may not be shown as they are: counts and shares stay. */
export function maskedExplanation(explained: Explained, mask: MaskValue): Explained {
  const { where, bridges, topValues, fanOut } = explained
  return {
    ...explained,
    where: where.map((each) => maskedWhere(each, mask)),
    bridges: bridges.map((bridge) => maskedBridge(bridge, mask)),
    topValues: topValues.map((top) => maskedTop(top, mask)),
    ...(fanOut !== undefined && { fanOut: fanOut.map((each) => maskedFanOut(each, mask)) }),
  }
}

function maskedWhere(where: Where, mask: MaskValue): Where {
  return { ...where, condition: maskedCondition(where.condition, (value) => mask(where.column, value) === value) }
}

function maskedCondition(condition: Condition, isShown: (value: string) => boolean): Condition {
  const values = condition.kind === 'range' ? [condition.from, condition.to] : [valueOf(condition)]
  return values.every((value) => value === undefined || isShown(value)) ? condition : { kind: condition.kind }
}

const valueOf = (condition: Exclude<Condition, { kind: 'range' }>): string | undefined =>
  'value' in condition ? condition.value : undefined

function maskedBridge({ amounts, ...bridge }: Bridge, mask: MaskValue): Bridge {
  if (amounts === undefined) return bridge
  return Object.values(amounts).every((amount) => mask(bridge.column, amount) === amount)
    ? { ...bridge, amounts }
    : bridge
}

function maskedTop({ column, values }: TopValues, mask: MaskValue): TopValues {
  return { column, values: values.map((each) => ({ ...each, value: shown(column, each.value, mask) })) }
}

/** The key's columns are those of the relation that is joined: their names decide. */
function maskedFanOut(fanOut: FanOut, mask: MaskValue): FanOut {
  const { columns, examples } = fanOut
  const maskedKey = (key: readonly Shown[]): readonly Shown[] =>
    key.map((value, index) => shown(columns[index] ?? '', value, mask))
  return { ...fanOut, examples: examples.map(({ key, rows }) => ({ key: maskedKey(key), rows })) }
}

function shown(column: string, value: Shown, mask: MaskValue): Shown {
  return value === undefined || mask(column, value) !== value ? undefined : value
}
