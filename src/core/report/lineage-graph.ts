import type { ModelRow } from '../contract/model.ts'
import { folderOf } from './folder.ts'
import type { Mark, Survey, Touched } from './survey.ts'

/** A model, or several of one folder and one mark that nobody needs to see one by one. */
export type LineageNode =
  | { readonly kind: 'model'; readonly name: string; readonly mark: Mark; readonly anchor: string | undefined }
  | {
      readonly kind: 'group'
      readonly folder: string
      readonly mark: Mark
      readonly models: number
      readonly label: string
    }

/** What there is to draw. Edges go from a node to one that reads it, as places in `nodes`. */
export interface LineageGraph {
  readonly nodes: readonly LineageNode[]
  readonly edges: readonly (readonly [from: number, to: number])[]
  /** Models and edges that are not drawn. */
  readonly left: { readonly models: number; readonly edges: number }
}

/** Shares of the nodes: fewer than all, since groups have many arrows. */
const ALONE = 0.4
const TOGETHER = 0.3

/** The touched models and their direct neighbours. Where they are more than `nodes`, the calm ones of a folder become one node. */
export function lineageGraph(
  survey: Survey,
  { nodes: most, edges: mostEdges }: { readonly nodes: number; readonly edges: number },
): LineageGraph {
  const { run } = survey
  const rows = new Map(run.models.map((row) => [row.model_name, row]))
  const touched = new Map(survey.touched.map((model) => [model.row.model_name, model]))
  const names = namesInOrder(survey).filter((name) => rows.has(name))
  const alone = new Set(names.length <= most ? names : names.filter(stirs(touched)).slice(0, Math.ceil(most * ALONE)))
  const grouped = groupsOf(names, alone, rows, touched).slice(0, Math.floor(most * TOGETHER))
  const nodes: LineageNode[] = []
  const placeOf = new Map<string, number>()
  for (const name of names.filter((each) => alone.has(each))) {
    const model = touched.get(name)
    placeOf.set(name, nodes.length)
    nodes.push({ kind: 'model', name, mark: model?.mark ?? 'untouched', anchor: model?.anchor })
  }
  for (const { folder, mark, members } of grouped) {
    for (const name of members) placeOf.set(name, nodes.length)
    nodes.push({ kind: 'group', folder, mark, models: members.length, label: groupWords(members, mark, rows) })
  }
  const edges = edgesOf(run.models, placeOf)
  return {
    nodes,
    edges: edges.slice(0, mostEdges),
    left: { models: names.length - placeOf.size, edges: Math.max(0, edges.length - mostEdges) },
  }
}

/** Touched models, worst first, then what they read and who reads them. */
function namesInOrder({ touched, readers }: Survey): readonly string[] {
  const names = touched.map(({ row }) => row.model_name)
  const neighbours = touched.flatMap(({ row }) => [...row.inputs, ...(readers.get(row.model_name) ?? [])])
  return [...new Set([...names, ...neighbours])]
}

/** Failing, different or not checked. */
function stirs(touched: ReadonlyMap<string, Touched>): (name: string) => boolean {
  const calm: readonly Mark[] = ['same', 'untouched']
  return (name) => !calm.includes(touched.get(name)?.mark ?? 'untouched')
}

interface Group {
  readonly folder: string
  readonly mark: Mark
  readonly members: string[]
}

/** The largest first. */
function groupsOf(
  names: readonly string[],
  alone: ReadonlySet<string>,
  rows: ReadonlyMap<string, ModelRow>,
  touched: ReadonlyMap<string, Touched>,
): readonly Group[] {
  const groups = new Map<string, Group>()
  for (const name of names) {
    const row = rows.get(name)
    if (alone.has(name) || row === undefined) continue
    const [folder, mark] = [folderOf(row), touched.get(name)?.mark ?? 'untouched']
    const key = `${mark} ${folder}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { folder, mark, members: [name] })
    else group.members.push(name)
  }
  return [...groups.values()].sort((a, b) => b.members.length - a.members.length)
}

function groupWords(members: readonly string[], mark: Mark, rows: ReadonlyMap<string, ModelRow>): string {
  const isNew = mark === 'same' && members.some((name) => rows.get(name)?.verdict === 'added')
  return `${String(members.length)} ${isNew ? 'identical or new' : groupMarks[mark]}`
}

const groupMarks = {
  broken: 'failing',
  differs: 'that differ',
  unsure: 'not checked',
  same: 'identical',
  untouched: 'not affected',
} as const satisfies Record<Mark, string>

function edgesOf(models: readonly ModelRow[], placeOf: ReadonlyMap<string, number>): [number, number][] {
  const edges = new Map<string, [number, number]>()
  for (const { model_name, inputs } of models) {
    const to = placeOf.get(model_name)
    if (to === undefined) continue
    for (const input of inputs) {
      const from = placeOf.get(input)
      if (from !== undefined && from !== to) edges.set(`${String(from)} ${String(to)}`, [from, to])
    }
  }
  return [...edges.values()]
}
