import { constants } from 'node:fs'
import { open, realpath } from 'node:fs/promises'
import { sep } from 'node:path'
import { PreviewError } from '../../core/base/errors.ts'
import { systemCode } from '../../core/base/system-code.ts'
import { projectsSchema, runsOf, type ReportDocument } from '../../core/contract/projects.ts'
import { runSchema } from '../../core/contract/run.ts'

export const MOST_BYTES = 1_048_576
const MOST_DEPTH = 32
const MOST_MODELS = 5_000
/** Commas outside of texts: a bound on how many values there are. */
const MOST_VALUES = 200_000

/**
 * Reads a run document that anybody may have written. Undefined: there is none. Fails with `report.invalid` for whatever is
 * not a bounded document of our form: its words are never shown, since they are not ours.
 *
 * @param within the folders that it may lie in, links resolved
 */
export async function readRunDocument(path: string, within: readonly string[]): Promise<ReportDocument | undefined> {
  const text = await readBounded(path, within)
  return text === undefined ? undefined : parseRunDocument(text)
}

/** The same for a text. */
export function parseRunDocument(text: string): ReportDocument {
  boundShape(text)
  const value = fromJson(text)
  const parsed = isOfSeveral(value) ? projectsSchema.safeParse(value) : runSchema.safeParse(value)
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.join('.').slice(0, 100) ?? ''
    // Names in the path are of our schema, or numbers of a list.
    throw invalid(
      `It is not a run document of this version${where === '' ? '' : `: see \`${where.replace(/[^\w.]/g, '?')}\``}.`,
    )
  }
  const models = runsOf(parsed.data).reduce((sum, run) => sum + run.models.length, 0)
  if (models > MOST_MODELS) throw invalid(`It has more than ${String(MOST_MODELS)} models.`)
  return parsed.data
}

function isOfSeveral(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'command' in value && value.command === 'preview-projects'
}

/** Windows has no such flag; there the folders alone are looked at. */
const NO_FOLLOW = process.platform === 'win32' ? 0 : constants.O_NOFOLLOW

/** A link is not followed, neither to the file nor out of the folders. */
async function readBounded(path: string, within: readonly string[]): Promise<string | undefined> {
  try {
    const real = await realpath(path)
    if (!within.some((folder) => real.startsWith(folder + sep))) throw invalid('It lies outside the workspace.')
    const file = await open(path, constants.O_RDONLY | NO_FOLLOW)
    try {
      const { size } = await file.stat().then((stat) => (stat.isFile() ? stat : { size: Infinity }))
      if (size > MOST_BYTES) throw invalid('It is no file, or has more than 1 MiB.')
      const { buffer, bytesRead } = await file.read(Buffer.alloc(MOST_BYTES + 1), 0, MOST_BYTES + 1, 0)
      if (bytesRead > MOST_BYTES) throw invalid('It has more than 1 MiB.')
      return buffer.toString('utf8', 0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    if (error instanceof PreviewError) throw error
    throw invalid(code === 'ELOOP' ? 'It is a link.' : 'It cannot be read.')
  }
}

/** One pass before anything is made of the text. */
function boundShape(text: string): void {
  let [depth, values, quoted] = [0, 0, false]
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]
    if (quoted) {
      if (character === '\\') at += 1
      else if (character === '"') quoted = false
    } else if (character === '"') quoted = true
    else if (character === '{' || character === '[') depth += 1
    else if (character === '}' || character === ']') depth -= 1
    else if (character === ',') values += 1
    if (depth > MOST_DEPTH) throw invalid('It is nested too deeply.')
    if (values > MOST_VALUES) throw invalid('It holds too many values.')
  }
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw invalid('It is not JSON.')
  }
}

function invalid(why: string): PreviewError {
  return new PreviewError('report.invalid', `The preview’s report cannot be shown. ${why}`)
}
