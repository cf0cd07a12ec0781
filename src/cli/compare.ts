import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { compareFiles } from '../commands/diff/compare.ts'
import { explaining } from '../commands/diff/diff-settings.ts'
import { parseComparand, type Comparand } from '../commands/diff/comparand.ts'
import { openTools } from '../compose.ts'
import { PreviewError } from '../core/base/errors.ts'
import { toCompareOutput, type CompareOutput } from '../core/contract/compare.ts'
import { hidden } from '../core/diff/mask-value.ts'
import { maskedComparison } from '../core/diff/masked.ts'
import type { Comparison } from '../core/diff/result.ts'
import { renderCompareMarkdown, renderCompareText } from '../core/report/compare.ts'
import type { CompareFlags } from './compare-program.ts'
import { onInterrupt } from './interrupt.ts'
import { formOf } from './print.ts'

/** Two relations of any files: opens them, compares, prints, and gives the exit status. */
export async function compare(distFolder: string, base: string, head: string, flags: CompareFlags): Promise<number> {
  const comparands = { base: located(parseComparand(base)), head: located(parseComparand(head)) }
  const aborts: (() => void)[] = []
  const uninterrupted = onInterrupt(() => {
    for (const abort of aborts) abort()
    process.stderr.write('rocky-preview: interrupted\n')
  })
  try {
    const tools = await openTools({
      workspace: process.cwd(),
      distFolder,
      limits: {
        timeoutMs: flags.timeout,
        memoryBytes: flags.memoryLimit,
        threads: flags.threads,
        maxDiskBytes: flags.maxDisk,
      },
      nativePath: flags.nativePath,
      registryUrl: flags.registryUrl,
      progress: () => undefined,
      onAbort: (abort) => aborts.push(abort),
    })
    try {
      const started = performance.now()
      const compared = await compareFiles(tools, {
        ...comparands,
        key: Array.isArray(flags.key) ? { columns: flags.key, source: 'declared' } : NO_KEY,
        keyless: flags.key === false ? 'whole-rows' : 'search',
        explaining: explaining(flags.facts),
        samples: flags.sampleValues === 'none' ? 0 : SAMPLES,
        algorithm: flags.algorithm ?? 'fitting',
        sampleSize: flags.sampleSize,
        budget: {
          ...(flags.timeBudget !== undefined && { timeMs: flags.timeBudget }),
          ...(flags.maxBytes !== undefined && { bytes: flags.maxBytes }),
        },
        tolerances: flags.tolerance,
        where: flags.where,
        folder: tools.files.temporaryFolder,
      })
      const comparison = underPolicy(compared, flags.sampleValues, tools.digest)
      const durationMs = performance.now() - started
      const output = toCompareOutput({ version: tools.version, base, head, comparison, durationMs })
      process.stdout.write(printed(output, flags.output))
      return 0
    } finally {
      await tools.close()
    }
  } finally {
    uninterrupted()
  }
}

/** Differing rows of each kind that are shown. */
const SAMPLES = 5
const NO_KEY = { columns: [], source: 'none' } as const

/** The comparison as its values may be shown: masked, equal ones look equal, and figures of a column are not shown. */
function underPolicy(
  compared: Comparison,
  policy: CompareFlags['sampleValues'],
  digest: (text: string) => string,
): Comparison {
  switch (policy) {
    case 'all':
      return compared
    case 'masked':
      return maskedComparison(compared, (_, value) => (value === null ? null : `#${digest(value)}`), hidden)
    case 'none':
      return maskedComparison(compared, hidden)
  }
}

/** One file has one path, however it was named. */
function located(comparand: Comparand): Comparand {
  const path = resolve(comparand.path)
  try {
    return { ...comparand, path: realpathSync(path) }
  } catch (cause) {
    // A pattern stands for as many files as it fits.
    if (comparand.kind === 'data' && path.includes('*')) return { ...comparand, path }
    throw new PreviewError('compare.no-file', `${comparand.path} cannot be found.`, { cause })
  }
}

function printed(output: CompareOutput, asked: CompareFlags['output']): string {
  switch (formOf(asked)) {
    case 'json':
      return `${JSON.stringify(output, undefined, 2)}\n`
    case 'markdown':
      return `${renderCompareMarkdown(output)}\n`
    case 'text':
      return renderCompareText(output)
  }
}
