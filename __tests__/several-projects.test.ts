import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { documentsOf, findProjects, pathFor, runEach, toProjectsOutput } from '../src/commands/projects.ts'
import { projectsSchema, type ProjectsOutput } from '../src/core/contract/projects.ts'
import { toRunOutput } from '../src/core/contract/run.ts'
import { partsOf, renderProjects } from '../src/core/report/projects.ts'
import { reportRenderers } from '../src/core/report/renderers.ts'
import { openRepository } from '../src/git/open.ts'
import { removeTemporaryRoot, runCli, type CliResult } from './cli/run-cli.ts'
import { removeTemporaryFolders, temporaryFolder } from './support/git-repository.ts'
import { normalised } from './support/normalised.ts'
import { checkOut, fixtures, previewScenario, type Scenario } from './support/scenario.ts'

afterAll(removeTemporaryFolders)
afterAll(removeTemporaryRoot)

let scenario: Scenario

beforeAll(() => {
  scenario = checkOut('several-projects')
})

describe('several projects in one repository', () => {
  it('give the comment that was reviewed', async () => {
    const { repository } = await openRepository(scenario.folder)
    const head = await repository.resolve('HEAD')
    const found = await findProjects(repository, head, { project: 'projects/*', config: 'rocky.toml' })
    await repository.close()
    const results = await runEach(found, async (prefix) => {
      const { result } = await previewScenario({ ...scenario, prefix })
      return normalised(result)
    })
    const document = toProjectsOutput(documentsOf(results, (result) => toRunOutput(result, reportRenderers())))
    const comment = `${renderProjects(partsOf(document), { head: 'e'.repeat(40) })}\n`
    const golden = join(fixtures, 'several-projects', 'expected', 'comment.md')
    if (process.env['UPDATE_GOLDENS'] === '1') {
      mkdirSync(join(golden, '..'), { recursive: true })
      writeFileSync(golden, comment)
    }
    expect(comment).toBe(readFileSync(golden, 'utf8'))
  }, 60_000)

  const cli = (project: string, cwd: string, ...args: readonly string[]): Promise<CliResult> =>
    runCli(['run', '--base', 'main', '--project', project, ...args], { cwd })

  it('are one document on the command line, with the worst exit status and files of their own', async () => {
    const out = temporaryFolder()
    const files = ['--json', join(out, 'all.json'), '--report', join(out, 'page.html'), '--keep', join(out, 'kept')]
    const { status, stdout, stderr } = await cli('projects/*', scenario.folder, ...files, '--fail-on', 'changes')
    expect(status).toBe(1)
    expect(stderr).toContain('projects/finance/rocky.toml')
    const document = projectsSchema.parse(JSON.parse(stdout))
    expect(JSON.parse(readFileSync(join(out, 'all.json'), 'utf8'))).toEqual(document)
    expect(summary(document)).toEqual([
      'projects/finance project.toml',
      'projects/people unchanged',
      'projects/sales changed',
    ])
    expect(readdirSync(out).sort()).toEqual([
      'all.json',
      ...['kept-projects-people', 'kept-projects-sales', 'page-projects-people.html', 'page-projects-sales.html'],
    ])
    expect(existsSync(join(out, 'kept-projects-sales', 'open.sql'))).toBe(true)
  }, 120_000)

  it.each([
    ['a folder above them', '../*', 'projects/people', 'markdown', /^## 🔴 3 projects: 2 affected, 1 not\n/],
    [
      'some of them',
      '{sales,people}',
      'projects',
      'text',
      /^── projects\/people ──\n[^]*── projects\/sales ──\n\n2 models change data/,
    ],
  ])(
    'are found from where the command is given: %s',
    async (_, project, folder, form, start) => {
      const { stdout } = await cli(project, join(scenario.folder, folder), '-o', form)
      expect(stdout).toMatch(start)
    },
    120_000,
  )

  it('are refused where a command is about one, and where there is none', async () => {
    const created = await runCli(['create', '--base', 'main', '--project', 'projects/*'], { cwd: scenario.folder })
    expect(created).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('Use `run`') })
    const none = await cli('projects/x*', scenario.folder)
    expect(none).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining('No folder matches projects/x*'),
    })
  })
})

function summary({ projects }: ProjectsOutput): readonly string[] {
  return projects.map((one) => `${one.project} ${'run' in one ? one.run.verdict : one.failure.code}`)
}

describe('pathFor', () => {
  it.each([
    ['report.html', 'report-projects-a.html'],
    ['/out.d/report', '/out.d/report-projects-a'],
    ['out/.report', 'out/-projects-a.report'],
  ])('%s becomes %s', (path, own) => {
    expect(pathFor('projects/a', path)).toBe(own)
  })
})
