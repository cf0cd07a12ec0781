import { z } from 'zod'

/** `Usage` and `PlanProfile` where they are read back: from the worker's messages and from the state of an earlier command. */
export const usageSchema = z.strictObject({
  durationMs: z.number(),
  cpuMs: z.number().optional(),
  rows: z.number().optional(),
  bytesWritten: z.number().optional(),
  rowsScanned: z.number().optional(),
  bytesScanned: z.number().optional(),
  peakMemoryBytes: z.number().optional(),
  spilledBytes: z.number().optional(),
  accountingMs: z.number().optional(),
  plan: z
    .strictObject({
      scans: z.array(
        z.strictObject({
          relation: z.string(),
          columns: z.array(z.string()),
          width: z.number().optional(),
          filtered: z.array(z.string()),
          rowsScanned: z.number(),
          rows: z.number(),
          bytes: z.number().optional(),
        }),
      ),
      joins: z.array(
        z.strictObject({
          kind: z.enum(['cross', 'loop', 'keyed']),
          conditions: z.array(z.string()),
          leftRows: z.number(),
          rightRows: z.number(),
          rows: z.number(),
          relations: z.array(z.string()),
        }),
      ),
      filteredLate: z.array(z.string()),
    })
    .optional(),
  repeatsMs: z.array(z.number()).optional(),
})
