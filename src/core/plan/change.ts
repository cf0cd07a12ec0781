import type { Change } from './plan.ts'
import type { Model } from '../project/model.ts'

/** What of a loaded model decides its data; everything else is metadata. */
const DATA_FIELDS = ['sql', 'strategy', 'target', 'surrogateKeys'] as const satisfies readonly (keyof Model)[]
const METADATA_FIELDS = [
  'dependsOn',
  'tests',
  'contract',
  'budget',
  'metadata',
] as const satisfies readonly (keyof Model)[]

/** Compares one model as loaded on both sides; file names and layout do not count. */
export function modelChange(base: Model, head: Model): Change {
  const fields = DATA_FIELDS.filter((field) => !equal(base[field], head[field]))
  if (base.name !== head.name) return { kind: 'renamed', from: base.name, fields }
  if (fields.length > 0) return { kind: 'edited', fields }
  const metadata = METADATA_FIELDS.filter((field) => !equal(base[field], head[field])).flatMap((field) =>
    field === 'metadata' ? metadataKeys(base, head) : [field === 'dependsOn' ? 'depends_on' : field],
  )
  return metadata.length > 0 ? { kind: 'metadata', fields: metadata.sort() } : { kind: 'none' }
}

/** What is asked of the model's rows is another, and the rows are not. */
export function changesTests(change: Change): boolean {
  return change.kind === 'metadata' && change.fields.some((field) => field === 'tests' || field === 'contract')
}

/** Base names of models that live on under another name in head: one target, else one text, each of them unique. */
export function renames(removed: readonly Model[], added: readonly Model[]): ReadonlyMap<string, string> {
  const fromByHead = new Map<string, string>()
  const gone = new Set<string>()
  for (const key of [targetKey, textKey]) {
    const candidates = unique(
      removed.filter(({ name }) => !gone.has(name)),
      key,
    )
    for (const [text, head] of unique(
      added.filter(({ name }) => !fromByHead.has(name)),
      key,
    )) {
      const base = candidates.get(text)
      if (base === undefined) continue
      fromByHead.set(head.name, base.name)
      gone.add(base.name)
    }
  }
  return fromByHead
}

function unique(models: readonly Model[], key: (model: Model) => string): ReadonlyMap<string, Model> {
  const byKey = new Map<string, Model | undefined>()
  for (const model of models) byKey.set(key(model), byKey.has(key(model)) ? undefined : model)
  return new Map([...byKey].flatMap(([text, model]) => (model === undefined ? [] : [[text, model]])))
}

function targetKey({ target }: Model): string {
  return JSON.stringify([target.schema, target.table]).toLowerCase()
}

function textKey({ sql, strategy }: Model): string {
  return JSON.stringify([sql, strategy])
}

function metadataKeys(base: Model, head: Model): readonly string[] {
  const keys = new Set([...Object.keys(base.metadata), ...Object.keys(head.metadata)])
  return [...keys].filter((key) => !equal(base.metadata[key], head.metadata[key]))
}

/** Equality of plain data: the order of keys does not count, and an absent key equals an undefined one. */
function equal(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (a instanceof Date || b instanceof Date)
    return a instanceof Date && b instanceof Date && a.getTime() === b.getTime()
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const [x, y] = [a as Readonly<Record<string, unknown>>, b as Readonly<Record<string, unknown>>]
  return Object.keys({ ...x, ...y }).every((key) => equal(x[key], y[key]))
}
