/** The room, put together. Nothing runs until `begin()`. */
import { createDealer } from './dealing.ts'
import type { PreviewPorts } from './ports.ts'
import { settling, takeBackUndialled } from './settling.ts'
import { createWork } from './working.ts'

export type Preview = ReturnType<typeof createPreview>

export function createPreview(ports: PreviewPorts) {
  const follower = settling(ports)
  return {
    ports,
    next: createDealer(ports),
    work: createWork(ports),
    async begin(): Promise<void> {
      await takeBackUndialled(ports)
      await follower.begin()
    },
    stop: () => follower.stop(),
  }
}
