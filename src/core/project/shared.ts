import { z } from 'zod'
import type { Notice } from '../base/notice.ts'
import type { Strategy } from './model.ts'
import type { PartialTarget, Sidecar } from './sidecar.ts'
import { errorAt, filledText, keyError, read, text, unknownKeys } from './keys.ts'
import { readStrategy, unknownStrategyKeys } from './strategy.ts'
import { plainTable, type TomlFile } from './toml.ts'

/** `_defaults.toml`: what the models of its folder have when they do not say otherwise. */
export interface Defaults {
  readonly path: string
  readonly target: PartialTarget
  readonly strategy: Strategy | undefined
  readonly metadata: Readonly<Record<string, unknown>>
}

/** `groups/<name>.toml`: what models of the folder above it have when they name it. */
export interface Group {
  readonly name: string
  readonly schemaTemplate: string | undefined
  readonly strategy: Strategy | undefined
  readonly tags: Readonly<Record<string, unknown>>
  readonly governanceTags: Readonly<Record<string, unknown>>
  /** What the group sets, its members may not set again. */
  readonly enforce: boolean
}

export function readDefaults(file: TomlFile, note: (notice: Notice) => void): Defaults {
  for (const key of ['name', 'depends_on', 'sources']) {
    if (Object.hasOwn(file.table, key)) throw errorAt(file, [key], `\`${key}\` is one model's own and has no default.`)
  }
  unknownKeys(file, [], ['target', 'strategy', 'intent', 'freshness']).forEach(note)
  unknownKeys(file, ['target'], ['catalog', 'schema']).forEach(note)
  const { target, intent, freshness } = read(defaultsSchema, file)
  const strategy = notedStrategy(file, note)
  const metadata = { ...(intent !== undefined && { intent }), ...(freshness !== undefined && { freshness }) }
  return { path: file.path, target, strategy, metadata: plainTable(metadata) }
}

export function readGroup(file: TomlFile, name: string, note: (notice: Notice) => void): Group {
  unknownKeys(file, [], ['schema_template', 'strategy', 'tags', 'governance', 'enforce']).forEach(note)
  const { schema_template, tags, governance, enforce } = read(groupSchema, file)
  return {
    name,
    schemaTemplate: schema_template,
    strategy: notedStrategy(file, note),
    tags,
    governanceTags: governance.tags,
    enforce,
  }
}

/** The schema that the group gives a member that sets none, its template filled from the member's `[args]`. */
export function groupSchemaName(group: Group, { file, args, target }: Sidecar): string | undefined {
  const { schemaTemplate } = group
  if (schemaTemplate === undefined || target.schema !== undefined) return undefined
  return schemaTemplate.replace(/\{([^{}:]*)(?::[^{}]*)?\}/g, (_, placeholder: string) => {
    const filled = Object.hasOwn(args, placeholder) ? args[placeholder] : undefined
    if (filled !== undefined) return filled
    throw keyError(file, ['args', placeholder], `text for the group's schema_template "${schemaTemplate}"`)
  })
}

/** Fails when a member sets what an enforcing group sets, or fills a template that it then overrides. */
export function checkMember(group: Group, { file, args, strategy, target }: Sidecar): void {
  const { name, schemaTemplate, enforce } = group
  const hint = `Remove it here, or take \`enforce\` out of groups/${name}.toml.`
  if (enforce && group.strategy !== undefined && strategy !== undefined) {
    throw errorAt(file, ['strategy'], `\`strategy\` is set here, and the group "${name}" enforces its own.`, hint)
  }
  if (schemaTemplate === undefined || target.schema === undefined) return
  const at = ['target', 'schema']
  if (enforce) throw errorAt(file, at, `\`target.schema\` is set here, and the group "${name}" enforces its own.`, hint)
  if (Object.keys(args).length > 0) {
    const message = `\`target.schema\` is set here, so that \`[args]\` for the group "${name}" have no effect.`
    throw errorAt(file, at, message, 'Remove one of the two.')
  }
}

const defaultsSchema = z.object({
  target: z.object({ catalog: text.optional(), schema: text.optional() }).default({}),
  intent: z.unknown().optional(),
  freshness: z.unknown().optional(),
})

const tagsSchema = z.record(z.string(), z.unknown()).default({})

const groupSchema = z.object({
  schema_template: filledText.optional(),
  tags: tagsSchema,
  governance: z.object({ tags: tagsSchema }).default({ tags: {} }),
  enforce: z.boolean().default(false),
})

function notedStrategy(file: TomlFile, note: (notice: Notice) => void): Strategy | undefined {
  const strategy = readStrategy(file)
  if (strategy !== undefined) unknownStrategyKeys(file, strategy).forEach(note)
  return strategy
}
