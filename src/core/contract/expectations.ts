import { z } from 'zod'
import type { Declaration, Declarations, Source } from '../expectations/declaration.ts'
import type { Judged } from './judge.ts'
import { settle, type Settled } from '../expectations/settle.ts'
import { factsOf } from './declared-facts.ts'
import { placeFields } from './shared.ts'

/** What a model's declarations come to, together. `undeclared`: all of them hold, and more has changed than they say. */
export const declaredSchema = z.strictObject({
  status: z.enum(['as_declared', 'broken', 'not_checked', 'undeclared']),
  /** What was measured, what was not declared, or why nothing can be said. */
  detail: z.string(),
})

const placed = {
  by: z.enum(['description', 'file']),
  ...placeFields,
}

/** Each declaration of the pull request, in the order in which it stands, and what cannot be read. */
export const expectationsSchema = z.strictObject({
  declarations: z.array(
    z.strictObject({
      text: z.string(),
      ...placed,
      /** Base has the same file: a rule that may be broken, and that declares no change of this pull request. */
      standing: z.literal(true).optional(),
      status: z.enum(['as_declared', 'broken', 'not_checked']),
      detail: z.string(),
    }),
  ),
  faults: z.array(z.strictObject({ message: z.string(), ...placed, frame: z.string().optional() })),
})
export type Expectations = z.infer<typeof expectationsSchema>

/** The document's part, and what each model gets of it. */
export function toExpectations(
  given: Declarations | undefined,
  judged: readonly Judged[],
): {
  readonly expectations: Expectations | undefined
  readonly declaredOf: (model: Judged) => { readonly declared?: z.infer<typeof declaredSchema> }
} {
  if (given === undefined || given.declarations.length + given.faults.length === 0) {
    return { expectations: undefined, declaredOf: () => ({}) }
  }
  const { declarations, models } = settle(given.declarations, judged.map(factsOf))
  return {
    expectations: {
      declarations: declarations.map(toDeclaration),
      faults: given.faults.map(({ message, frame, ...place }) => ({
        message,
        ...toSource(place),
        ...(frame !== undefined && { frame }),
      })),
    },
    declaredOf: ({ name }) => {
      const settled = models.get(name)
      return settled === undefined ? {} : { declared: { status: settled.status, detail: settled.told } }
    },
  }
}

/** Declarations that are broken, or that cannot be read: of neither can it be said that they were kept. */
export function brokenDeclarations(expectations: Expectations | undefined): number {
  if (expectations === undefined) return 0
  return expectations.declarations.filter(({ status }) => status === 'broken').length + expectations.faults.length
}

function toDeclaration({ declaration, status, told }: Settled): Expectations['declarations'][number] {
  const { source, text } = declaration
  const isStanding = source.kind === 'file' && source.standing
  return { text, ...toSource(declaration), ...(isStanding && { standing: true as const }), status, detail: told }
}

function toSource({ source, line, column }: Pick<Declaration, 'line' | 'column'> & { readonly source: Source }) {
  return { by: source.kind, ...(source.kind === 'file' && { path: source.path }), line, column }
}
