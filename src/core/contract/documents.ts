import { compareSchema } from './compare.ts'
import { costSchema } from './cost.ts'
import { createSchema } from './create.ts'
import { diffSchema } from './diff.ts'
import { projectsSchema } from './projects.ts'
import { runSchema } from './run.ts'

/** Every JSON document that we print, by the name of its schema file. */
export const documents = {
  preview_create: createSchema,
  preview_diff: diffSchema,
  preview_cost: costSchema,
  preview_run: runSchema,
  preview_projects: projectsSchema,
  preview_compare: compareSchema,
} as const
