/** A fault: in some files of `src`, each text, which stands there once, gives way to another. */
export interface Mutant {
  readonly name: string
  /** The pair that shows it, from 1: it is tried first, and the others where it no longer does. */
  readonly shownBy?: number
  readonly patches: readonly (readonly [file: string, from: string, to: string])[]
}

const SHAPE = 'shapeOf(withNames(plan, identify), columns'
const blind = (test: string, replacement: string): string =>
  `shapeOf(JSON.parse(JSON.stringify(withNames(plan, identify), (_, v) => (${test} ? ${replacement} : v))), columns`
const agree = 'return ordered ? orderedGatesAgree(b, h) : gatesAgree(b, h)'

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'sums of single columns instead of one gate a projection',
    shownBy: 1,
    patches: [
      [
        'core/diff/twins.ts',
        'for (const columns of compared) if (columns !== undefined) distinct.set(keyOf(columns), columns)',
        'for (const columns of compared) for (const set of [[], ...(columns ?? []).map((one) => [one])]) distinct.set(keyOf(set), set)',
      ],
      [
        'core/diff/twins.ts',
        'const [b, h] = columns === undefined ? [] : [baseGates.get(keyOf(columns)), headGates.get(keyOf(columns))]',
        'const sets = columns === undefined ? [] : [[], ...columns.map((one) => [one])]\n' +
          'if (sets.length > 0) return sets.every((set) => { const [b, h] = [baseGates.get(keyOf(set)), headGates.get(keyOf(set))]; return ordered ? orderedGatesAgree(b, h) : gatesAgree(b, h) })\n' +
          'const [b, h]: any[] = []',
      ],
    ],
  },
  {
    name: 'head is bound against base’s definitions',
    shownBy: 1,
    patches: [['commands/plan/definitions.ts', 'await this.of(side, input)', "await this.of('base', input)"]],
  },
  {
    name: 'the order-free gate decides for readers that mind the order',
    shownBy: 2,
    patches: [['core/diff/twins.ts', agree, 'return gatesAgree(b, h)']],
  },
  {
    name: 'scanned tables are not checked',
    shownBy: 3,
    patches: [['core/environment/reads.ts', 'return scans.filter((scan) =>', 'return [].filter((scan: any) =>']],
  },
  {
    name: 'nanoseconds are compared as microseconds',
    shownBy: 2,
    patches: [
      [
        'core/diff/comparable.ts',
        'const value = (column: Sql): Sql => column\n',
        "const value = (column: Sql): Sql => (type === 'TIMESTAMP_NS' ? sql`CAST(${column} AS TIMESTAMP)` : column)\n",
      ],
    ],
  },
  {
    name: 'literals are left out of fingerprints',
    shownBy: 1,
    patches: [
      [
        'binder/bind.ts',
        SHAPE,
        blind("v?.expression_class === 'BOUND_CONSTANT'", '{ ...v, value: { ...v.value, is_null: false, value: 0 } }'),
      ],
    ],
  },
  {
    name: 'kinds of join are left out of fingerprints',
    shownBy: 3,
    patches: [['binder/bind.ts', SHAPE, blind("v?.join_type === 'LEFT'", "{ ...v, join_type: 'INNER' }")]],
  },
  {
    name: 'only columns differ, never rows',
    shownBy: 2,
    patches: [['core/lineage/shape/compare.ts', 'return { rows: rows || unexplained,', 'return { rows: false,']],
  },
  {
    name: 'added columns do not count',
    shownBy: 1,
    patches: [
      [
        'core/lineage/shape/compare.ts',
        'const names = [...new Set([...ofBase.keys(), ...ofHead.keys()])].sort()',
        'const names = [...ofBase.keys()].filter((name) => ofHead.has(name)).sort()',
      ],
      ['core/lineage/shape/compare.ts', 'base.outputs.length === head.outputs.length &&', ''],
    ],
  },
  {
    name: 'removed columns are not traced, and their readers not bound',
    shownBy: 1,
    patches: [
      [
        'core/lineage/shape/compare.ts',
        'const names = [...new Set([...ofBase.keys(), ...ofHead.keys()])].sort()',
        'const names = [...ofHead.keys()].sort()',
      ],
      [
        'commands/plan/understand.ts',
        "const head = pair?.head === undefined ? undefined : await definitions.of('head', name)",
        "const found = pair?.head === undefined ? undefined : await definitions.of('head', name)\n" +
          "const head = found?.kind === 'undefined' ? base : found",
      ],
    ],
  },
  {
    name: 'checksums are combined by XOR',
    shownBy: 1,
    patches: [['core/diff/gate.ts', 'sum(${hash})', 'bit_xor(${hash})']],
  },
  {
    name: 'stale relations are taken as they are',
    shownBy: 4,
    patches: [
      [
        'commands/plan/definitions.ts',
        'if (made === undefined || sameColumns(made, columns))',
        'if (made === undefined || columns.length > 0)',
      ],
      [
        'commands/plan/definitions.ts',
        'if (!sameColumns(stored, defined.columns)) this.#stale.add(name)',
        'if (stored.length < 0) this.#stale.add(name)',
      ],
    ],
  },
  {
    name: 'readers cannot tell −0.0 from 0.0',
    shownBy: 2,
    patches: [['core/diff/twins.ts', "if (type === 'FLOAT' || type === 'DOUBLE')", "if (type === 'NEITHER')"]],
  },
  {
    name: 'what macros read is not seen',
    shownBy: 2,
    patches: [['core/lineage/link.ts', 'doneByMacros(parsed, macros)', 'doneByMacros(parsed, new Map())']],
  },
  {
    name: 'what macros draw is not seen',
    shownBy: 7,
    patches: [['core/lineage/link.ts', 'withMacros(parsed, macros)', 'withMacros(parsed, new Map())']],
  },
  {
    name: 'what macros do below a view of the warehouse is not seen',
    shownBy: 2,
    patches: [['core/lineage/warehouse-views.ts', 'withMacros(query, macros)', 'withMacros(query, new Map())']],
  },
  {
    name: 'one syntax tree is one meaning, whatever its names resolve to',
    shownBy: 1,
    patches: [
      [
        'commands/plan/definitions.ts',
        "return sameText && this.#settingsOf('base', base) === this.#settingsOf('head', head)",
        'return sameText',
      ],
      [
        'commands/plan/definitions.ts',
        "if (defined.kind === 'undefined' || baseInputs?.size !== inputs.size) return undefined",
        "if (defined.kind === 'undefined') return undefined",
      ],
      [
        'commands/plan/definitions.ts',
        'return same ? defined : undefined',
        'return same || defined ? defined : undefined',
      ],
      [
        'commands/plan/definitions.ts',
        'sameColumns(columns, baseInputs.get(name)?.columns ?? [])',
        'columns !== undefined',
      ],
    ],
  },
  {
    name: 'keys that replace rows do not decide which rows there are',
    shownBy: 3,
    patches: [['core/plan/effect.ts', 'replacing: replacingOf(model.strategy)', 'replacing: []']],
  },
  {
    name: 'keys that replace rows are not gated',
    shownBy: 3,
    patches: [
      ['commands/build/gates.ts', 'byDelta && head !== undefined ? (replacingColumns(head.strategy) ?? []) : []', '[]'],
    ],
  },
  {
    name: 'views of the warehouse over models are sources',
    shownBy: 2,
    patches: [['core/lineage/warehouse-views.ts', 'views: viewsThatMatter(views, models, definitions),', 'views: [],']],
  },
  {
    name: 'nobody minds the order',
    shownBy: 2,
    patches: [
      ['core/lineage/columns.ts', 'orderSensitive !== undefined || volatile !== undefined', 'volatile !== undefined'],
    ],
  },
  {
    name: 'a model of which only the order differs is not rebuilt for those that mind it',
    shownBy: 5,
    patches: [
      [
        'core/plan/effect.ts',
        'affected.has(anyNode(name)) && above.has(name)',
        'affected.has(rowsNode(name)) && above.has(name)',
      ],
    ],
  },
  {
    name: 'a reader whose own meaning changes may be cut off',
    shownBy: 4,
    patches: [
      [
        'core/environment/cut-off.ts',
        "if (effect === undefined || effect.own) return { kind: 'build' }",
        "if (effect === undefined || (effect.own && baseInputs.length + headInputs.length === 0)) return { kind: 'build' }",
      ],
    ],
  },
  {
    name: 'a stored view that was cut off is read in place',
    shownBy: 5,
    patches: [['core/environment/cut-off.ts', '&& storedTables.has(model.name)', '&& storedTables !== undefined']],
  },
  {
    name: 'a stored view over what is rebuilt is read in place',
    shownBy: 5,
    patches: [
      [
        'commands/plan/stale.ts',
        "strategy.kind !== 'view') return false",
        "strategy.kind !== 'ephemeral') return false",
      ],
    ],
  },
  {
    name: 'a model that changes its strategy keeps its meaning',
    shownBy: 6,
    patches: [
      [
        'core/plan/own.ts',
        "if (fields.includes('strategy') && !(isStateless(base.strategy) && isStateless(head.strategy))) return EVERYTHING",
        '',
      ],
    ],
  },
  {
    name: 'columns of chance are compared',
    shownBy: 6,
    patches: [['core/diff/matching.ts', 'if (left !== undefined) {', 'if (left === null) {']],
  },
  {
    name: 'chance is not handed down to readers',
    shownBy: 6,
    patches: [['commands/build/instability.ts', 'inherited(model, bound.get(model.name), known)', 'undefined']],
  },
  {
    name: 'rows that chance decides are compared',
    shownBy: 6,
    patches: [
      [
        'core/environment/unreproducible.ts',
        'const deciding = isSeen ? read(shape.rows.reads) : any',
        'const deciding = isSeen ? undefined : any',
      ],
    ],
  },
  {
    name: 'a column that comes in the place of another is taken for it',
    shownBy: 6,
    patches: [
      [
        'core/plan/renamed-columns.ts',
        'found.set(output.fingerprint, found.has(output.fingerprint) ? undefined : output)',
        "found.set('one', found.has('one') ? undefined : output)",
      ],
    ],
  },
  {
    name: 'what a stateful model holds is renamed too',
    shownBy: 6,
    patches: [
      [
        'core/plan/renamed-columns.ts',
        'return isStateless(base.strategy) && isStateless(head.strategy) ? renamedColumns(bound) : []',
        'return renamedColumns(bound)',
      ],
    ],
  },
  {
    name: 'what a stateful model holds is told as renamed',
    shownBy: 6,
    patches: [
      [
        'commands/diff/diff-model.ts',
        'head.delta === undefined ? model.renamedColumns : undefined',
        'model.renamedColumns',
      ],
    ],
  },
  {
    name: 'rows that a run adds are compared as the query yields them',
    shownBy: 6,
    patches: [['core/environment/touched.ts', 'SELECT * FROM ${relation} WHERE false UNION ALL BY NAME ', '']],
  },
  {
    name: 'a rerun draws from the same seed',
    shownBy: 6,
    patches: [
      [
        'warehouse/duckdb/engine.ts',
        'seed === undefined ? BUILD_SEED : OTHER_SEED',
        'seed === undefined ? BUILD_SEED : BUILD_SEED',
      ],
    ],
  },
  {
    name: 'a sample is as stable as it looks twice',
    shownBy: 7,
    patches: [
      ['commands/build/instability.ts', 'if (refresh !== undefined || chance.isSampled)', 'if (refresh !== undefined)'],
    ],
  },
  {
    name: 'a table that nobody builds any more is a source',
    shownBy: 7,
    patches: [['core/lineage/names.ts', "if (orphan !== undefined) return { kind: 'orphan', model: orphan }", '']],
  },
  {
    name: 'what may fail is not looked at',
    shownBy: 7,
    patches: [
      ['core/lineage/shape/compare.ts', '    base.evaluations === head.evaluations &&\n', ''],
      ['core/lineage/shape/compare.ts', ' && base.evaluations === head.evaluations', ''],
    ],
  },
  {
    name: 'what may fail does so in any rows',
    shownBy: 7,
    patches: [['core/lineage/shape/operators.ts', "term('over', listOf(frame.below), site)", "term('over', site)"]],
  },
  {
    name: 'filters move through windows',
    shownBy: 7,
    patches: [['core/lineage/shape/shape.ts', '[...evaluations, ...barriers]', '[...evaluations]']],
  },
  {
    name: 'what nobody reads cannot fail',
    shownBy: 7,
    patches: [
      ['core/lineage/shape/shape.ts', 'union([output.rows.reads, unseen(output, context)])', 'output.rows.reads'],
    ],
  },
  {
    name: 'what is evaluated in some rows is evaluated in all',
    shownBy: 7,
    patches: [
      [
        'core/lineage/shape/fallible.ts',
        "if (inside.size > 0) outside.add(term('lazy', inOrder(result), setOf(inside)))",
        'for (const site of inside) outside.add(site)',
      ],
    ],
  },
  {
    name: 'base’s twin is derived where rows differ',
    shownBy: 8,
    patches: [
      ['core/environment/derived.ts', ' && !effect.rows', ''],
      [
        'core/lineage/shape/compare.ts',
        'if (mindsOrder(few) || mindsOrder(many) || few.rows.fingerprint !== many.rows.fingerprint) return undefined',
        '',
      ],
      [
        'core/environment/derived.ts',
        'columns?.some((column) => reached.has(column.name.toLowerCase())) === true ? undefined : columns',
        'columns',
      ],
    ],
  },
  {
    name: 'base’s twin is derived where a column differs that base has',
    shownBy: 8,
    patches: [
      [
        'core/environment/derived.ts',
        'columns?.some((column) => reached.has(column.name.toLowerCase())) === true ? undefined : columns',
        'columns',
      ],
      ['core/lineage/shape/compare.ts', 'same?.fingerprint === fingerprint && same.type', 'same?.type'],
    ],
  },
  {
    name: 'base’s twin is derived where a reader minds the order of rows',
    shownBy: 8,
    patches: [['core/environment/derived.ts', '.filter(([name]) => !ordered.has(name))', '']],
  },
  {
    name: 'base’s twin is derived where base fails and head does not',
    shownBy: 8,
    patches: [['core/lineage/shape/compare.ts', '!failsNoMore(few, many) || ', '']],
  },
  {
    name: 'base’s twin has head’s columns by their places',
    shownBy: 8,
    patches: [
      [
        'core/lineage/shape/compare.ts',
        '[{ name, from: same.name }]',
        '[{ name, from: many.outputs[few.outputs.findIndex((one) => one.name === name)]?.name ?? name }]',
      ],
      ['commands/build/write-twin.ts', ' && there.get(at) === column.type', ''],
    ],
  },
  {
    name: 'base’s twin is derived by its own code, whatever its inputs are',
    shownBy: 8,
    patches: [
      ['core/environment/derived.ts', ' && !effect.rows', ''],
      [
        'core/environment/derived.ts',
        'columns?.some((column) => reached.has(column.name.toLowerCase())) === true ? undefined : columns',
        'columns',
      ],
    ],
  },
]
