/** A telephone without a number, in the browser: calls one entry point and registers nowhere. */
import { UA, WebSocketInterface } from 'jssip'

export type Talk = Readonly<{ hangUp(): void; mute(on: boolean): void; press(key: string): void }>
type Way = Readonly<{ socket: string; target: string; name: string }>

export function startCall(
  { socket, target, name }: Way,
  told: (stage: 'connected' | 'ended' | 'failed') => void,
): Talk {
  const agent = new UA({
    sockets: [new WebSocketInterface(socket)],
    uri: `sip:widget@${new URL(socket).hostname}`,
    display_name: name,
    register: false,
    session_timers: false,
  })
  const audio = new Audio()
  let isOver = false
  const over = (stage: 'ended' | 'failed'): void => {
    if (isOver) return
    isOver = true
    told(stage)
    audio.srcObject = null
    agent.stop()
  }
  agent.on('disconnected', () => over('failed'))
  agent.on('connected', () => {
    const session = agent.call(`sip:${target}@${new URL(socket).hostname}`, {
      mediaConstraints: { audio: true, video: false },
      pcConfig: { iceServers: [] },
      eventHandlers: {
        accepted: () => told('connected'),
        ended: () => over('ended'),
        failed: () => over('failed'),
      },
    })
    session.connection?.addEventListener('track', ({ streams }) => {
      audio.srcObject = streams[0] ?? null
      // The call was begun with a click, so the page may play.
      audio.play().catch(() => undefined)
    })
    current = session
  })
  let current: ReturnType<UA['call']> | null = null
  agent.start()
  return {
    hangUp: () => {
      if (current === null || isOver) return over('ended')
      current.terminate()
    },
    mute: (on) => (on ? current?.mute({ audio: true }) : current?.unmute({ audio: true })),
    press: (key) => current?.sendDTMF(key),
  }
}
