import type { Expectations } from '../../contract/expectations.ts'
import type { Links } from '../links.ts'
import type { Markdown } from '../markdown.ts'
import type { ModelRow } from '../../contract/model.ts'
import type { RunDocument } from '../survey.ts'
import { bullets, details, fence, paragraph } from '../markdown.ts'
import { count, counted } from '../figures.ts'
import { joined, name, phrase, said, strong, words, type Phrase } from '../phrase.ts'
import { most } from '../fit.ts'
import { placeOf } from '../links.ts'

type Declaration = Expectations['declarations'][number]
type Fault = Expectations['faults'][number]

/** What the pull request declares: what is broken or cannot be read in full view, the rest folded, each with what was measured. */
export function expectationsSection({ expectations }: RunDocument, links: Links, room: number): readonly Markdown[] {
  if (expectations === undefined) return []
  const { declarations, faults } = expectations
  const of = (status: Declaration['status']): readonly Declaration[] =>
    declarations.filter((declaration) => declaration.status === status)
  const broken = of('broken')
  const rest = [...of('not_checked'), ...of('as_declared')]
  return most(declarations.length, room, (shown) => [
    ...faultBlocks(faults.slice(0, FAULTS), links),
    ...lines(broken, shown, links),
    ...(rest.length === 0
      ? []
      : [
          details(phrase`${strong(words('Declared in this pull request'))} — ${tallyOf(declarations)}`, [
            ...lines(rest, Math.max(0, shown - broken.length), links),
          ]),
        ]),
  ])
}

const FAULTS = 3

const signs = {
  broken: '🔴 broken',
  not_checked: '🟡 not checked',
  as_declared: '🟢 as declared',
} as const satisfies Record<Declaration['status'], string>

/** `1 broken, 2 not checked, 3 as declared`. */
function tallyOf(declarations: readonly Declaration[]): Phrase {
  const told = (['broken', 'not_checked', 'as_declared'] as const).flatMap((status) => {
    const n = declarations.filter((declaration) => declaration.status === status).length
    return n === 0 ? [] : [phrase`${count(n)} ${words(status.replace('_', ' '))}`]
  })
  return joined(told, ', ')
}

function lines(declarations: readonly Declaration[], shown: number, links: Links): readonly Markdown[] {
  if (declarations.length === 0) return []
  const left = declarations.length - shown
  return [
    bullets([
      ...declarations.slice(0, shown).map((declaration) => line(declaration, links)),
      ...(left > 0 ? [phrase`${counted(left, 'more declaration')}: see the JSON document`] : []),
    ]),
  ]
}

function line(declaration: Declaration, links: Links): Phrase {
  const { text, status, detail } = declaration
  return phrase`${words(signs[status])}: ${name(text)} — ${said(detail)} (${declarer(declaration, links)})`
}

/** Who says so. */
function declarer(
  { by, standing, path, line }: Declaration | (Fault & { standing?: undefined }),
  links: Links,
): Phrase {
  const where = by === 'file' ? placeOf({ path, line }, links) : phrase`its description, line ${line ?? 1}`
  if (standing === true) return phrase`a rule of ${where}, as base has it`
  return where
}

function faultBlocks(faults: readonly Fault[], links: Links): readonly Markdown[] {
  return faults.flatMap((fault) => [
    paragraph(
      phrase`🔴 A declaration of this pull request cannot be read (${declarer(fault, links)}): ${said(fault.message)}`,
    ),
    ...(fault.frame === undefined ? [] : [fence('text', fault.frame)]),
  ])
}

/** Behind a model's story: that it is what was declared, or more than that. */
export function declaredStory({ declared, verdict }: ModelRow): readonly Phrase[] {
  if (declared === undefined) return []
  switch (declared.status) {
    case 'as_declared':
      return verdict === 'identical' || verdict === 'not_affected' ? [] : [words('as declared in this pull request')]
    case 'broken':
      // What and by how much stands in the list of declarations.
      return [words('breaks what is declared of it')]
    case 'undeclared':
      return [phrase`not declared: ${said(declared.detail)}`]
    case 'not_checked':
      return []
  }
}

/** For a terminal: one line a declaration. */
export function expectationLines({ expectations }: RunDocument, shown: (text: string) => string): readonly string[] {
  if (expectations === undefined) return []
  const place = ({ path = 'description', line = 1, column = 1 }: Declaration | Fault): string =>
    `${path}:${String(line)}:${String(column)}`
  return [
    ...expectations.faults.map((fault) => {
      const frame = fault.frame === undefined ? '' : `\n${fault.frame.split('\n').map(shown).join('\n')}`
      return `✗ ${shown(place(fault))}  ${shown(fault.message)}${frame}`
    }),
    ...expectations.declarations.map((declaration) => {
      const { status, text, detail } = declaration
      const sign = { broken: '✗ broken', not_checked: '? not checked', as_declared: '= as declared' }[status]
      return `${sign}: ${shown(text)} — ${shown(detail)} (${shown(place(declaration))})`
    }),
  ]
}
