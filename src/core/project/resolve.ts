import type { AdapterConfig, Model, Target, TestDefinition } from './model.ts'
import type { ParsedStatement } from './parsed.ts'
import type { Sidecar } from './sidecar.ts'
import { PreviewError } from '../base/errors.ts'
import { resolveTest } from './data-tests.ts'
import { errorAt } from './keys.ts'
import { checkMember, groupSchemaName, type Defaults, type Group } from './shared.ts'
import { isTable, plainTable } from './toml.ts'

/** Everything that one model is made of, read and still apart. */
export interface ModelParts {
  /** Of the file: the name when nothing else gives one. */
  readonly stem: string
  readonly path: string
  readonly statement: ParsedStatement
  /** Undefined: neither a sidecar nor front matter. */
  readonly sidecar: Sidecar | undefined
  readonly group: Group | undefined
  readonly defaults: Defaults | undefined
  readonly namedTests: ReadonlyMap<string, TestDefinition>
  /** What the preview builds on. */
  readonly adapter: AdapterConfig
}

/** Sidecar over group over defaults over what is built in. */
export function resolveModel(parts: ModelParts): Model {
  const { stem, path, statement, sidecar, group, defaults } = parts
  if (sidecar !== undefined) {
    checkAdapter(sidecar, parts.adapter)
    if (group !== undefined) checkMember(group, sidecar)
  }
  const name = sidecar?.name ?? stem
  const sidecarPath = sidecar?.file.path
  return {
    name,
    path,
    ...(sidecarPath !== undefined && sidecarPath !== path && { sidecarPath }),
    sql: statement.sql,
    sqlLineOffset: statement.lineOffset,
    ...(statement.source !== undefined && { source: statement.source }),
    target: targetOf(parts, name),
    strategy: sidecar?.strategy ?? group?.strategy ?? defaults?.strategy ?? { kind: 'full_refresh' },
    dependsOn: sidecar?.dependsOn ?? [],
    surrogateKeys: sidecar?.surrogateKeys ?? [],
    tests: testsOf(parts),
    ...(sidecar !== undefined && sidecar.unitTests.length > 0 && { unitTests: sidecar.unitTests }),
    ...(sidecar?.budget !== undefined && { budget: sidecar.budget }),
    metadata: metadataOf(parts),
  }
}

function checkAdapter({ file, adapter }: Sidecar, chosen: AdapterConfig): void {
  if (adapter === undefined || adapter === chosen.name) return
  const message = `The model is built on adapter "${adapter}"; the preview builds on "${chosen.name}".`
  const { location, frame } = errorAt(file, ['adapter'], message)
  throw new PreviewError('model.strategy-unsupported', message, { location, frame })
}

function targetOf({ path, sidecar, group, defaults }: ModelParts, name: string): Target {
  const groupSchema = sidecar !== undefined && group !== undefined ? groupSchemaName(group, sidecar) : undefined
  const catalog = sidecar?.target.catalog ?? defaults?.target.catalog
  const schema = sidecar?.target.schema ?? groupSchema ?? defaults?.target.schema
  const missing = catalog === undefined ? 'catalog' : 'schema'
  if (catalog !== undefined && schema !== undefined) {
    return { catalog, schema, table: sidecar?.target.table ?? name }
  }
  if (sidecar === undefined && path.endsWith('.rocky')) {
    // Rocky's own: a pipeline needs no sidecar.
    return { catalog: catalog ?? 'warehouse', schema: schema ?? 'default', table: name }
  }
  if (sidecar === undefined) {
    const message = 'The model has neither a sidecar nor front matter.'
    const hint = `Add ${path.replace(/\.sql$/, '.toml')}, or a _defaults.toml with [target] catalog and schema.`
    throw new PreviewError('project.invalid', message, { location: { path }, hint })
  }
  const message = `\`target.${missing}\` is missing; neither the sidecar nor _defaults.toml gives one.`
  throw errorAt(sidecar.file, ['target'], message, `Add it below [target]; ${missing} = "" is allowed.`)
}

function testsOf({ sidecar, namedTests }: ModelParts): readonly TestDefinition[] {
  if (sidecar === undefined) return []
  const { file, tests, useTests } = sidecar
  return [...tests, ...useTests.map((reference, index) => resolveTest(file, index, reference, namedTests))]
}

function metadataOf({ sidecar, group, defaults }: ModelParts): Readonly<Record<string, unknown>> {
  const own = { ...defaults?.metadata, ...sidecar?.metadata }
  if (group === undefined) return own
  const tags = { ...group.tags, ...tableOf(own.tags) }
  const governance = tableOf(own.governance)
  const governanceTags = { ...group.governanceTags, ...tableOf(governance.tags) }
  return plainTable({
    ...own,
    ...(Object.keys(tags).length > 0 && { tags }),
    ...(Object.keys(governanceTags).length > 0 && { governance: { ...governance, tags: governanceTags } }),
  })
}

function tableOf(value: unknown): Readonly<Record<string, unknown>> {
  return isTable(value) ? value : {}
}
