import { describe, expect, it } from '@jest/globals'
import { toRunOutput } from '../../../src/core/contract/run.ts'
import { projectsIn, patternRoot } from '../../../src/core/project/projects.ts'
import { renderProjects, reportedProjects, type ProjectPart } from '../../../src/core/report/projects.ts'
import { remember } from '../../../src/core/report/since.ts'
import type { BlobId } from '../../../src/core/ports/git.ts'
import { measured, previewResult, rowCounts } from '../../support/preview-result.ts'

const HEAD = 'c'.repeat(40)

function part(project: string, models: number): ProjectPart {
  const changed = Array.from({ length: models }, (_, n) => ({
    name: `model_${String(n)}`,
    comparison: measured({ rows: rowCounts({ changed: n + 1 }) }),
  }))
  const run = toRunOutput(previewResult(changed), { diff: () => '', cost: () => '', run: () => '' })
  return { project, outcome: { kind: 'ran', run } }
}

describe('renderProjects', () => {
  it.each([1, 3, 40])('keeps to its room with %i projects', (n) => {
    const parts = Array.from({ length: n }, (_, i) => part(`projects/p${String(i)}`, 12))
    for (const maxUnits of [20_000, 60_000]) {
      const text = renderProjects(parts, { head: HEAD, maxUnits })
      expect(text.length).toBeLessThanOrEqual(maxUnits)
      expect(text).toMatch(new RegExp(`^## 🟠 ${String(n)} projects?: ${String(n)} affected, 0 not`))
    }
  })

  it('puts what could not be previewed first, and leaves out what nothing touches', () => {
    const failed: ProjectPart = {
      project: 'b',
      outcome: { kind: 'failed', message: 'A toml is wrong.', hint: 'Mend it.' },
    }
    const text = renderProjects([part('a', 1), failed, part('c', 0)], { head: HEAD })
    expect(text).toContain('## 🔴 3 projects: 2 affected, 1 not')
    expect(text.indexOf('<code>b</code>')).toBeLessThan(text.indexOf('<code>a</code>'))
    expect(text).toContain('Project <code>a</code>')
    expect(text).not.toContain('Project <code>c</code>')
  })

  it('says once, for all of them, which commit it is about and what became of an earlier report', () => {
    const failed = (project: string): ProjectPart => ({
      project,
      outcome: { kind: 'failed', message: 'A toml is wrong.', hint: 'Mend it.' },
    })
    const earlier = remember(reportedProjects([part('a', 2), part('b', 2)], 'd'.repeat(40)), undefined)
    const told = (...parts: readonly ProjectPart[]): string =>
      renderProjects(parts, { head: HEAD, earlier })
        .match(/^Commit .*$/gm)
        ?.join('|') ?? ''
    expect(told(part('a', 2), part('b', 3))).toBe(
      'Commit <code>ccccccc</code> · <b>since the report on <code>ddddddd</code></b>: 1 new (<code>b&#47;model&#95;2</code>), 4 unchanged',
    )
    expect(told(part('a', 2), part('b', 0))).toMatch(/: 2 resolved, 2 unchanged$/)
    // Nobody looked at the second one, so nothing in it is resolved.
    expect(told(part('a', 2), failed('b'))).toMatch(/: 2 unchanged, 2 not checked any more$/)
  })
})

describe('projectsIn', () => {
  const entries = ['projects/a/rocky.toml', 'projects/b/x/rocky.toml', 'projects/c/other.toml', 'rocky.toml'].map(
    (path) => ({ path, id: '' as BlobId, kind: 'file' as const }),
  )

  it.each([
    ['projects/*', ['projects/a']],
    ['projects/**', ['projects/a', 'projects/b/x']],
    ['{projects,apps}/*', ['projects/a']],
  ])('finds the folders of %s that hold a configuration', (pattern, folders) => {
    expect(projectsIn(entries, pattern, 'rocky.toml')).toEqual(folders)
  })

  it('looks below the part of a pattern that is a folder', () => {
    expect(['projects/*', 'a/b/*/c', '*'].map(patternRoot)).toEqual(['projects', 'a/b', ''])
  })
})
