import { describe, expect, it } from '@jest/globals'
import { loadConfig } from '../../../src/core/project/config.ts'
import { feedOf } from '../../../src/core/project/feeds.ts'
import { filesOf, optionsWith } from './builder.ts'

const ROCKY = `
[adapter]
type = "duckdb"
[pipeline.copy.source.schema_pattern]
prefix = "raw__"
[pipeline.copy.target]
schema_template = "landed__{source}_daily"
[pipeline.files]
type = "load"
target = { schema = "drop_box" }
[pipeline.any]
type = "replication"
target = { schema_template = "{source}" }
[pipeline.marts]
type = "transformation"
target = { schema_template = "marts__{source}" }
`

describe('feeds', () => {
  const { feeds = [] } = loadConfig(filesOf({ 'rocky.toml': ROCKY }), optionsWith()).config

  it.each([
    ['landed__orders_daily', 'copy'],
    ['LANDED__Orders_Daily', 'copy'],
    ['landed___daily', undefined],
    ['landed__orders', undefined],
    ['drop_box', 'files'],
    ['drop_boxes', undefined],
    ['marts__orders', undefined],
    ['anything', undefined],
  ])('%s is filled by %s', (schema, pipeline) => {
    expect(feedOf(schema, feeds)?.pipeline).toBe(pipeline)
  })

  it('are absent where no pipeline copies or loads', () => {
    const none = loadConfig(filesOf({ 'rocky.toml': '[adapter]\ntype = "duckdb"\n' }), optionsWith()).config
    expect(none).not.toHaveProperty('feeds')
  })
})
