/** The error of past announcements, for everybody to see. */
import { z } from 'zod'
import type { Database } from '../platform/database/database.ts'
import { requireRole } from '../platform/http/authorisation.ts'
import { invalid } from '../platform/http/errors.ts'
import type { HttpServer } from '../platform/http/server.ts'
import { calibrations } from './announcements-store.ts'

const weekMs = 7 * 24 * 60 * 60_000
const longestMs = 400 * 24 * 60 * 60_000

const share = z.number().min(0).max(1).nullable()
const error = z.number().nullable().describe('milliseconds; negative: sooner than was said')

export function registerAnnouncementRoutes(
  server: HttpServer,
  ports: Readonly<{ database: Database; queueName(id: string): string | null; now(): number }>,
): void {
  server.get(
    '/api/measures/announced-waits',
    {
      onRequest: requireRole('agent'),
      schema: {
        tags: ['measures'],
        summary: 'How often the announced waits came true, and by how much they were off',
        description:
          'The announced wait is a quantile: that share of customers in the same place should wait no longer. ' +
          '`keptShare` says how many did, of those of whom it is known; it should not lie below `quantile`.',
        querystring: z.object({
          queue: z.string().max(200).optional(),
          from: z.iso.datetime({ offset: true }).optional().describe('a week before `to` unless given'),
          to: z.iso.datetime({ offset: true }).optional().describe('now unless given'),
        }),
        response: {
          200: z.object({
            from: z.string(),
            to: z.string(),
            queues: z.array(
              z.object({
                queue: z.object({ id: z.string(), name: z.string().nullable() }),
                quantile: z.number().describe('what was announced: this share should wait no longer'),
                announced: z.number().int(),
                kept: z.number().int().describe('waited no longer than was said'),
                broken: z.number().int().describe('waited longer, answered or not'),
                unknown: z.number().int().describe('left before the time was over'),
                keptShare: share,
                estimateKeptShare: share.describe('of the estimate before it was rounded up to whole minutes'),
                medianErrorMs: error,
                errorP10Ms: error,
                errorP90Ms: error,
              }),
            ),
          }),
        },
      },
    },
    async ({ query }) => {
      const to = query.to === undefined ? ports.now() : Date.parse(query.to)
      const from = query.from === undefined ? to - weekMs : Date.parse(query.from)
      if (from >= to) throw invalid('from: lies at or after `to`')
      if (to - from > longestMs) throw invalid('from: lies more than 400 days before `to`')
      const found = await calibrations(ports.database, { from, to, queueId: query.queue ?? null })
      return {
        from: new Date(from).toISOString(),
        to: new Date(to).toISOString(),
        queues: found.map(({ queueId, ...rest }) => ({
          queue: { id: queueId, name: ports.queueName(queueId) },
          ...rest,
        })),
      }
    },
  )
}
