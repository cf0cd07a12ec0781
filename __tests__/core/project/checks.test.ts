import { describe, expect, it } from '@jest/globals'
import { checkLocation, type CheckPlace } from '../../../src/core/project/check-places.ts'
import { complaints, load, SIDECAR } from './builder.ts'

const TEST = '[[test]]\nname = "t"\n'

function loadUnit(unit: string) {
  return load({ 'models/a.sql': 'select 1', 'models/a.toml': `${SIDECAR}${unit}` })
}

describe('[[test]]', () => {
  it('is read with the kinds of its values', () => {
    const { models } = loadUnit(
      `${TEST}description = "d"\n[[test.given]]\nref = "raw.x"\nrows = [{ i = 1, f = 1.5, s = "x", b = true, d = 2026-01-02, t = 2026-01-02T03:04:05, z = 2026-01-02T03:04:05Z, h = 03:04:05, l = [1, 2], big = 12345678901234567890 }]\n[test.expect]\nordered = true\nrows = [{ "a b" = "x" }]\n`,
    )
    expect(models[0]?.unitTests).toEqual([
      {
        name: 't',
        given: [
          {
            ref: 'raw.x',
            rows: [
              {
                i: 1,
                f: 1.5,
                s: 'x',
                b: true,
                d: { type: 'DATE', text: '2026-01-02' },
                t: { type: 'TIMESTAMP', text: '2026-01-02 03:04:05' },
                z: { type: 'TIMESTAMPTZ', text: '2026-01-02 03:04:05Z' },
                h: { type: 'TIME', text: '03:04:05' },
                l: [1, 2],
                big: 12345678901234567890n,
              },
            ],
          },
        ],
        expect: { rows: [{ 'a b': 'x' }], ordered: true },
      },
    ])
  })

  it.each([
    ['no name', '[[test]]\n[test.expect]\nrows = []\n', 'models/a.toml:4:1', '`test[0].name` is missing'],
    ['no expectation', TEST, 'models/a.toml:4:1', '`test[0].expect` is missing'],
    ['two expectations', `${TEST}[[test.expect]]\nrows = []\n`, 'models/a.toml:4:1', 'write [test.expect]'],
    ['one table for a list', '[test]\nname = "t"\n', 'models/a.toml:4:1', 'write [[test]]'],
    ['a row that is none', `${TEST}[test.expect]\nrows = [1]\n`, 'models/a.toml:7:9', 'expected a row'],
    ['an empty row', `${TEST}[test.expect]\nrows = [{}]\n`, 'models/a.toml:7:9', 'expected a row with a column'],
    ['a table in a cell', `${TEST}[test.expect]\nrows = [{ a = { b = 1 } }]\n`, 'models/a.toml:7:15', 'expected text'],
    [
      'given without ref',
      `${TEST}[[test.given]]\nrows = []\n[test.expect]\nrows = []\n`,
      'models/a.toml:6:1',
      '.ref` is missing',
    ],
    ['order that is text', `${TEST}[test.expect]\nordered = "no"\n`, 'models/a.toml:7:11', 'expected true or false'],
    ['a name twice', `${TEST}[test.expect]\n${TEST}[test.expect]\n`, 'models/a.toml:8:8', 'another unit test "t"'],
    ['a variable', `${TEST}[test.expect]\nrows = [{ a = "\${SECRET}" }]\n`, 'models/a.toml:7:15', 'needs ${SECRET}'],
  ])('with %s is told at its place', (_, unit, place, words) => {
    const told = complaints(loadUnit(unit))
    expect(told).toContain(place)
    expect(told).toContain(words)
  })

  it('changes settings only', () => {
    const { models } = loadUnit(`${TEST}[test.expect]\n`)
    expect(Object.keys(models[0]?.metadata ?? {})).toEqual(['test'])
  })
})

const CONTRACT =
  '[[columns]]\nname = "id"\ntype = "Int64"\nnullable = false\n[rules]\nrequired = ["id"]\nprotected = ["x"]\nno_new_nullable = true\n'

function loadContract(contract: string, path = 'models/a.contract.toml') {
  return load({ 'models/a.sql': 'select 1', 'models/a.toml': SIDECAR, [path]: contract })
}

describe('a contract', () => {
  const whole = {
    columns: [{ name: 'id', type: 'Int64', nullable: false }],
    required: ['id'],
    protected: ['x'],
    noNewNullable: true,
  }

  it.each(['models/a.contract.toml', 'contracts/a.contract.toml'])('is read from %s', (path) => {
    const { models, notices } = loadContract(CONTRACT, path)
    expect([models[0]?.contract, models[0]?.contractPath, notices]).toEqual([whole, path, []])
  })

  it('beside its model comes before one in the folder', () => {
    const { models, notices } = load({
      'models/a.sql': 'select 1',
      'models/a.toml': SIDECAR,
      'models/a.contract.toml': CONTRACT,
      'contracts/a.contract.toml': '[rules]\n',
    })
    expect(models[0]?.contract).toEqual(whole)
    expect(notices.map(({ code, location }) => [code, location?.path])).toEqual([
      ['project.orphan-contract', 'contracts/a.contract.toml'],
    ])
  })

  it('in the folder is named by model, not by file', () => {
    const sidecar = `name = "orders"\n${SIDECAR}`
    const { models } = load({
      'models/a.sql': 'select 1',
      'models/a.toml': sidecar,
      'contracts/orders.contract.toml': CONTRACT,
    })
    expect(models[0]?.contract).toEqual(whole)
  })

  it.each([
    ['no TOML', '[[[', /line 1/],
    ['a column without a name', '[[columns]]\ntype = "Int64"\n', /`columns\[0\]\.name` is missing.*line 1/],
    [
      'a column twice',
      '[[columns]]\nname = "a"\n[[columns]]\nname = "A"\n',
      /"A" stands in this contract twice.*line 4/,
    ],
    ['a type that is none', '[[columns]]\nname = "a"\ntype = "Int46"\n', /There is no type "Int46".*line 3/],
    ['nullable that is text', '[[columns]]\nname = "a"\nnullable = "no"\n', /expected true or false.*line 3/],
    ['rules that are a list', '[[rules]]\n', /`rules` is a list/],
    ['required that is text', '[rules]\nrequired = "a"\n', /`rules\.required`.*expected a list.*line 2/],
  ])('with %s leaves its model without one, and says why', (_, contract, fault) => {
    const { models, broken } = loadContract(contract)
    expect(broken).toEqual([])
    expect(models[0]?.contract).toEqual({ fault: expect.stringMatching(fault) })
  })

  it('notices keys that it does not know', () => {
    expect(complaints(loadContract('[[columns]]\nname = "a"\ntyp = "x"\n[rules]\nrequire = []\n[x]\n'))).toBe(
      [
        'models/a.contract.toml:3:7  `columns[0].typ` is not a key that we know; it is ignored. Did you mean "type"? [project.unknown-key]',
        'models/a.contract.toml:5:11  `rules.require` is not a key that we know; it is ignored. Did you mean "required"? [project.unknown-key]',
        'models/a.contract.toml:6:1  `x` is not a key that we know; it is ignored. [project.unknown-key]',
      ].join('\n'),
    )
  })
})

describe('checkLocation', () => {
  const sidecar = `${SIDECAR}[[tests]]\ntype = "unique"\n[[use_test]]\nname = "n"\n[[tests]]\ntype = "unique"\n${TEST}`
  it.each<[string, string, string, CheckPlace, number]>([
    ['an inline test', 'a.toml', sidecar, { kind: 'test', index: 1 }, 8],
    ['a named test', 'a.toml', sidecar, { kind: 'test', index: 2 }, 6],
    ['a unit test', 'a.toml', sidecar, { kind: 'unit', name: 't' }, 10],
    ['a test in front matter', 'a.sql', `---toml\n${sidecar}---\nselect 1`, { kind: 'test', index: 0 }, 5],
    ['a column of a contract', 'c.toml', CONTRACT, { kind: 'contract', column: 'id' }, 1],
    ['a rule of a contract', 'c.toml', CONTRACT, { kind: 'contract', column: 'x', rule: 'protected' }, 7],
    ['a rule without a column', 'c.toml', CONTRACT, { kind: 'contract', rule: 'no_new_nullable' }, 8],
    ['a file that does not parse', 'c.toml', 'a = 1\n[[[', { kind: 'contract' }, 2],
  ])('finds the line of %s', (_, path, text, place, line) => {
    expect(checkLocation(path, text, place)).toEqual({ path, line, column: expect.any(Number) })
  })
})
