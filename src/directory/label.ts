/** What has an id and a name and nothing else: skills, and the reasons that agents give for not being ready. */
import { z } from 'zod'
import { displayName, slug } from './names.ts'

export const labelSchema = z.object({ id: slug, name: displayName })
export const newLabelSchema = z.strictObject({ id: slug, name: displayName })
export const labelPatchSchema = z.strictObject({ name: displayName }).partial()

export type Skill = Readonly<z.output<typeof labelSchema>>
export type NotReadyReason = Readonly<z.output<typeof labelSchema>>
