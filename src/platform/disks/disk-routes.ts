/** How full the disks are, for those who can do something about it. */
import { z } from 'zod'
import { requireRole } from '../http/authorisation.ts'
import type { HttpServer } from '../http/server.ts'
import { diskParts, type DiskWatch } from './watch.ts'

const items = z.array(
  z.object({
    holds: z.array(z.enum(diskParts)),
    level: z.enum(['enough', 'low', 'urgent']).describe('by DISK_LOW and DISK_URGENT'),
    freeBytes: z.number().int().describe('left for the service'),
    totalBytes: z.number().int(),
  }),
)

export function registerDiskRoutes(server: HttpServer, { disks }: Pick<DiskWatch, 'disks'>): void {
  server.get(
    '/api/disks',
    {
      onRequest: requireRole('supervisor'),
      schema: {
        tags: ['operating'],
        summary: 'How much space is left on the disks that hold data, recordings and the built-in database',
        description: 'A disk that holds several of them is listed once; what another machine holds isn’t.',
        response: { 200: z.object({ items }) },
      },
    },
    () => ({ items: disks().map((disk) => ({ ...disk, holds: [...disk.holds] })) }),
  )
}
