import { InvalidArgumentError, Option, type Command } from 'commander'
import { parseTolerances, type Tolerances } from '../core/base/tolerance.ts'

/** How rows are compared. */
export interface DiffFlags {
  readonly tolerance?: Tolerances
  readonly algorithm?: 'sampled' | 'bisection'
  readonly sampleSize?: number
  readonly timeBudget?: number
  readonly maxBytes?: number
  readonly facts?: 'always' | 'never'
}

/** What every command that runs DuckDB may be told of the machine and of what it prints. */
export interface MachineFlags {
  readonly output?: 'json' | 'markdown' | 'text' | 'table'
  readonly sampleValues: 'none' | 'masked' | 'all'
  readonly timeout?: number
  readonly memoryLimit?: number
  readonly threads?: number
  readonly maxDisk?: number
  readonly nativePath?: string
  readonly registryUrl?: string
}

/** What `compare` may be told. */
export interface CompareFlags extends DiffFlags, MachineFlags {
  /** Columns; false: no key, and none is looked for. */
  readonly key?: readonly string[] | boolean
  readonly where?: string
}

/** Parsers that the other commands use too. */
interface Parsers {
  readonly duration: (text: string) => number
  readonly size: (text: string) => number
}

/** Adds `compare BASE HEAD`, with `shared` options of the other commands. */
export function addCompare(
  root: Command,
  shared: readonly Option[],
  parsers: Parsers,
  run: (base: string, head: string, flags: CompareFlags) => Promise<void>,
): void {
  const command = root
    .command('compare')
    .description(
      'Compare any two relations: file.duckdb:schema.table, "file.duckdb:select …", a Parquet, CSV or JSON file.',
    )
    .argument('<base>', 'what was')
    .argument('<head>', 'what is')
    .addOption(new Option('--key <columns>', 'columns that name a row: a,b (default: looked for)').argParser(columns))
    .addOption(new Option('--no-key', 'compare rows as a whole'))
    .addOption(new Option('--where <condition>', 'only the rows that meet it, on both sides'))
  for (const option of [...diffOptions(parsers), ...shared]) command.addOption(option)
  command.action(run)
}

/** How rows are compared: for every command that compares. */
export function diffOptions({ duration, size }: Parsers): readonly Option[] {
  return [
    new Option(
      '--tolerance <list>',
      'how far numbers may lie apart and count as equal: 0.01, 0.1%, or by type or column: float=1e-9,price=0.01',
    ).argParser(tolerances),
    new Option('--algorithm <name>', 'sampled: the keys of a sample; bisection: every row, by hash buckets').choices([
      'sampled',
      'bisection',
    ]),
    new Option('--sample-size <rows>', 'keys in a sample (default: 100000)').argParser(rows),
    new Option(
      '--time-budget <duration>',
      'for all comparisons: beyond it a sample is taken, then rows are only counted',
    ).argParser(duration),
    new Option('--max-bytes <size>', 'of data that all comparisons may read, about').argParser(size),
    new Option(
      '--facts [when]',
      'beyond the counts: facts of each column and side, where changes live, how totals moved (default: where it fits)',
    )
      .choices(['always', 'never'])
      .preset('always'),
  ]
}

function columns(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim())
  if (names.includes('')) throw new InvalidArgumentError('Expected names of columns: a,b.')
  return names
}

function rows(text: string): number {
  if (!/^[1-9]\d{0,11}$/.test(text)) throw new InvalidArgumentError('Expected a whole number from 1.')
  return Number(text)
}

function tolerances(text: string): Tolerances {
  const parsed = parseTolerances(text)
  if (parsed === undefined) {
    throw new InvalidArgumentError(
      'Expected a number, a percentage, or name=number with float, decimal, integer or a column.',
    )
  }
  return parsed
}
