/** The import table of the design (architecture.md, "Who may import whom"). Each rule was seen to fail: __tests__/packaging/layers.test.ts. */
const stages =
  'base sql graph language ports project lineage plan environment diff checks cost expectations contract report'.split(
    ' ',
  )
const edges = 'git github binder warehouse native worker files'.split(' ')
const libraries = ['zod', 'smol-toml', '@noble/hashes', 'picomatch', 'fastest-levenshtein', '@dagrejs/dagre']
const entries = '^src/(main|comment|cli|worker|index)\\.ts$'

/** `ports` names statements, so it may also import `sql` (which is to its left anyway). */
const stageRules = stages.map((stage, at) => ({
  name: `core-${stage}`,
  comment: `core/${stage} may import the stages to its left`,
  severity: 'error',
  from: { path: `^src/core/${stage}/` },
  to: {
    path: '^src/core/',
    pathNot:
      stage === 'report' ? '^src/core/(report|base|contract)/' : `^src/core/(${stages.slice(0, at + 1).join('|')})/`,
  },
}))

const edgeRules = edges.map((edge) => ({
  name: `edge-${edge}`,
  comment: `src/${edge} may import core/ and itself`,
  severity: 'error',
  from: { path: `^src/${edge}/` },
  to: { path: '^src/', pathNot: `^src/(core|${edge})/` },
}))

module.exports = {
  forbidden: [
    ...stageRules,
    ...edgeRules,
    {
      name: 'core-known-stages',
      comment: 'a new folder of core is a new stage: give it a place in the order',
      severity: 'error',
      from: {},
      to: { path: '^src/core/', pathNot: `^src/core/(${stages.join('|')})/` },
    },
    {
      name: 'core-pure',
      comment: 'core imports nothing of ours but core',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { path: '^src/', pathNot: '^src/core/' },
    },
    {
      name: 'core-no-node',
      comment: 'core has no effects: nothing of Node',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'core-libraries',
      comment: `core may use ${libraries.join(', ')}`,
      severity: 'error',
      from: { path: '^src/core/' },
      to: { path: 'node_modules/', pathNot: `node_modules/(${libraries.join('|')})/` },
    },
    {
      name: 'commands',
      comment: 'src/commands is handed Services: it imports core and itself',
      severity: 'error',
      from: { path: '^src/commands/' },
      to: { path: '^src/', pathNot: '^src/(core|commands)/' },
    },
    {
      name: 'action',
      comment: 'src/action imports core, commands, compose, and the two edges that an event is about: git and github',
      severity: 'error',
      from: { path: '^src/action/' },
      to: { path: '^src/', pathNot: '^src/((core|commands|git|github|action)/|(compose|version)\\.ts$)' },
    },
    {
      name: 'cli-apart',
      comment: 'src/cli/ is the body of the entry src/cli.ts: it may import what that may, and nobody else imports it',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli(/|\\.ts$)' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'compose',
      comment: 'src/compose.ts wires edges and commands',
      severity: 'error',
      from: { path: '^src/compose\\.ts$' },
      to: { path: '^src/', pathNot: `^src/((core|commands|${edges.join('|')})/|version\\.ts$)` },
    },
    {
      name: 'warehouse-apart',
      comment: 'one warehouse knows nothing of another: definition.ts, registry.ts and shared/ are common',
      severity: 'error',
      from: { path: '^src/warehouse/(?!shared/)([^/]+)/' },
      to: { path: '^src/warehouse/', pathNot: '^src/warehouse/($1/|shared/|definition\\.ts$)' },
    },
    {
      name: 'known-rooms',
      comment: 'a new folder or file in src/ needs a rule here',
      severity: 'error',
      from: {},
      to: {
        path: '^src/',
        pathNot: `^src/((core|commands|action|cli|${edges.join('|')})/|(compose|version)\\.ts$)|${entries}`,
      },
    },
    {
      name: 'entries-not-imported',
      comment: 'importing an entry runs the program',
      severity: 'error',
      from: {},
      to: { path: entries },
    },
    {
      name: 'duckdb-in-the-worker-only',
      comment: 'the supervisor cannot load DuckDB: only what the worker runs imports it',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(worker\\.ts$|(warehouse/duckdb|binder)/)' },
      to: { path: '@duckdb/' },
    },
    {
      name: 'supervisor-without-duckdb',
      comment: 'nothing that main, the comment entry, cli or the library load reaches DuckDB',
      severity: 'error',
      from: { path: '^src/(main|comment|cli|index)\\.ts$' },
      to: { path: '@duckdb/', reachable: true },
    },
    { name: 'no-cycles', comment: 'types included', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      comment: 'nobody imports it',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: entries },
      to: {},
    },
    {
      name: 'unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-development-dependencies',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['npm'],
        pathNot: 'node_modules/(@types|@actions/github/node_modules)/',
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js'],
    },
    skipAnalysisNotInRules: true,
  },
}
