import { mindsOrder } from '../columns.ts'
import type { OutputShape, Shape } from '../../ports/shape.ts'

/**
 * Whether two shapes prove that their queries give equal rows from equal inputs. One that depends on the order of rows is
 * only proven when the whole plan is the same: another plan may read the same rows in another order.
 */
export function provenEqual(base: Shape, head: Shape): boolean {
  if (!isProvable(base) || !isProvable(head)) return false
  const { rows, columns, reordered } = shapeDifference(base, head)
  return (
    !rows &&
    columns.length === 0 &&
    !reordered &&
    base.literals === head.literals &&
    base.evaluations === head.evaluations &&
    base.outputs.length === head.outputs.length &&
    base.outputs.every(
      ({ name, type }, index) => name === head.outputs[index]?.name && type === head.outputs[index].type,
    )
  )
}

export interface ShapeDifference {
  /** Which rows there are may differ, and with them every value. */
  readonly rows: boolean
  /** Lower-case, sorted: columns whose value or type differs, and those that one side does not have. */
  readonly columns: readonly string[]
  /** Columns that both sides have stand in another order. */
  readonly reordered: boolean
}

/** What may differ between two queries over equal inputs; everything, when one of them cannot be proven equal to anything. */
export function shapeDifference(base: Shape, head: Shape): ShapeDifference {
  const ofBase = byName(base)
  const ofHead = byName(head)
  const names = [...new Set([...ofBase.keys(), ...ofHead.keys()])].sort()
  const common = (from: ReadonlyMap<string, OutputShape>, other: ReadonlyMap<string, OutputShape>): string =>
    JSON.stringify([...from.keys()].filter((name) => other.has(name)))
  const reordered = common(ofBase, ofHead) !== common(ofHead, ofBase)
  if (!isProvable(base) || !isProvable(head)) return { rows: true, columns: names.map(plainName), reordered }
  const columns = names.filter((name) => {
    const [one, other] = [ofBase.get(name), ofHead.get(name)]
    return one?.fingerprint !== other?.fingerprint || one?.type !== other?.type
  })
  const rows = base.rows.fingerprint !== head.rows.fingerprint || mayComeInAnotherOrder(base, head)
  // Nothing differs but the literals: something that we do not see. Or one side may fail where the other does not.
  const sameParts = base.literals === head.literals && base.evaluations === head.evaluations
  const unexplained = !rows && columns.length === 0 && !sameParts
  return { rows: rows || unexplained, columns: [...new Set((unexplained ? names : columns).map(plainName))], reordered }
}

/** A column of one query, and what another calls it. */
export interface TakenColumn {
  readonly name: string
  readonly from: string
}

/**
 * The columns of `few`, in order, where `many` over equal inputs is proven to give the same rows with some columns more, and
 * `few` to fail only where `many` does. Undefined where that is not proven.
 */
export function provenProjection(few: Shape, many: Shape): readonly TakenColumn[] | undefined {
  if (mindsOrder(few) || mindsOrder(many) || few.rows.fingerprint !== many.rows.fingerprint) return undefined
  if (!failsNoMore(few, many) || few.outputs.length >= many.outputs.length) return undefined
  const [ofFew, ofMany] = [byPlainName(few), byPlainName(many)]
  // A table calls a second `x` otherwise than the query does.
  if (ofFew.size < few.outputs.length || ofMany.size < many.outputs.length) return undefined
  const taken = few.outputs.flatMap(({ name, type, fingerprint }) => {
    const same = ofMany.get(name.toLowerCase())
    return same?.fingerprint === fingerprint && same.type === type ? [{ name, from: same.name }] : []
  })
  return taken.length === few.outputs.length ? taken : undefined
}

/** Whether whatever may fail in `few` is evaluated in `many` too, over the same rows. */
function failsNoMore(few: Shape, many: Shape): boolean {
  return few.evaluations === '' || (few.sites?.every((site) => many.sites?.includes(site)) ?? false)
}

function byPlainName({ outputs }: Shape): ReadonlyMap<string, OutputShape> {
  return new Map(outputs.map((output) => [output.name.toLowerCase(), output]))
}

function isProvable({ unknown, volatile }: Shape): boolean {
  return unknown.length === 0 && volatile === undefined
}

function mayComeInAnotherOrder(base: Shape, head: Shape): boolean {
  return (base.orderSensitive !== undefined || head.orderSensitive !== undefined) && base.plan !== head.plan
}

/** Names of columns may repeat: the second `x` of one side is compared with the second of the other. */
function byName({ outputs }: Shape): ReadonlyMap<string, OutputShape> {
  const named = new Map<string, OutputShape>()
  for (const output of outputs) {
    const name = output.name.toLowerCase()
    let count = 0
    while (named.has(numbered(name, count))) count += 1
    named.set(numbered(name, count), output)
  }
  return named
}

function numbered(name: string, count: number): string {
  return `${name}\u0000${String(count)}`
}

function plainName(numberedName: string): string {
  return numberedName.slice(0, numberedName.lastIndexOf('\u0000'))
}
