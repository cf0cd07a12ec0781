import { dirname, resolve } from 'node:path'
import { realpathSync } from 'node:fs'
import { clean } from './cli/clean.ts'
import { compare } from './cli/compare.ts'
import { demo } from './cli/demo.ts'
import { exitStatus } from './cli/exit-status.ts'
import { tellError, withstandClosedPipes } from './cli/output.ts'
import { preview } from './cli/preview.ts'
import { CommanderError, program } from './cli/program.ts'
import { PreviewError } from './core/base/errors.ts'
import { exhausted } from './core/base/exhausted.ts'

const distFolder = dirname(realpathSync(process.argv[1] ?? '.'))

withstandClosedPipes()

const commands = program(
  {
    preview: (command, flags) => preview(distFolder, command, flags),
    compare: (base, head, flags) => compare(distFolder, base, head, flags),
    demo: (flags) => demo(distFolder, flags),
    clean: async ({ state, name }) => {
      await clean(resolve(state), name)
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
