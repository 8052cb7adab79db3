/** @jsxImportSource preact */
/** The call from the browser: the part that speaks SIP is loaded when somebody calls, and not before. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { startCall, Talk } from './call.ts'
import type { Chat } from './chat.ts'
import type { Words } from './words.ts'

type Stage = 'calling' | 'connected' | 'ended' | 'failed'

export function Calling({ chat, words, done }: Readonly<{ chat: Chat; words: Words; done: () => void }>) {
  const [stage, setStage] = useState<Stage>('calling')
  const [muted, setMuted] = useState(false)
  const talk = useRef<Talk | null>(null)
  useEffect(() => {
    let isOver = false
    const begin = async (): Promise<void> => {
      const way = await chat.call()
      if (way === null) return setStage('failed')
      const loaded = (await import(/* @vite-ignore */ way.script)) as { startCall: typeof startCall }
      if (!isOver) talk.current = loaded.startCall(way, setStage)
    }
    begin().catch(() => setStage('failed'))
    return () => {
      isOver = true
      talk.current?.hangUp()
    }
  }, [])
  const said = { calling: words.calling, connected: words.connected, ended: words.callEnded, failed: words.callFailed }
  const isUp = stage === 'calling' || stage === 'connected'
  return (
    <section class="call" aria-label={words.call}>
      <div class="row">
        <span role="status">{said[stage]}</span>
        <div class="row">
          {stage === 'connected' && (
            <button
              class="way"
              type="button"
              aria-pressed={muted}
              onClick={() => {
                talk.current?.mute(!muted)
                setMuted(!muted)
              }}
            >
              {muted ? words.unmute : words.mute}
            </button>
          )}
          <button class={isUp ? 'end' : 'way'} type="button" onClick={done}>
            {isUp ? words.hangUp : words.close}
          </button>
        </div>
      </div>
      {stage === 'connected' && (
        <div class="keys" role="group" aria-label={words.keypad}>
          {[...'123456789*0#'].map((key) => (
            <button type="button" key={key} onClick={() => talk.current?.press(key)}>
              {key}
            </button>
          ))}
        </div>
      )}
    </section>
  )
}
