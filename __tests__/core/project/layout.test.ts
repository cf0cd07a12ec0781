import { describe, expect, it } from '@jest/globals'
import { loadConfig } from '../../../src/core/project/config.ts'
import { modelFolders, seedEntries, wantedFiles } from '../../../src/core/project/layout.ts'
import { filesOf, optionsWith, ROCKY, type FileTexts } from './builder.ts'

describe('wantedFiles', () => {
  it.each([
    [
      'models, sidecars, contracts and what folders share, but no other file',
      ROCKY,
      {},
      [
        'm.sql',
        'm.toml',
        '_defaults.toml',
        'groups/g.toml',
        '.hidden/h.sql',
        'r.rocky',
        'm.contract.toml',
        'README.md',
      ].map((name) => `models/${name}`),
      [
        'models/.hidden/h.sql',
        'models/_defaults.toml',
        'models/groups/g.toml',
        'models/m.contract.toml',
        'models/m.sql',
        'models/m.toml',
        'models/r.rocky',
      ],
    ],
    [
      'what stands beside a chosen model',
      `${ROCKY}[pipeline]\nmodels = "m/*.sql"\n`,
      {},
      ['m/a.sql', 'm/a.toml', 'm/groups/g.toml', 'm/x/b.sql', 'm/x/b.toml', 'y.toml'],
      ['m/a.sql', 'm/a.toml', 'm/groups/g.toml'],
    ],
    [
      'the caller’s folder too',
      ROCKY,
      { models: './other/' },
      ['models/a.sql', 'other/b.sql', 'otherwise/c.sql'],
      ['models/a.sql', 'other/b.sql'],
    ],
    [
      'contracts in the project’s own folder for them',
      ROCKY,
      {},
      ['models/a.sql', 'contracts/a.contract.toml', 'contracts/a.toml', 'other/a.contract.toml'],
      ['contracts/a.contract.toml', 'models/a.sql'],
    ],
    ['the seeds', ROCKY, {}, ['data/seed.sql', 'seeds/seed.sql', 'data/x.sql'], ['data/seed.sql', 'seeds/seed.sql']],
    [
      'no settings of ours for a sidecar',
      `${ROCKY}[pipeline]\nmodels = "**"\n`,
      {},
      ['preview.toml', 'a.sql', 'data/seed.sql'],
      ['a.sql', 'data/seed.sql'],
    ],
  ])('are %s', (_, rocky, changes, paths, expected) => {
    const { entries } = filesOf(textsAt(paths, { 'rocky.toml': rocky }))
    const options = optionsWith(changes)
    const { config } = loadConfig(filesOf({ 'rocky.toml': rocky }), options)
    expect(wantedFiles(entries, config, options).map(({ path }) => path)).toEqual(expected)
  })

  it('are looked for below the project’s folder', () => {
    const files = filesOf(textsAt(['models/a.sql', 'x/models/a.sql', 'x/data/seed.sql'], { 'x/rocky.toml': ROCKY }))
    const options = optionsWith({ project: './x/' })
    const { config } = loadConfig(files, options)
    expect(config.location.path).toBe('x/rocky.toml')
    expect(wantedFiles(files.entries, config, options).map(({ path }) => path)).toEqual([
      'x/data/seed.sql',
      'x/models/a.sql',
    ])
  })
})

describe('seedEntries', () => {
  it('puts data/seed.sql first, and takes the caller’s alone', () => {
    const { entries } = filesOf(textsAt(['seeds/seed.sql', 'data/seed.sql', 'my.sql']))
    expect(seedEntries(entries, optionsWith()).map(({ path }) => path)).toEqual(['data/seed.sql', 'seeds/seed.sql'])
    expect(seedEntries(entries, optionsWith({ seed: './my.sql' })).map(({ path }) => path)).toEqual(['my.sql'])
  })
})

describe('modelFolders', () => {
  it('gives groups to the folder above theirs, and tells of links', () => {
    const links = { 'models/link.sql': 'symlink', 'models/vendor': 'submodule', 'doc/link': 'symlink' } as const
    const files = filesOf({ ...textsAt(['models/x/a.sql', 'models/x/groups/g.toml']), 'rocky.toml': ROCKY }, links)
    const { config } = loadConfig(files, optionsWith())
    const { folders, notices } = modelFolders(files.entries, config, optionsWith())
    expect(folders.map(({ path, groups }) => [path, groups.map((group) => group.path)])).toEqual([
      ['models/x', ['models/x/groups/g.toml']],
    ])
    expect(notices.map(({ message, location }) => `${location?.path ?? ''}  ${message}`)).toEqual([
      'models/link.sql  The symlink is not followed: what it points to is left out.',
      'models/vendor  The submodule is not followed: what it points to is left out.',
    ])
  })
})

function textsAt(paths: readonly string[], more: FileTexts = {}): FileTexts {
  return { ...Object.fromEntries(paths.map((path) => [path, ''])), ...more }
}
