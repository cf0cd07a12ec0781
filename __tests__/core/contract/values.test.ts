import { describe, expect, it } from '@jest/globals'
import { z } from 'zod'
import { withoutQuotedValues } from '../../../src/core/base/quoted-values.ts'
import { runSchema } from '../../../src/core/contract/run.ts'
import { textKind, underPolicy } from '../../../src/core/contract/values.ts'

interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly pattern?: string
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema
  readonly definitions?: Readonly<Record<string, Schema>>
}

const root = z.toJSONSchema(runSchema, { target: 'draft-7' }) as Schema
const CANARY = 'C4N4RY-of-a-row'

/** Every place of the run document where any text may stand. */
function places(schema: Schema, place = ''): readonly string[] {
  if (schema.$ref !== undefined) return places(root.definitions?.[schema.$ref.split('/').at(-1) ?? ''] ?? {}, place)
  const own = schema.type === 'string' && schema.enum === undefined && schema.const === undefined
  // Amounts beyond what JSON's numbers hold, and ids of commits.
  const isFree = own && schema.pattern === undefined
  return [
    ...(isFree ? [place] : []),
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap((one) => places(one, place)),
    ...Object.entries(schema.properties ?? {}).flatMap(([key, value]) => places(value, `${place}.${key}`)),
    ...(typeof schema.additionalProperties === 'object' ? places(schema.additionalProperties, `${place}.*`) : []),
    ...(schema.items === undefined ? [] : places(schema.items, `${place}[]`)),
  ]
}

/** A document with nothing in it but one text. */
function documentWith(place: string, text: string): unknown {
  const steps = place.match(/\.[^.[]+|\[\]/g) ?? []
  return steps.reduceRight<unknown>((inner, step) => (step === '[]' ? [inner] : { [step.slice(1)]: inner }), text)
}

describe('values of the data', () => {
  const all = [...new Set(places(root))]

  it('have a place of their own: of every text in the run document it is known what it is', () => {
    expect(all.length).toBeGreaterThan(80)
    expect(all.filter((place) => textKind(place) === undefined)).toEqual([])
  })

  it('are nowhere in a document under `none`, and are other texts under `masked`', () => {
    const message = `Conversion Error: Could not convert string '${CANARY}' to INT32`
    for (const place of all.filter((one) => textKind(one) !== 'name')) {
      const document = documentWith(place, textKind(place) === 'words' ? message : CANARY)
      const [none, masked] = [{ kind: 'none' } as const, { kind: 'masked', digest: () => 'a1' } as const]
      expect(JSON.stringify(underPolicy(document, none))).not.toContain('C4N4RY')
      expect(JSON.stringify(underPolicy(document, masked))).not.toContain('C4N4RY')
      expect(underPolicy(document, { kind: 'all' })).toBe(document)
    }
  })

  it.each([
    "Conversion Error: Could not convert string 'C4N4RY' to INT32",
    "Conversion Error: Type INT64 with value 4711 can't be cast because the value is out of range for INT8",
    'Out of Range Error: Overflow in multiplication of INT32 (4711 * 4711)!',
    'Constraint Error: Duplicate key "id: 4711" violates primary key constraint',
    'Invalid Input Error: C4N4RY',
    'Invalid Input Error: CSV Error on Line: 3\nOriginal Line: 4711,C4N4RY',
    'The model failed: Invalid Input Error: C4N4RY 4711',
    "Mismatch Type Error: 'C4N4RY'",
  ])('are taken out of what an engine says: %s', (message) => {
    expect(withoutQuotedValues(message)).not.toMatch(/C4N4RY|4711/)
    expect(withoutQuotedValues(message)).toContain('Error: ')
  })

  it.each([
    'Binder Error: Referenced column "amount" not found in FROM clause!',
    'Catalog Error: Table with name x does not exist!',
    'The commit has no file "data/x.csv".',
  ])('are not in what is said of the SQL: %s', (message) => {
    expect(withoutQuotedValues(message)).toBe(message)
  })
})
