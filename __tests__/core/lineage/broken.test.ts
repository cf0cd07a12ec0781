import { describe, expect, it } from '@jest/globals'
import { PreviewError } from '../../../src/core/base/errors.ts'
import { Names } from '../../../src/core/lineage/names.ts'
import { aModel } from '../../support/model.ts'

const broken = [
  { name: 'Orders', path: 'models/orders.rocky', error: new PreviewError('model.rocky', 'It is broken.') },
]
const definitions = { catalog: 'w', schemas: [], relations: [{ schema: 'main', table: 'orders' }], macros: [] }

describe('Names', () => {
  it.each([
    ['also where the warehouse has a table of its name', [], definitions],
    ['also where the other side has it whole', [aModel({ name: 'orders' })], definitions],
    ['also without a warehouse', [], undefined],
  ])('takes the name of a model that could not be loaded for that model, %s', (_, otherSide, stored) => {
    expect(new Names([], otherSide, stored, broken).resolve({ table: 'orders' })).toEqual({
      kind: 'model',
      name: 'Orders',
    })
  })

  it('gives a broken model’s name to one that is whole', () => {
    const whole = aModel({ name: 'orders' })
    expect(new Names([whole], [], definitions, broken).resolve({ table: 'orders' })).toEqual({
      kind: 'model',
      name: 'orders',
    })
  })
})
