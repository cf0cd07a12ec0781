import { dirname, resolve } from 'node:path'
import { realpathSync } from 'node:fs'
import { exitStatus } from './cli/exit-status.ts'
import { tellError, withstandClosedPipes } from './cli/output.ts'
import { CommanderError, program } from './cli/program.ts'
import { PreviewError } from './core/base/errors.ts'
import { exhausted } from './core/base/exhausted.ts'

const distFolder = dirname(realpathSync(process.argv[1] ?? '.'))

withstandClosedPipes()

const commands = program(
  {
    // Each loads what it needs and no more: that is most of what a short command takes.
    preview: async (command, flags) => (await import('./cli/preview.ts')).preview(distFolder, command, flags),
    compare: async (base, head, flags) => (await import('./cli/compare.ts')).compare(distFolder, base, head, flags),
    demo: async (flags) => (await import('./cli/demo.ts')).demo(distFolder, flags),
    clean: async ({ state, name }) => {
      await (await import('./cli/clean.ts')).clean(resolve(state), name)
      return 0
    },
  },
  (status) => {
    process.exitCode = status
  },
)

const [first, ...rest] = process.argv.slice(2)
const words = first === 'preview' ? rest : process.argv.slice(2)
try {
  await commands.parseAsync(words, { from: 'user' })
} catch (error) {
  process.exitCode = failed(error)
}

function failed(cause: unknown): number {
  // Commander has already said what is wrong; its own status for help and version is 0.
  if (cause instanceof CommanderError) return cause.exitCode
  const error = exhausted(cause) ?? cause
  tellError(error)
  return error instanceof PreviewError ? exitStatus[error.blame] : exitStatus.bug
}
