import { z } from 'zod'
import { runSchema } from './run.ts'

/** The runs of several projects of one repository, and what kept the others from running. */
export const projectsSchema = z.strictObject({
  command: z.literal('preview-projects'),
  projects: z.array(
    z.union([
      z.strictObject({ project: z.string(), run: runSchema }),
      z.strictObject({
        project: z.string(),
        failure: z.strictObject({ code: z.string(), message: z.string(), hint: z.string() }),
      }),
    ]),
  ),
})
export type ProjectsOutput = z.infer<typeof projectsSchema>
