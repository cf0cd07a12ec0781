import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { RunOutput } from '../../src/core/contract/run.ts'
import { parseCommands, parseOutputs, type Command } from './runner-files.ts'

export interface ActionOptions {
  readonly event: { readonly name: string; readonly payload: unknown }
  /** By the names of action.yml. */
  readonly inputs?: Readonly<Record<string, string>>
  /** GITHUB_* of the server, and whatever else the workflow sets. */
  readonly environment?: Readonly<Record<string, string>>
  /** Where the workflow checked out, or an empty folder. */
  readonly workspace: string
  /** The step whose post step this is. */
  readonly after?: FinishedAction
  /** Another entry than the Action's: the name of its bundle, without `.js`. */
  readonly door?: 'comment'
  /** The Node program; this one unless given. */
  readonly node?: string
}

export interface FinishedAction {
  /** Or the signal that ended it. */
  readonly status: number | NodeJS.Signals | null
  /** All that it printed, without the lines that only tell the runner what to mask. */
  readonly log: string
  readonly masked: readonly string[]
  /** Every line that the runner takes for a command, in order. */
  readonly commands: readonly Command[]
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
  /** The run document, if one was written. */
  readonly run: RunOutput | undefined
  /** What the post step would get. */
  readonly state: Readonly<Record<string, string>>
  /** What is left in the runner's temporary folder. */
  readonly runnerTemp: string
  readonly durationMs: number
}

export interface RunningAction {
  readonly child: ChildProcess
  readonly finished: Promise<FinishedAction>
}

/** The built Action as the runner starts it: a child process with nothing in its environment but what the runner gives. */
export function startAction(options: ActionOptions): RunningAction {
  const started = performance.now()
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rocky-runner-')))
  const file = (name: string, content = ''): string => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  const runnerTemp = options.after?.runnerTemp ?? join(folder, 'temp')
  mkdirSync(runnerTemp, { recursive: true })
  const output = file('output')
  const summary = file('summary')
  const state = file('state')
  const child = spawn(options.node ?? process.execPath, [entry(options.door)], {
    cwd: options.workspace,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      GITHUB_EVENT_NAME: options.event.name,
      GITHUB_EVENT_PATH: file('event.json', JSON.stringify(options.event.payload)),
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_STATE: state,
      GITHUB_ENV: file('env'),
      GITHUB_PATH: file('path'),
      GITHUB_WORKSPACE: options.workspace,
      GITHUB_WORKFLOW_REF: 'octo/shop/.github/workflows/preview.yml@refs/pull/7/merge',
      GITHUB_WORKFLOW: 'preview',
      GITHUB_JOB: 'preview',
      GITHUB_ACTOR: 'ada',
      GITHUB_RUN_ID: '41',
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_RUN_NUMBER: '9',
      RUNNER_TEMP: runnerTemp,
      RUNNER_TOOL_CACHE: join(folder, 'tools'),
      RUNNER_OS: 'Linux',
      RUNNER_ARCH: 'X64',
      ...stateVariables(options.after?.state ?? {}),
      ...options.environment,
      ...inputVariables(options.inputs ?? {}),
    },
  })
  // Its own worker ends with it.
  const hung = setTimeout(() => child.kill('SIGKILL'), 50_000)
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
  const finished = new Promise<FinishedAction>((done, failed) => {
    child.on('error', failed)
    child.on('close', (code, signal) => {
      clearTimeout(hung)
      const commands = parseCommands(Buffer.concat(chunks).toString('utf8'))
      const json = join(runnerTemp, 'rocky-preview.json')
      done({
        status: code ?? signal,
        log: commands.log,
        masked: commands.masked,
        commands: commands.all,
        outputs: parseOutputs(readFileSync(output, 'utf8')),
        summary: readFileSync(summary, 'utf8'),
        state: parseOutputs(readFileSync(state, 'utf8')),
        run: existsSync(json) ? (JSON.parse(readFileSync(json, 'utf8')) as RunOutput) : undefined,
        runnerTemp,
        durationMs: performance.now() - started,
      })
    })
  })
  return { child, finished }
}

/** `dist/index.js` as committed; ROCKY_PREVIEW_DIST names another folder, whose main.js need not be bundled. */
function entry(door?: 'comment'): string {
  const folder = resolve(process.env.ROCKY_PREVIEW_DIST ?? 'dist')
  if (door !== undefined) return join(folder, `${door}.js`)
  const unbundled = join(folder, 'main.js')
  return existsSync(unbundled) ? unbundled : join(folder, 'index.js')
}

function stateVariables(state: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]))
}

function inputVariables(inputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]))
}
