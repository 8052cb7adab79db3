/**
 * One WebSocket to a browser or program: JSON out, a heartbeat that finds dead ends, and a bound on what may pile up
 * for a reader that is too slow. What is sent, and where a reader goes on, is for the room that uses it.
 */
import type { WebSocket } from 'ws'

/** Of the 4000s, which are free for applications; the others are RFC 6455's. */
export const closeCodes = { goingAway: 1001, tooSlow: 1013, signedOut: 4401, takenOver: 4409 } as const

/** So many times the soft limit unsent, and the reader is cut off at once. */
const hardLimit = 16

export type LiveSocketOptions = Readonly<{
  /** Between two pings; a reader that answers none in between is cut off. */
  heartbeatMs: number
  /** More than this unsent, and `isReady` says no. */
  softLimitBytes: number
  /** How long a reader may stay not ready before it is cut off. */
  patienceMs: number
  /** With every ping: what else is due. Settles with a reason to close, or null. */
  onHeartbeat(): Promise<Readonly<{ code: number; reason: string }> | null>
  onMessage(message: unknown): void
  onClose(): void
  onError(error: Error): void
}>

export type LiveSocket = Readonly<{
  /** Whether the reader keeps up; what isn't sent now can be sent later. */
  isReady(): boolean
  send(text: string): void
  close(code: number, reason: string): void
}>

export function openLiveSocket(socket: WebSocket, options: LiveSocketOptions): LiveSocket {
  let answered = true
  let notReadySince: number | null = null
  const isReady = (): boolean => socket.readyState === socket.OPEN && socket.bufferedAmount <= options.softLimitBytes
  const close = (code: number, reason: string): void => {
    // A reason takes at most 123 bytes of a close frame.
    socket.close(code, reason.slice(0, 120))
  }
  const beat = async (): Promise<void> => {
    if (!answered) return socket.terminate()
    answered = false
    socket.ping()
    notReadySince = isReady() ? null : (notReadySince ?? performance.now())
    if (notReadySince !== null && performance.now() - notReadySince >= options.patienceMs) {
      close(closeCodes.tooSlow, 'too slow: connect again with after=<last seq>')
      // A reader that takes nothing won't take the close frame either.
      return socket.terminate()
    }
    const ending = await options.onHeartbeat()
    if (ending !== null) close(ending.code, ending.reason)
  }
  const timer = setInterval(() => void beat().catch(options.onError), options.heartbeatMs)
  timer.unref()
  socket.on('pong', () => {
    answered = true
  })
  socket.on('message', (data, isBinary) => options.onMessage(isBinary ? undefined : parse(String(data))))
  socket.on('error', (error) => options.onError(error))
  socket.on('close', () => {
    clearInterval(timer)
    options.onClose()
  })
  return {
    isReady,
    send: (text) => {
      if (socket.readyState !== socket.OPEN) return
      // Whoever asks and takes no answer fills our memory long before the next ping.
      if (socket.bufferedAmount > options.softLimitBytes * hardLimit) return socket.terminate()
      socket.send(text)
    },
    close,
  }
}

/** undefined: not JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
