/** The room, put together. Nothing runs until `begin()`. */
import { createDealer } from './dealing.ts'
import type { PreviewPorts } from './ports.ts'
import { settling } from './settling.ts'
import { TakingBack } from './taking-back.ts'
import { createWork } from './working.ts'

export type Preview = ReturnType<typeof createPreview>

export function createPreview(ports: PreviewPorts) {
  const follower = settling(ports)
  const takingBack = new TakingBack(ports)
  return {
    ports,
    next: createDealer(ports),
    work: createWork(ports),
    async begin(): Promise<void> {
      await takingBack.begin()
      await follower.begin()
    },
    async stop(): Promise<void> {
      await Promise.all([takingBack.stop(), follower.stop()])
    },
  }
}
