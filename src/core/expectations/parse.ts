import type { Bound, Clause, Operator, Subject } from './declaration.ts'
import { didYouMean } from '../base/suggest.ts'
import { tokens, type Token } from './tokens.ts'

/** One clause about one subject, and where it begins. */
export interface Statement {
  readonly subject: Subject
  readonly clause: Clause
  readonly text: string
  readonly offset: number
}

export interface Mistake {
  readonly message: string
  readonly offset: number
}

export interface Parsed {
  readonly statements: readonly Statement[]
  readonly mistakes: readonly Mistake[]
}

/** `subject: clause, clause`, one a line or between semicolons. What cannot be read is told, and the rest is read. */
export function parseStatements(text: string): Parsed {
  const statements: Statement[] = []
  const mistakes: Mistake[] = []
  for (const line of lines(tokens(text))) {
    const reader = readerOf(line)
    if (reader.peek().kind === 'end') continue
    const subject = readSubject(reader)
    const colon = subject === undefined ? undefined : reader.take()
    if (subject === undefined || colon === undefined) mistakes.push(mistakeAt(reader.peek(), SUBJECT_FORMS))
    else if (colon.text !== ':') mistakes.push(mistakeAt(colon, 'a colon behind what is declared'))
    else readClauses(subject, reader, statements, mistakes)
  }
  return { statements, mistakes }
}

/** What stands before the colon, by itself: a key of the TOML form. */
export function parseSubject(text: string): Subject | Mistake {
  const reader = readerOf(tokens(text))
  const subject = readSubject(reader)
  return subject === undefined || reader.peek().kind !== 'end' ? mistakeAt(reader.peek(), SUBJECT_FORMS) : subject
}

/** What stands behind the colon, by itself: a value of the TOML form. */
export function parseClauses(subject: Subject, text: string): Parsed {
  const statements: Statement[] = []
  const mistakes: Mistake[] = []
  readClauses(subject, readerOf(tokens(text)), statements, mistakes)
  return { statements, mistakes }
}

const SUBJECT_FORMS = 'a model, model.column or others (other names stand in double quotes)'

interface Reader {
  peek(): Token
  take(): Token
}

/** Behind the last token it stays at it. */
function readerOf(line: readonly Token[]): Reader {
  const last: Token = line.at(-1) ?? { kind: 'end', text: '', value: '', offset: 0 }
  let at = 0
  return {
    peek: () => line[at] ?? last,
    take: () => {
      const token = line[at] ?? last
      at = Math.min(at + 1, line.length)
      return token
    },
  }
}

function lines(all: readonly Token[]): readonly (readonly Token[])[] {
  const found: Token[][] = [[]]
  for (const token of all) {
    found.at(-1)?.push(token)
    if (token.kind === 'end') found.push([])
  }
  return found.filter((line) => line.length > 0)
}

function readSubject(reader: Reader): Subject | undefined {
  const model = readName(reader)
  if (model === undefined) return undefined
  if (reader.peek().text !== '.')
    return model.quoted || model.name !== 'others' ? { kind: 'model', model: model.name } : { kind: 'others' }
  reader.take()
  const column = readName(reader)
  return column === undefined ? undefined : { kind: 'column', model: model.name, column: column.name }
}

function readName(reader: Reader): { readonly name: string; readonly quoted: boolean } | undefined {
  const token = reader.peek()
  if (token.kind === 'word') return { name: reader.take().text, quoted: false }
  return token.kind === 'quoted' && token.value !== '' ? { name: reader.take().value, quoted: true } : undefined
}

function readClauses(subject: Subject, reader: Reader, statements: Statement[], mistakes: Mistake[]): void {
  for (;;) {
    const { offset } = reader.peek()
    const clause = readClause(subject, reader)
    if ('message' in clause) {
      mistakes.push(clause)
      return
    }
    statements.push({ subject, clause, text: `${subjectText(subject)}: ${clauseText(clause)}`, offset })
    const next = reader.take()
    if (next.kind === 'end') return
    if (next.text !== ',') {
      mistakes.push(mistakeAt(next, 'a comma, or the end of the line'))
      return
    }
  }
}

function readClause(subject: Subject, reader: Reader): Clause | Mistake {
  const known = subject.kind === 'column' ? columnClauses : modelClauses
  const first = reader.take()
  if (first.kind === 'word' && Object.hasOwn(known, first.value)) {
    const seconds: Record<string, Clause['kind']> | undefined = known[first.value]
    const alone = seconds?.['']
    if (alone !== undefined) return withBound(alone, reader)
    const second = reader.take()
    const kind = second.kind === 'word' ? seconds?.[second.value] : undefined
    if (kind !== undefined) return withBound(kind, reader)
    return mistakeAt(
      second,
      `one of ${Object.keys(seconds ?? {}).join(', ')} behind "${first.value}"`,
      Object.keys(seconds ?? {}),
    )
  }
  const thousands = first.kind === 'number' ? '. A number has no commas: write 1000 or 1_000' : ''
  return mistakeAt(first, `${CLAUSE_FORMS[subject.kind]}${thousands}`, Object.keys(known))
}

/** Clauses by their first and second word; '' where the first stands alone. */
const modelClauses: Record<string, Record<string, Clause['kind']>> = {
  identical: { '': 'identical' },
  rows: { unchanged: 'rows unchanged', added: 'rows added', removed: 'rows removed', changed: 'rows changed' },
  columns: {
    unchanged: 'columns unchanged',
    added: 'columns added',
    removed: 'columns removed',
    changed: 'columns changed',
  },
  new: { model: 'new model' },
  removed: { model: 'removed model' },
}

const columnClauses: Record<string, Record<string, Clause['kind']>> = {
  identical: { '': 'identical' },
  changed: { '': 'changed' },
  added: { '': 'added' },
  removed: { '': 'removed' },
  retyped: { '': 'retyped' },
  renamed: { '': 'renamed' },
}

const MODEL_FORMS = 'identical, rows …, columns …, new model or removed model'
const CLAUSE_FORMS = {
  model: MODEL_FORMS,
  others: MODEL_FORMS,
  column: 'identical, changed, added, removed, retyped or renamed',
} as const satisfies Record<Subject['kind'], string>

/** A count without a bound declares that there are some. */
function withBound(kind: Clause['kind'], reader: Reader): Clause | Mistake {
  if (!isCounted(kind)) return { kind }
  const sign = reader.peek()
  if (sign.kind !== 'operator') return { kind, bound: SOME }
  reader.take()
  const number = reader.take()
  if (number.kind !== 'number' || number.text.length > 30) return mistakeAt(number, `a number behind "${sign.text}"`)
  const unit = reader.peek().text === '%' ? 'percent' : 'count'
  if (unit === 'percent' && kind.startsWith('columns')) return mistakeAt(reader.peek(), 'a number of columns')
  if (unit === 'percent') reader.take()
  if (unit === 'count' && number.text.includes('.')) return mistakeAt(number, 'a whole number, or per cent (%)')
  const [whole = '', fraction = ''] = number.text.replaceAll('_', '').split('.')
  const digits = BigInt(`${whole}${fraction}`)
  return { kind, bound: { operator: sign.value as Operator, digits, scale: fraction.length, unit } }
}

const SOME: Bound = { operator: '>', digits: 0n, scale: 0, unit: 'count' }

const countedKinds = [
  'rows added',
  'rows removed',
  'rows changed',
  'columns added',
  'columns removed',
  'columns changed',
  'changed',
] as const

function isCounted(kind: Clause['kind']): kind is (typeof countedKinds)[number] {
  return (countedKinds as readonly string[]).includes(kind)
}

export function subjectText(subject: Subject): string {
  switch (subject.kind) {
    case 'others':
      return 'others'
    case 'model':
      return nameText(subject.model)
    case 'column':
      return `${nameText(subject.model)}.${nameText(subject.column)}`
  }
}

const nameText = (name: string): string =>
  /^[\p{L}_][\p{L}\p{M}\p{N}_$-]*$/u.test(name) && name !== 'others' ? name : `"${name}"`

function clauseText(clause: Clause): string {
  if (!('bound' in clause)) return clause.kind
  const { operator, digits, scale, unit } = clause.bound
  if (clause.bound === SOME) return clause.kind
  const padded = String(digits).padStart(scale + 1, '0')
  const number = scale === 0 ? padded : `${padded.slice(0, -scale)}.${padded.slice(-scale)}`
  return `${clause.kind} ${operator} ${number}${unit === 'percent' ? ' %' : ''}`
}

function mistakeAt(token: Token, expected: string, candidates: readonly string[] = []): Mistake {
  const found = token.kind === 'end' ? 'The line ends' : `Found "${token.text.slice(0, 40)}"`
  const meant = token.kind === 'word' ? didYouMean(token.text, candidates) : undefined
  const hint = meant === undefined ? '' : ` ${meant}`
  return { message: `${found}; expected ${expected}.${hint}`, offset: token.offset }
}
