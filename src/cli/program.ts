import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { parseDuration, parseSize } from '../core/base/quantities.ts'
import { MOST_INTERVALS } from '../core/environment/interval.ts'
import { failOnWords } from '../commands/fail-on.ts'
import { version } from '../version.ts'
import { addCompare, diffOptions, type CompareFlags, type DiffFlags, type MachineFlags } from './compare-program.ts'

/** What every command that looks at a pull request may be told. Names are those of the flags. */
export interface PreviewFlags extends DiffFlags, MachineFlags {
  readonly base?: string
  readonly head: string
  readonly config: string
  readonly project: string
  readonly models?: string
  readonly warehouse?: string
  readonly seed?: string
  readonly name?: string
  readonly state: string
  readonly json?: string
  readonly report?: string
  readonly keep?: string
  readonly expectations?: string
  readonly env: Readonly<Record<string, string>>
  readonly intervals?: number
  readonly fullRefresh?: boolean
  readonly var: Readonly<Record<string, string>>
  readonly allowFunctions: readonly string[]
  readonly allowPaths: readonly string[]
  readonly failOn: readonly string[]
  readonly runsPerMonth?: number
  readonly runnerPricePerMinute?: number
  readonly maxCostUsd?: number
  readonly records?: string
  readonly dryRun: boolean
  readonly explain?: string
}

export type PreviewCommand = 'run' | 'create' | 'diff' | 'cost'

export interface Commands {
  readonly preview: (command: PreviewCommand, flags: PreviewFlags) => Promise<number>
  readonly compare: (base: string, head: string, flags: CompareFlags) => Promise<number>
  readonly demo: (flags: { readonly keep?: string; readonly nativePath?: string }) => Promise<number>
  readonly clean: (flags: { readonly state: string; readonly name?: string }) => Promise<number>
}

export const previewCommands = {
  run: 'Build both sides of a pull request, compare the data and the cost, and print the whole.',
  create: 'Build both sides and keep them for `diff` and `cost`.',
  diff: 'Compare the data of a preview that `create` built.',
  cost: 'Compare what the two sides of a preview cost.',
} as const satisfies Record<PreviewCommand, string>

/** The command line: flags, their meaning and their checks. `finish` gets the exit status of whatever ran. */
export function program(commands: Commands, finish: (status: number) => void): Command {
  const root = new Command('rocky-preview')
    .description('What a pull request to SQL models does to the data, and what it costs.')
    .version(version)
    .helpCommand(false)
    .exitOverride()
  for (const [name, description] of Object.entries(previewCommands) as [PreviewCommand, string][]) {
    const command = root.command(name).description(description)
    for (const option of previewOptions()) command.addOption(option)
    command.action(async (flags: PreviewFlags) => {
      finish(await commands.preview(name, flags))
    })
  }
  addCompare(root, machineOptions(), { duration, size }, async (base, head, flags) => {
    finish(await commands.compare(base, head, flags))
  })
  root
    .command('demo')
    .description('The whole thing on a small project of ours, with no install; ends in the comment.')
    .option('--keep <dir>', 'where to leave the environment (default: a temporary folder, named at the end)')
    .addOption(nativePath())
    .action(async (flags: { keep?: string; nativePath?: string }) => {
      finish(await commands.demo(flags))
    })
  root
    .command('clean')
    .description('Remove what earlier runs of `create` left.')
    .addOption(state())
    .addOption(new Option('--name <name>', 'one preview; without it, all of them').argParser(safeName))
    .action(async (flags: { state: string; name?: string }) => {
      finish(await commands.clean(flags))
    })
  return root
}

export { CommanderError }

function previewOptions(): readonly Option[] {
  return [
    new Option('--base <ref>', 'branch, tag or commit to compare with (default: the default branch)'),
    new Option('--head <ref>', 'branch, tag or commit to look at').default('HEAD'),
    new Option('--project <dir>', 'folder of the project; of `run` also a pattern for several: projects/*').default(
      '.',
    ),
    new Option('-c, --config <file>', 'name of the configuration file in the project').default('rocky.toml'),
    new Option('--models <dir>', 'a folder of models, added to those of the pipelines'),
    new Option(
      '--warehouse <file>',
      'DuckDB file to compare on, opened read-only (default: the one that base’s rocky.toml names)',
    ),
    new Option('--seed <file>', 'SQL file that fills the source tables (default: data/seed.sql, else seeds/seed.sql)'),
    new Option('--name <name>', 'name of the preview (default: pr-preview-<branch>)').argParser(safeName),
    state(),
    output(),
    new Option('--json <file>', 'write the whole run as JSON to a file'),
    new Option('--report <file>', 'write the whole run as one HTML page that needs no network'),
    new Option('--keep <dir>', 'leave the environment’s database files there, with an open.sql'),
    new Option(
      '--expectations <file>',
      'what should change, in TOML (default: preview.expectations.toml of the project, as head has it)',
    ),
    new Option('--env <name=value>', 'a value for ${NAME} in the project’s TOML files; may be repeated')
      .argParser(nameValue)
      .default({}, 'none'),
    new Option('--var <name=value>', 'a value for @var(name) in the models, on both sides; may be repeated')
      .argParser(nameValue)
      .default({}, 'none'),
    new Option('--full-refresh', 'build stateful models as if their tables did not exist').default(false),
    new Option(
      '--intervals <n>',
      'for time_interval models: how many of the last intervals to run (default: 3)',
    ).argParser(intervalCount),
    new Option('--allow-functions <list>', 'functions that models may call although a preview refuses them')
      .argParser(functionList)
      .default([], 'none'),
    new Option('--allow-paths <dir...>', 'folders outside the repository whose files models may read').default(
      [],
      'none',
    ),
    sampleValues(),
    new Option('--fail-on <list>', `exit with 3 on any of: ${failOnWords.join(', ')}; or never`)
      .argParser(failOn)
      .default([], 'never'),
    ...diffOptions({ duration, size }),
    new Option('--runner-price-per-minute <usd>', 'what a minute of this machine costs').argParser(positiveNumber),
    new Option('--runs-per-month <n>', 'how often the models run (default: as their schedule says)').argParser(
      positiveNumber,
    ),
    new Option('--max-cost-usd <usd>', 'what the preview itself may cost, at the price of a minute').argParser(
      positiveNumber,
    ),
    new Option('--records <file>', 'DuckDB file that keeps what runs have measured; made where it is not there'),
    ...limits(),
    new Option('--dry-run', 'plan only: print the steps and their SQL, build and compare nothing').default(false),
    new Option('--explain <model>', 'plan only: tell why a model is rebuilt, copied or left alone'),
  ]
}

/** Of a command that opens data and nothing else. */
function machineOptions(): readonly Option[] {
  return [output(), sampleValues(), ...limits()]
}

function limits(): readonly Option[] {
  return [
    new Option('--timeout <duration>', 'for the whole run: 90s, 15m, 1h (default: 15m)').argParser(duration),
    new Option('--memory-limit <size>', 'DuckDB’s memory: 2GB, 512MB (default: fitted to the machine)').argParser(size),
    new Option('--threads <n>', 'threads (default: one a core)').argParser(count),
    new Option('--max-disk <size>', 'for spilled data (default: DuckDB’s own)').argParser(size),
    nativePath(),
    new Option(
      '--registry-url <url>',
      'npm registry to fetch DuckDB’s library from on platforms that it is not shipped for',
    ),
  ]
}

function output(): Option {
  const forms = ['json', 'markdown', 'text', 'table']
  return new Option('-o, --output <form>', 'what to print on stdout (default: text on a terminal, else json)').choices(
    forms,
  )
}

function sampleValues(): Option {
  return new Option('--sample-values <policy>', 'what is shown of values from the data')
    .choices(['none', 'masked', 'all'])
    .default('all')
}

function state(): Option {
  return new Option('--state <dir>', 'where previews are kept between commands').default('.rocky-preview')
}

function nativePath(): Option {
  return new Option('--native-path <path>', 'DuckDB’s library: a folder, or the archive of the npm package')
}

function duration(text: string): number {
  return parsed(text, parseDuration, 'a duration such as 90s, 15m or 1h')
}

function size(text: string): number {
  return parsed(text, parseSize, 'a size such as 512MB or 2GB')
}

function count(text: string): number {
  return parsed(text, (given) => (/^[1-9]\d{0,3}$/.test(given) ? Number(given) : undefined), 'a whole number from 1')
}

function positiveNumber(text: string): number {
  const read = (given: string): number | undefined =>
    /^\d{1,9}(?:\.\d{1,9})?$/.test(given) && Number(given) > 0 ? Number(given) : undefined
  return parsed(text, read, 'a number above 0')
}

function intervalCount(text: string): number {
  const form = `a whole number from 1 to ${String(MOST_INTERVALS)}`
  return parsed(text, (given) => (/^(?:[1-9]\d?|100)$/.test(given) ? Number(given) : undefined), form)
}

function parsed(text: string, parse: (text: string) => number | undefined, form: string): number {
  const value = parse(text)
  if (value === undefined) throw new InvalidArgumentError(`Expected ${form}.`)
  return value
}

function safeName(text: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(text))
    throw new InvalidArgumentError('Expected letters, digits, dots, dashes and underscores.')
  return text
}

function nameValue(text: string, known: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('Expected NAME=value.')
  return { ...known, [text.slice(0, at)]: text.slice(at + 1) }
}

function functionList(text: string): readonly string[] {
  const names = text.split(/[\s,]+/).filter((name) => name !== '')
  if (!names.every((name) => /^[A-Za-z_]\w*$/.test(name)))
    throw new InvalidArgumentError('Expected names of functions, with commas between them.')
  return names.map((name) => name.toLowerCase())
}

function failOn(text: string): readonly string[] {
  const words = text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '' && word !== 'never')
  const strange = words.find((word) => !(failOnWords as readonly string[]).includes(word))
  if (strange !== undefined) throw new InvalidArgumentError(`"${strange}" is none of ${failOnWords.join(', ')}, never.`)
  return words
}
