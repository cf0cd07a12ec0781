import type { Link, LinkedModel, LinkTarget } from '../lineage/link.ts'
import type { Names } from '../lineage/names.ts'
import type { UnitTest } from '../project/model.ts'
import { keyOf } from '../lineage/names.ts'
import { formatRelation, type Relation } from '../sql/relation.ts'

type Given = UnitTest['given'][number]

/** The given rows that stand in for each thing that a model reads, by `targetKey`; or what no rows are given for. */
export function matchInputs(
  { model, links }: LinkedModel,
  given: UnitTest['given'],
  names: Names,
): ReadonlyMap<string, Given> | { readonly because: string } {
  const resolved = new Map(given.map((one) => [refKey(one.ref, model.name, names), one]))
  const inputs = new Map<string, Given>()
  for (const link of links) {
    const key = targetKey(link.target)
    const found = resolved.get(key) ?? byText(link, given)
    if (found === undefined) {
      return {
        because: `the model reads \`${link.target.kind === 'file' ? link.target.table.paths.join(', ') : formatRelation(link.reference)}\`, and the test gives no rows for it`,
      }
    }
    inputs.set(key, found)
  }
  return inputs
}

export function targetKey(target: LinkTarget): string {
  if (target.kind === 'model') return `model ${target.name.toLowerCase()}`
  if (target.kind === 'self') return 'self'
  if (target.kind === 'file') return `file ${target.table.relation.table}`
  return `source ${keyOf(target.relation.schema, target.relation.table)}`
}

/** `orders`, `raw.orders` or `"odd name".orders` as a relation. */
export function writtenRelation(text: string): Relation {
  const parts = [...text.matchAll(/"((?:[^"]|"")*)"|([^."]+)/g)].map(([, quoted, bare]) =>
    quoted === undefined ? (bare ?? '').trim() : quoted.replaceAll('""', '"'),
  )
  const [table = text, schema, catalog] = parts.reverse()
  return { ...(catalog !== undefined && { catalog }), ...(schema !== undefined && { schema }), table }
}

function refKey(ref: string, own: string, names: Names): string {
  const resolution = names.resolve(writtenRelation(ref))
  if (resolution.kind === 'model') {
    return targetKey(resolution.name === own ? { kind: 'self' } : resolution)
  }
  return resolution.kind === 'source' ? targetKey(resolution) : `text ${ref}`
}

/** As it is written in the SQL; else by the table's name alone, where one ref has it. */
function byText({ reference, target }: Link, given: UnitTest['given']): Given | undefined {
  if (target.kind === 'file') return given.find(({ ref }) => target.table.paths.includes(ref))
  const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()
  const exact = given.find(({ ref }) => same(formatRelation(writtenRelation(ref)), formatRelation(reference)))
  if (exact !== undefined) return exact
  const near = given.filter(({ ref }) => same(writtenRelation(ref).table, reference.table))
  return near.length === 1 ? near[0] : undefined
}
