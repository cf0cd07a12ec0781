import { z } from 'zod'
import { runSchema, type RunOutput } from './run.ts'
import { failureSchema } from './shared.ts'

/** The runs of several projects of one repository, and what kept the others from running. */
export const projectsSchema = z.strictObject({
  command: z.literal('preview-projects'),
  projects: z.array(
    z.union([
      z.strictObject({ project: z.string(), run: runSchema }),
      z.strictObject({
        project: z.string(),
        failure: failureSchema,
      }),
    ]),
  ),
})
export type ProjectsOutput = z.infer<typeof projectsSchema>

/** What a preview leaves: of one project, or of several. */
export type ReportDocument = RunOutput | ProjectsOutput

export function runsOf(document: ReportDocument): readonly RunOutput[] {
  if (document.command === 'preview-run') return [document]
  return document.projects.flatMap((one) => ('run' in one ? [one.run] : []))
}
