import { formatLocation, type Location } from './location.ts'

/** Who can mend it: the person who runs us, time, or we. Exit status and check result follow from it. */
export type Blame = 'user' | 'transient' | 'bug'

interface ErrorKind {
  readonly blame: Blame
  /** One sentence for docs/errors.md: when this happens. */
  readonly when: string
  /** What to do about it; the default hint. */
  readonly remedy: string
}

/** Every error that we raise on purpose. docs/errors.md is generated from this table. */
export const errorKinds = {
  'git.not-a-repository': {
    blame: 'user',
    when: 'The folder given is not inside a git repository.',
    remedy: 'Run in a checkout, or name one with --project. In a workflow, put actions/checkout before this step.',
  },
  'git.unknown-ref': {
    blame: 'user',
    when: 'A base or head names no commit of this repository.',
    remedy: 'Check the spelling; fetch the branch first if it lives on a remote.',
  },
  'git.bad-ref': {
    blame: 'user',
    when: 'A base or head looks like an option or holds characters that no ref may hold.',
    remedy: 'Name a branch, a tag or a commit id.',
  },
  'git.no-merge-base': {
    blame: 'user',
    when: 'Base and head share no commit in this clone.',
    remedy: 'Fetch more history, or name the merge base with --base.',
  },
  'git.missing-object': {
    blame: 'user',
    when: 'A commit, tree or file is not in this clone and could not be fetched.',
    remedy: 'Give the step `github-token`, or set `fetch-depth: 0` on actions/checkout.',
  },
  'git.fetch-failed': {
    blame: 'transient',
    when: 'The missing commits could not be fetched from the server.',
    remedy: 'Run again. If it stays, set `fetch-depth: 0` on actions/checkout.',
  },
  'project.missing': {
    blame: 'user',
    when: 'There is no rocky.toml where the project should be.',
    remedy: 'Name the project folder with --project (input `project`), or the file with --config (input `config`).',
  },
  'project.toml': {
    blame: 'user',
    when: 'A TOML file does not parse.',
    remedy: 'Mend the line that the message points at.',
  },
  'project.invalid': {
    blame: 'user',
    when: 'A TOML file parses, but a key holds something that it may not hold.',
    remedy: 'Mend the key that the message names.',
  },
  'project.variable-missing': {
    blame: 'user',
    when: 'A value that the preview needs contains ${NAME}, and NAME was not given.',
    remedy: 'Give it with --env NAME=value (input `env`). Secrets are not needed and not read.',
  },
  'model.variable-missing': {
    blame: 'user',
    when: 'A model says @var(name), and neither a value nor a default was given.',
    remedy: 'Give it with --var name=value (input `vars`), or write a default: @var(name, value).',
  },
  'model.sql': {
    blame: 'user',
    when: 'A model is not exactly one SELECT that DuckDB can parse.',
    remedy: 'Keep one SELECT in the file.',
  },
  'model.rocky': {
    blame: 'user',
    when: 'A `.rocky` model is not a pipeline that can be lowered to SQL.',
    remedy: 'Mend the place that the message points at.',
  },
  'model.unknown-reference': {
    blame: 'user',
    when: 'A model reads a relation that is neither a model nor in the warehouse.',
    remedy: 'Check the name, or add the table to the warehouse or the seed.',
  },
  'model.cycle': {
    blame: 'user',
    when: 'Models read each other in a circle.',
    remedy: 'Break the circle; a model may read itself, not its own readers.',
  },
  'model.duplicate': {
    blame: 'user',
    when: 'Two models have one name or one target.',
    remedy: 'Rename one of them.',
  },
  'model.strategy-unsupported': {
    blame: 'user',
    when: 'A model is built in a way that DuckDB has nothing like.',
    remedy: 'Nothing to do: the model is shown as not checked, and so are its readers.',
  },
  'model.strategy-column': {
    blame: 'user',
    when: 'The query of a model has no column that its strategy needs.',
    remedy: 'Select the column, or change the strategy in the model’s settings.',
  },
  'model.unplanned-read': {
    blame: 'user',
    when: 'A model would read a table that the plan does not give it, for example through a macro or another catalog.',
    remedy: 'Name the table in the SQL, or declare it in depends_on.',
  },
  'model.file': {
    blame: 'user',
    when: 'A model reads a file that is not in the commit, is no plain file, is too large, or lies outside the repository.',
    remedy: 'Commit the file, or load it into the warehouse or the seed, as a table.',
  },
  'engine.failed': {
    blame: 'user',
    when: 'DuckDB refused a statement.',
    remedy: 'Read the engine’s message; it names the place.',
  },
  'engine.out-of-memory': {
    blame: 'user',
    when: 'A statement needs more memory or disk than it was allowed.',
    remedy: 'Raise --memory-limit or --max-disk, or run on a bigger machine.',
  },
  'warehouse.missing': {
    blame: 'user',
    when: 'The warehouse file does not exist.',
    remedy: 'Restore it in a step before this one, name another with `warehouse`, or keep a data/seed.sql.',
  },
  'warehouse.locked': {
    blame: 'user',
    when: 'Another process has the warehouse file open for writing.',
    remedy: 'Close the other program, or give the preview a copy.',
  },
  'warehouse.not-duckdb': {
    blame: 'user',
    when: 'The file is not a DuckDB database.',
    remedy: 'Give the path of a DuckDB database file.',
  },
  'warehouse.encrypted': {
    blame: 'user',
    when: 'The DuckDB file is encrypted.',
    remedy: 'Give an unencrypted copy.',
  },
  'warehouse.newer': {
    blame: 'user',
    when: 'The DuckDB file was written by a newer DuckDB than ours.',
    remedy: 'Write it with an older storage version, or use a newer rocky-preview.',
  },
  'warehouse.wal': {
    blame: 'user',
    when: 'The DuckDB file has unfinished writes beside it (.wal), or was copied without them.',
    remedy: 'Run CHECKPOINT in the database before it is copied.',
  },
  'warehouse.outside': {
    blame: 'user',
    when: 'rocky.toml names a warehouse outside the workspace.',
    remedy: 'Name the file in the workflow, with the input `warehouse`.',
  },
  'warehouse.changed': {
    blame: 'bug',
    when: 'The warehouse file is not what it was before the run.',
    remedy: 'Check what else writes to it; report this if nothing does.',
  },
  'warehouse.untrusted': {
    blame: 'user',
    when: 'A pull request from a fork changes a database file that git tracks.',
    remedy: 'A maintainer can review the file and run the preview on a branch of this repository.',
  },
  'seed.failed': {
    blame: 'user',
    when: 'The seed file could not be run.',
    remedy: 'Mend the statement that the message shows.',
  },
  'kernel.timeout': {
    blame: 'user',
    when: 'A statement or a model took longer than its turn, or the run passed its deadline.',
    remedy: 'Raise --timeout or make the models smaller.',
  },
  'kernel.memory': {
    blame: 'user',
    when: 'The worker passed its memory cap and was ended.',
    remedy: 'Raise --memory-limit, or run on a bigger machine.',
  },
  'kernel.crashed': {
    blame: 'user',
    when: 'The worker process ended by itself.',
    remedy: 'The model that was running is named; DuckDB may not survive it.',
  },
  'kernel.too-large': {
    blame: 'user',
    when: 'What was to be sent to the worker, or came back from it, is larger than a message may be.',
    remedy: 'Make the seed, the test or the query smaller: none of them needs 64 MB.',
  },
  'kernel.unlocked': {
    blame: 'bug',
    when: 'When the engine was opened, an attack that its lock-down must stop was not stopped. Nothing was run.',
    remedy: 'Use the DuckDB library that this version comes with; report this if you do.',
  },
  'compare.no-file': {
    blame: 'user',
    when: '`compare` was given a file that is not there.',
    remedy: 'Check the path.',
  },
  'compare.unreadable': {
    blame: 'user',
    when: '`compare` was given a Parquet, CSV or JSON file that DuckDB cannot read.',
    remedy: 'Check the file; the engine’s message says what is wrong with it.',
  },
  'compare.no-relation': {
    blame: 'user',
    when: '`compare` was given a database file without a table, or with one that it does not hold.',
    remedy: 'Name a table: file.duckdb:schema.table',
  },
  'compare.query': {
    blame: 'user',
    when: 'A query or a condition given to `compare` is not one that may run.',
    remedy: 'Give exactly one SELECT, which reads tables of the file.',
  },
  'native.unavailable': {
    blame: 'user',
    when: 'There is no DuckDB library for this machine.',
    remedy: 'Give `native-path`, or let the step reach the npm registry.',
  },
  'native.mismatch': {
    blame: 'user',
    when: 'The DuckDB library archive is not the one that this version was built with.',
    remedy: 'Take the archive from the release; do not use this one.',
  },
  'system.exhausted': {
    blame: 'user',
    when: 'The system gives no more file handles, memory or processes.',
    remedy: 'Raise its limits, or run fewer things beside it.',
  },
  'disk.full': {
    blame: 'user',
    when: 'There is no disk space left for the environment.',
    remedy: 'Free some space, or point the temporary folder at a bigger disk.',
  },
  'records.refused': {
    blame: 'user',
    when: 'The file of records is damaged, or is none of ours. The run goes on without it and leaves it as it is.',
    remedy: 'Remove the file, or name another with --records (input `records`).',
  },
  'state.missing': {
    blame: 'user',
    when: '`diff` or `cost` was asked for, and there is no preview of that name.',
    remedy: 'Run `create` with the same --name and --state first.',
  },
  'input.invalid': {
    blame: 'user',
    when: 'A flag or an input of the Action holds something that it may not hold.',
    remedy: 'See docs/inputs.md and docs/cli.md.',
  },
  'event.unsupported': {
    blame: 'user',
    when: 'The workflow was started by an event that this Action does not know.',
    remedy: 'Use pull_request, push, merge_group, schedule or workflow_dispatch.',
  },
  'event.untrusted': {
    blame: 'user',
    when: 'A workflow with write access was started by a pull request from a fork.',
    remedy:
      'Use the pull_request event for forks, and let a second workflow write the comment: examples/workflows/fork-preview.yml and fork-comment.yml.',
  },
  'report.missing': {
    blame: 'user',
    when: 'The comment entry was to show the report of a run that failed, and the run left none.',
    remedy: 'Open that run: its log says why it ended.',
  },
  'report.invalid': {
    blame: 'user',
    when: 'The file that the comment entry was given is no report of this program about this commit.',
    remedy: 'Give it the file of the output `json-path`, as the same version of this Action left it.',
  },
  'step.died': {
    blame: 'user',
    when: 'The step ended without a word: it was killed, or the machine ran out of memory.',
    remedy: 'Look at the end of its log. Give `memory-limit` less, or take a bigger runner.',
  },
  'github.forbidden': {
    blame: 'user',
    when: 'The token may not read the pull request.',
    remedy: 'Give the job `permissions: contents: read, pull-requests: write`.',
  },
  'github.unreachable': {
    blame: 'transient',
    when: 'GitHub did not answer.',
    remedy: 'Run again.',
  },
  bug: {
    blame: 'bug',
    when: 'We made a mistake.',
    remedy: 'Please report it with the output of this run.',
  },
} as const satisfies Record<string, ErrorKind>

export type ErrorCode = keyof typeof errorKinds

interface ErrorDetails {
  readonly location?: Location | undefined
  /** Overrides the table's remedy where more is known. */
  readonly hint?: string | undefined
  /** The line of source with a caret, when there is one to show. */
  readonly frame?: string | undefined
  readonly cause?: unknown
}

/** The one error of this program: what, where, and what to do. */
export class PreviewError extends Error {
  override readonly name = 'PreviewError'
  readonly code: ErrorCode
  readonly blame: Blame
  readonly hint: string
  readonly location: Location | undefined
  readonly frame: string | undefined

  constructor(code: ErrorCode, message: string, { location, hint, frame, cause }: ErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.blame = errorKinds[code].blame
    this.hint = hint ?? errorKinds[code].remedy
    this.location = location
    this.frame = frame
  }
}

/** `place  message`, the code frame below it, then the hint: for terminals and logs. */
export function formatError(error: PreviewError): string {
  const place = error.location === undefined ? '' : `${formatLocation(error.location)}  `
  const frame = error.frame === undefined ? '' : `\n${error.frame}`
  return `${place}${error.message}${frame}\n  ${error.hint}`
}
