import { describe, expect, it } from '@jest/globals'
import { program } from '../../src/cli/program.ts'
import { version } from '../../src/version.ts'
import { runCli } from './run-cli.ts'

const unused = () => Promise.resolve(0)

describe('--help', () => {
  const root = program({ preview: unused, compare: unused, demo: unused, clean: unused }, () => undefined)

  it.each([root, ...root.commands].map((command) => [command.name(), command] as const))(
    'of %s says what it takes',
    (_, command) => {
      command.configureHelp({ helpWidth: 110 })
      expect(command.helpInformation()).toMatchSnapshot()
    },
  )

  it('goes to stdout with status 0, and version does', async () => {
    const help = await runCli(['run', '--help'])
    expect(help).toMatchObject({ status: 0, stderr: '' })
    expect(help.stdout).toMatch(/^Usage: rocky-preview run \[options\]\n/)
    expect(await runCli(['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' })
  })
})
