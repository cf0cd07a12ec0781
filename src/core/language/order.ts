import type { Expression, JoinStep, Pipeline, Step } from './syntax.ts'
import { partsOf } from './bind.ts'

/** Something that works, and may not be what was meant. */
export interface Warning {
  readonly message: string
  readonly at: number
}

/**
 * Steps that take effect elsewhere than they stand: a pipeline becomes one SELECT, whose clauses have an order of their
 * own. The preview does what Rocky does, and this says so.
 */
export function orderWarnings({ steps }: Pipeline): readonly Warning[] {
  const copy = steps.find(({ kind }) => kind === 'replicate')
  if (copy !== undefined) {
    const message = '`replicate` copies the source: the other steps of the pipeline have no effect.'
    return steps.length > 2 ? [{ message, at: copy.at }] : []
  }
  return steps.flatMap((step, index) => {
    const above = steps.slice(0, index)
    const rule = RULES.find(({ misplaced, after }) => misplaced(step) && above.some(after))
    return rule === undefined ? [] : [{ message: `\`${wordOf(step)}\` stands below ${rule.says}.`, at: step.at }]
  })
}

interface Rule {
  readonly misplaced: (step: Step) => boolean
  readonly after: (step: Step) => boolean
  readonly says: string
}

const LET = 'put the steps above it into a `let` to keep the order'

const RULES: readonly Rule[] = [
  { misplaced: is('take'), after: is('take'), says: 'another `take`: the last one alone counts' },
  { misplaced: is('sort'), after: is('sort'), says: 'another `sort`, whose keys come first' },
  {
    misplaced: is('where', 'group', 'join', 'distinct', 'sort'),
    after: is('take'),
    says: `a \`take\`, but rows are taken last: ${LET}`,
  },
  {
    misplaced: is('group', 'join', 'select'),
    after: is('distinct'),
    says: `a \`distinct\`, but doubles are removed after it: ${LET}`,
  },
  {
    misplaced: is('join'),
    after: is('group'),
    says: `a \`group\`, but rows are joined before they are grouped: ${LET}`,
  },
  {
    misplaced: is('where', 'join'),
    after: (step) => step.kind === 'derive' && step.items.some(({ value }) => hasWindow(value)),
    says: `a window, which is computed after it: ${LET}`,
  },
  {
    misplaced: (step) => isOuter(step, ['right', 'full']),
    after: is('where'),
    says: `a \`where\`, but rows are filtered after they are joined: ${LET}`,
  },
]

function is(...kinds: readonly Step['kind'][]): (step: Step) => boolean {
  return ({ kind }) => kinds.includes(kind)
}

function isOuter(step: Step, kinds: readonly JoinStep['join'][]): boolean {
  return step.kind === 'join' && kinds.includes(step.join)
}

function wordOf(step: Step): string {
  return step.kind === 'join' && step.join !== 'inner' ? `${step.join} join` : step.kind
}

function hasWindow(expression: Expression): boolean {
  const open = [expression]
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    if (part.kind === 'call' && part.over !== undefined) return true
    open.push(...partsOf(part))
  }
  return false
}
