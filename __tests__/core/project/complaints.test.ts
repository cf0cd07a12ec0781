import { describe, expect, it } from '@jest/globals'
import { complaints, load, SIDECAR, type FileTexts } from './builder.ts'

describe('loadProject', () => {
  it.each<[string, FileTexts, string]>([
    [
      'a strategy that is not one',
      {
        'models/fct_revenue.sql': 'select 1',
        'models/fct_revenue.toml': 'name = "fct_revenue"\n\n[strategy]\ntype = "merg"\n',
      },
      `fct_revenue [project.invalid] models/fct_revenue.toml:4:8  \`strategy.type\` is "merg"; expected full_refresh, incremental, merge, … or view.
  3 │ [strategy]
  4 │ type = "merg"
    │        ^
  Did you mean "merge"?`,
    ],
    [
      'a strategy without a key that it needs',
      { 'models/a.sql': 'select 1', 'models/a.toml': `${SIDECAR}\n[strategy]\ntype = "merge"\n` },
      `a [project.invalid] models/a.toml:5:1  \`strategy.unique_key\` is missing; expected a list.
  4 │
  5 │ [strategy]
    │ ^
  Mend the key that the message names.`,
    ],
    [
      'a list that may not be empty',
      {
        'models/a.sql': 'select 1',
        'models/a.toml': `${SIDECAR}\n[strategy]\ntype = "delete_insert"\npartition_by = []\n`,
      },
      `a [project.invalid] models/a.toml:7:16  \`strategy.partition_by\` is an empty list; expected at least one entry.
  6 │ type = "delete_insert"
  7 │ partition_by = []
    │                ^
  Mend the key that the message names.`,
    ],
    [
      'a value of another type',
      { 'models/a.sql': 'select 1', 'models/a.toml': `depends_on = "b"\n${SIDECAR}` },
      `a [project.invalid] models/a.toml:1:14  \`depends_on\` is "b"; expected a list.
  1 │ depends_on = "b"
    │              ^
  Mend the key that the message names.`,
    ],
    [
      'TOML that does not parse',
      { 'models/a.sql': 'select 1', 'models/a.toml': 'name = \n' },
      `a [project.toml] models/a.toml:1:8  Invalid value.
  1 │ name =
    │        ^
  Mend the line that the message points at.`,
    ],
    [
      'a sidecar without a model',
      { 'models/a.toml': SIDECAR },
      `a [project.invalid] models/a.toml  The sidecar has no model: there is no a.sql in its folder.
  Add a.sql beside it, or remove the file.`,
    ],
    [
      'a model without settings',
      { 'models/a.sql': 'select 1' },
      `a [project.invalid] models/a.sql  The model has neither a sidecar nor front matter.
  Add models/a.toml, or a _defaults.toml with [target] catalog and schema.`,
    ],
    [
      'a model without a target',
      { 'models/a.sql': 'select 1', 'models/a.toml': '[target]\ncatalog = "poc"\n' },
      `a [project.invalid] models/a.toml:1:1  \`target.schema\` is missing; neither the sidecar nor _defaults.toml gives one.
  1 │ [target]
    │ ^
  Add it below [target]; schema = "" is allowed.`,
    ],
    [
      'a pipeline that does not parse',
      { 'models/a.rocky': 'from x\nselct { id }\n', 'models/a.toml': SIDECAR },
      `a [model.rocky] models/a.rocky:2:1  Expected a step, found \`selct\`.
  1 │ from x
  2 │ selct { id }
    │ ^
  Did you mean "select"?`,
    ],
    [
      'a pipeline below front matter',
      { 'models/a.rocky': `---toml\nname = "b"\n${SIDECAR}---\nfrom x where` },
      `b [model.rocky] models/a.rocky:7:13  Expected a value, a column name or a function name, found the end of the file.
  6 │ ---
  7 │ from x where
    │             ^
  Mend the place that the message points at.`,
    ],
    [
      'two places for a pipeline’s settings',
      { 'models/a.rocky': '---toml\n---\nfrom x', 'models/a.toml': SIDECAR },
      `a [project.invalid] models/a.rocky:1:1  The model has front matter and a sidecar, models/a.toml.
  Keep one of the two.`,
    ],
    [
      'a NUL byte in a pipeline',
      { 'models/a.rocky': 'from x\n\0', 'models/a.toml': SIDECAR },
      `a [model.rocky] models/a.rocky:2:1  The file holds a NUL byte.
  1 │ from x
  2 │ ·
    │ ^
  Is it a binary file, or saved as UTF-16? Save it as UTF-8.`,
    ],
    [
      'ten megabytes of pipeline',
      { 'models/a.rocky': `from x${' '.repeat(10_000_000)}`, 'models/a.toml': SIDECAR },
      `a [model.rocky] models/a.rocky  The file is larger than 256 KiB.
  Part the model in two, or load its constants from a seed.`,
    ],
    [
      'a pipeline that is not text',
      { 'models/a.rocky': new Uint8Array([0xff, 0xfe]), 'models/a.toml': SIDECAR },
      `a [model.rocky] models/a.rocky  The file is not UTF-8 text.
  Save it as UTF-8.`,
    ],
    [
      'a pipeline and SQL of one name',
      { 'models/a.rocky': 'from x', 'models/a.sql': 'select 1', 'models/a.toml': SIDECAR },
      `a [model.duplicate] models/a.rocky  There are two models named "a": models/a.rocky and models/a.sql.
  Rename one of them.
a [model.duplicate] models/a.sql  There are two models named "a": models/a.rocky and models/a.sql.
  Rename one of them.`,
    ],
    [
      'two places for settings',
      { 'models/a.sql': '---toml\n---\nselect 1', 'models/a.toml': SIDECAR },
      `a [project.invalid] models/a.sql:1:1  The model has front matter and a sidecar, models/a.toml.
  Keep one of the two.`,
    ],
    [
      'front matter that does not end',
      { 'models/a.sql': '\n---toml\nname="x"\nselect 1' },
      `a [model.sql] models/a.sql:2:1  The front matter is not closed.
  1 │
  2 │ ---toml
    │ ^
  End it with a line \`---\`.`,
    ],
    [
      'a fault in front matter, under the name that it gives',
      { 'models/a.sql': '---toml\nname = "b"\n[strategy]\ntype = "vew"\n---\nselect 1' },
      `b [project.invalid] models/a.sql:4:8  \`strategy.type\` is "vew"; expected full_refresh, incremental, merge, … or view.
  3 │ [strategy]
  4 │ type = "vew"
    │        ^
  Did you mean "view"?`,
    ],
    [
      'no query',
      { 'models/a.sql': ' -- nothing\n/* x */ ;', 'models/a.toml': SIDECAR },
      `a [model.sql] models/a.sql  The file holds no query.
  Write one SELECT, or remove the file.`,
    ],
    [
      'a NUL byte',
      { 'models/a.sql': 'select\n1\0', 'models/a.toml': SIDECAR },
      `a [model.sql] models/a.sql:2:1  The file holds a NUL byte.
  1 │ select
  2 │ 1·
    │ ^
  Is it a binary file, or saved as UTF-16? Save it as UTF-8.`,
    ],
    [
      'a Git LFS pointer',
      { 'models/a.sql': 'version https://git-lfs.github.com/spec/v1\noid', 'models/a.toml': SIDECAR },
      `a [model.sql] models/a.sql  The file is a Git LFS pointer, not its contents.
  Keep SQL and TOML files in git itself: a preview does not fetch LFS objects.`,
    ],
    [
      'two models with one name',
      {
        'models/x/a.sql': 'select 1',
        'models/x/a.toml': SIDECAR,
        'models/y/A.sql': 'select 1',
        'models/y/A.toml': SIDECAR,
      },
      `A [model.duplicate] models/y/A.sql  There are two models named "A": models/x/a.sql and models/y/A.sql.
  Rename one of them.
a [model.duplicate] models/x/a.sql  There are two models named "a": models/x/a.sql and models/y/A.sql.
  Rename one of them.`,
    ],
    [
      'two models with one target',
      {
        'models/a.sql': 'select 1',
        'models/a.toml': `${SIDECAR}table="T"`,
        'models/b.sql': 'select 1',
        'models/b.toml': '[target]\ncatalog="other"\nschema="MAIN"\ntable="t"',
      },
      `a [model.duplicate] models/a.sql  There are two models filling main.T (their catalogs differ, but a DuckDB file has one): models/a.sql and models/b.sql.
  Rename one of them.
b [model.duplicate] models/b.sql  There are two models filling MAIN.t (their catalogs differ, but a DuckDB file has one): models/a.sql and models/b.sql.
  Rename one of them.`,
    ],
    [
      'defaults that are wrong, in their own folder',
      {
        'models/_defaults.toml': 'name = "x"\n',
        'models/a.sql': 'select 1',
        'models/a.toml': SIDECAR,
        'models/s/b.sql': 'select 1',
        'models/s/b.toml': SIDECAR,
      },
      `a [project.invalid] models/_defaults.toml:1:8  \`name\` is one model's own and has no default.
  1 │ name = "x"
    │        ^
  Mend the key that the message names.`,
    ],
    [
      'a variable that was not given',
      { 'models/a.sql': 'select 1', 'models/a.toml': '[target]\ncatalog = "${CAT}"\nschema = "s"\n' },
      `a [project.variable-missing] models/a.toml:2:11  \`target.catalog\` needs \${CAT}, which was not given.
  1 │ [target]
  2 │ catalog = "\${CAT}"
    │           ^
  Give it with --env CAT=value, or add it to the \`env\` input. Secrets are not needed and not read.`,
    ],
    [
      'a line that a variable keeps from parsing',
      { 'models/a.sql': 'select 1', 'models/a.toml': 'depends_on = [${X}]\n' },
      `a [project.variable-missing] models/a.toml:1:15  \${X} was not given, and the line does not parse without it.
  1 │ depends_on = [\${X}]
    │               ^
  Give it with --env NAME=value (input \`env\`). Secrets are not needed and not read.`,
    ],
    [
      'keys below [strategy] that are not its own',
      {
        'models/a.sql': 'select 1',
        'models/a.toml': `${SIDECAR}[strategy]\ntype = "view"\ndepends_on = ["b"]\nfoo = 1\n`,
      },
      `models/a.toml:6:14  \`depends_on\` stands below \`[strategy]\`, so TOML makes it a key of that table. It is used; move it to the top. [project.misplaced-key]
models/a.toml:7:7  \`strategy.foo\` is not a key that we know; it is ignored. [project.unknown-key]`,
    ],
    [
      'a key that is not known',
      { 'models/a.sql': 'select 1', 'models/a.toml': `intnet = "x"\n${SIDECAR}` },
      `models/a.toml:1:10  \`intnet\` is not a key that we know; it is ignored. Did you mean "intent"? [project.unknown-key]`,
    ],
    [
      'a group that is not there',
      { 'models/a.sql': 'select 1', 'models/a.toml': `group = "mart"\n${SIDECAR}`, 'models/groups/marts.toml': '' },
      `a [project.invalid] models/a.toml:1:9  There is no group "mart": no groups/mart.toml in the model's folder.
  1 │ group = "mart"
    │         ^
  Did you mean "marts"?`,
    ],
    [
      'a group that is broken',
      { 'models/a.sql': 'select 1', 'models/a.toml': `group = "m"\n${SIDECAR}`, 'models/groups/m.toml': 'enforce = 1' },
      `a [project.invalid] models/groups/m.toml:1:11  \`enforce\` is 1; expected true or false.
  1 │ enforce = 1
    │           ^
  Mend the key that the message names.
models/groups/m.toml:1:11  \`enforce\` is 1; expected true or false. [project.broken-file]`,
    ],
    [
      'a pin against a group that enforces',
      {
        'models/a.sql': 'select 1',
        'models/a.toml': `group = "m"\n${SIDECAR}`,
        'models/groups/m.toml': 'enforce = true\nschema_template="x"',
      },
      `a [project.invalid] models/a.toml:4:10  \`target.schema\` is set here, and the group "m" enforces its own.
  3 │ catalog = "poc"
  4 │ schema = "main"
    │          ^
  Remove it here, or take \`enforce\` out of groups/m.toml.`,
    ],
    [
      'arguments without effect',
      {
        'models/a.sql': 'select 1',
        'models/a.toml': `group = "m"\nargs.r = "x"\n${SIDECAR}`,
        'models/groups/m.toml': 'schema_template="x_{r}"',
      },
      `a [project.invalid] models/a.toml:5:10  \`target.schema\` is set here, so that \`[args]\` for the group "m" have no effect.
  4 │ catalog = "poc"
  5 │ schema = "main"
    │          ^
  Remove one of the two.`,
    ],
    [
      'a template that is not filled',
      {
        'models/a.sql': 'select 1',
        'models/a.toml': 'group = "m"\n[target]\ncatalog=""\n[args]\nq="1"',
        'models/groups/m.toml': 'schema_template="x_{r}"',
      },
      `a [project.invalid] models/a.toml:4:1  \`args.r\` is missing; expected text for the group's schema_template "x_{r}".
  3 │ catalog=""
  4 │ [args]
    │ ^
  Mend the key that the message names.`,
    ],
    [
      'a named test that is not there',
      {
        'models/a.sql': 'select 1',
        'models/a.toml': `${SIDECAR}[[use_test]]\nname = "positiv"\n`,
        'models/test_definitions.toml': '[positive]\ntype="expression"\nexpression="x>0"',
      },
      `a [project.invalid] models/a.toml:5:8  \`use_test\` names "positiv", which test_definitions.toml of this folder does not define.
  4 │ [[use_test]]
  5 │ name = "positiv"
    │        ^
  Did you mean "positive"?`,
    ],
    [
      'a choice that is not one, in a list',
      {
        'models/a.sql': 'select 1',
        'models/a.toml': `${SIDECAR}[[use_test]]\nname = "p"\n[[use_test]]\nname = "p"\nseverity = "warn"`,
      },
      `a [project.invalid] models/a.toml:8:12  \`use_test[1].severity\` is "warn"; expected error or warning.
  7 │ name = "p"
  8 │ severity = "warn"
    │            ^
  Mend the key that the message names.`,
    ],
    [
      'a test of a type that no test has',
      { 'models/a.sql': 'select 1', 'models/a.toml': `${SIDECAR}[[tests]]\ntype = "not_nul"\ncolumn = "a"\n` },
      `models/a.toml:5:8  There is no test of type "not_nul". Did you mean "not_null"? [project.unknown-test]`,
    ],
    [
      'another adapter',
      { 'models/a.sql': 'select 1', 'models/a.toml': `adapter = "snow"\n${SIDECAR}` },
      `a [model.strategy-unsupported] models/a.toml:1:11  The model is built on adapter "snow"; the preview builds on "default".
  1 │ adapter = "snow"
    │           ^
  Nothing to do: the model is shown as not checked, and so are its readers.`,
    ],
    [
      'a number that is too small',
      { 'models/a.sql': 'select 1', 'models/a.toml': `${SIDECAR}[budget]\nmax_usd = -1\n` },
      `a [project.invalid] models/a.toml:5:11  \`budget.max_usd\` is -1; expected a number of at least 0.
  4 │ [budget]
  5 │ max_usd = -1
    │           ^
  Mend the key that the message names.`,
    ],
  ])('complains about %s', (_, texts, expected) => {
    const fine = { 'models/ok/fine.sql': 'select 1', 'models/ok/fine.toml': SIDECAR }
    const project = load({ ...texts, ...fine })
    expect(complaints(project)).toBe(expected)
    expect(project.models).toContainEqual(load(fine).models[0])
  })

  it('lists every choice when nothing is near', () => {
    const texts = { 'models/a.sql': 'select 1', 'models/a.toml': `${SIDECAR}[strategy]\ntype = "snapshot"\n` }
    expect(load(texts).broken.map(({ error }) => error.hint)).toEqual([
      'One of full_refresh, incremental, merge, delete_insert, microbatch, time_interval, ephemeral, materialized_view, dynamic_table, content_addressed, view.',
    ])
  })

  it('complains about text that is not UTF-8, file by file', () => {
    const bytes = new Uint8Array([0x73, 0xff])
    const texts = {
      'models/a.sql': bytes,
      'models/a.toml': SIDECAR,
      'models/b.sql': 'select 1',
      'models/b.toml': bytes,
    }
    expect(complaints(load(texts))).toBe(`a [model.sql] models/a.sql  The file is not UTF-8 text.
  Save it as UTF-8.
b [project.toml] models/b.toml  The file is not UTF-8 text.
  Save it as UTF-8.`)
  })
})
