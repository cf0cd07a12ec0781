import type { Declaration, Source } from './declaration.ts'
import type { Finding, ModelFacts } from './facts.ts'
import { grouped } from '../base/grouped.ts'
import { suggest } from '../base/suggest.ts'
import { checkClause } from './check.ts'
import { coverOf } from './cover.ts'

/** What one declaration comes to. */
export interface Settled {
  readonly declaration: Declaration
  readonly status: 'as_declared' | 'broken' | 'not_checked'
  /** What was measured, or why nothing was. */
  readonly told: string
}

/** What the declarations about one model come to, together. */
export interface SettledModel {
  /** `undeclared`: every declaration holds, and the model changes in ways that none of them speaks of. */
  readonly status: 'as_declared' | 'broken' | 'not_checked' | 'undeclared'
  readonly told: string
}

export interface Settlement {
  readonly declarations: readonly Settled[]
  /** Of every model that a declaration is about. */
  readonly models: ReadonlyMap<string, SettledModel>
}

/** Holds every declaration against what was found. Nothing is taken for declared that was not measured. */
export function settle(declarations: readonly Declaration[], models: readonly ModelFacts[]): Settlement {
  const byName = new Map(models.map((facts) => [facts.model.toLowerCase(), facts]))
  const named = new Set(
    declarations.flatMap(({ subject }) => ('model' in subject ? [subject.model.toLowerCase()] : [])),
  )
  const others = models.filter(({ model }) => !named.has(model.toLowerCase()))
  const checked = new Map<ModelFacts, Checked[]>()
  const settled = declarations.map((declaration): Settled => {
    const { subject } = declaration
    const about = subject.kind === 'others' ? others : [byName.get(subject.model.toLowerCase())]
    const findings = about.flatMap((facts) => {
      if (facts === undefined) return []
      const finding = checkClause(subject, declaration.clause, facts)
      const one = { declaration, facts, finding }
      checked.set(facts, [...(checked.get(facts) ?? []), one])
      return [one]
    })
    if (subject.kind !== 'others' && findings.length === 0) return unknownModel(declaration, subject.model, models)
    return { declaration, ...(subject.kind === 'others' ? sumOf(findings) : statusOf(findings[0]?.finding)) }
  })
  return {
    declarations: settled,
    models: new Map([...checked].map(([facts, found]) => [facts.model, settledModel(facts, found)])),
  }
}

interface Checked {
  readonly declaration: Declaration
  readonly facts: ModelFacts
  readonly finding: Finding
}

function settledModel(facts: ModelFacts, found: readonly Checked[]): SettledModel {
  const broken = found.filter(({ finding }) => finding.status === 'broken')
  if (broken.length > 0) return { status: 'broken', told: broken.map(wholeStory).join('; ') }
  const [open] = found.filter(({ finding }) => finding.status === 'not_checked')
  if (open !== undefined) return { status: 'not_checked', told: wholeStory(open) }
  const cover = coverOf(
    facts,
    found.map(({ declaration }) => declaration).filter(({ source }) => !isStanding(source)),
  )
  if (cover.undeclared.length > 0) return { status: 'undeclared', told: cover.undeclared.join(', ') }
  if (facts.failing) return { status: 'not_checked', told: 'something of it fails' }
  const [gap] = cover.open
  return gap === undefined ? { status: 'as_declared', told: '' } : { status: 'not_checked', told: gap }
}

const isStanding = (source: Source): boolean => source.kind === 'file' && source.standing

const wholeStory = ({ declaration, finding }: Checked): string =>
  `\`${declaration.text.replaceAll('`', "'")}\`: ${finding.told}`

function statusOf(finding: Finding | undefined): Pick<Settled, 'status' | 'told'> {
  const { status = 'not_checked', told = '' } = finding ?? {}
  return { status: status === 'holds' ? 'as_declared' : status, told }
}

function unknownModel(declaration: Declaration, model: string, models: readonly ModelFacts[]): Settled {
  const meant = suggest(
    model,
    models.map((facts) => facts.model),
  )
  const told = `neither side has a model of that name${meant === undefined ? '' : `; did you mean "${meant}"?`}`
  return { declaration, status: 'broken', told }
}

/** Of all the models that are not named. */
function sumOf(found: readonly Checked[]): Pick<Settled, 'status' | 'told'> {
  const of = (status: Finding['status']): readonly Checked[] => found.filter(({ finding }) => finding.status === status)
  const [broken, open] = [of('broken'), of('not_checked')]
  if (broken.length > 0) return { status: 'broken', told: listed(broken, found) }
  if (open.length > 0) return { status: 'not_checked', told: listed(open, found) }
  const n = found.length
  return {
    status: 'as_declared',
    told: n === 0 ? 'there are none' : `holds for ${n === 1 ? 'the one model' : `all ${grouped(n)} models`}`,
  }
}

const TOLD = 3

function listed(some: readonly Checked[], all: readonly Checked[]): string {
  const shown = some
    .slice(0, TOLD)
    .map(({ facts, finding }) => `\`${facts.model.replaceAll('`', "'")}\`: ${finding.told}`)
  const more = some.length > TOLD ? `; and ${grouped(some.length - TOLD)} more` : ''
  return `${grouped(some.length)} of ${grouped(all.length)} models: ${shown.join('; ')}${more}`
}
