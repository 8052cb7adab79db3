/** @jsxImportSource preact */
/** What was written: bubbles, files, and buttons to answer with. */
import { useEffect, useRef } from 'preact/hooks'
import type { Chat, View } from './chat.ts'
import { Icon } from './icons.tsx'
import type { FileLine, Line } from './shapes.ts'
import { fill, type Words } from './words.ts'

const shown = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp'])

export function Lines({
  chat,
  view,
  words,
  greeting,
}: Readonly<{ chat: Chat; view: View; words: Words; greeting: string }>) {
  const log = useRef<HTMLDivElement>(null)
  const { lines, phase, typing, seen } = view
  useEffect(() => {
    if (log.current !== null) log.current.scrollTop = log.current.scrollHeight
  }, [lines.length, typing, phase.phase])
  const lastOwn = lines.findLast(({ from }) => from === 'customer')
  const last = lines.at(-1)
  return (
    // A long conversation is read with the keyboard too.
    <div class="log" role="log" aria-live="polite" ref={log} tabIndex={0} aria-label={words.write}>
      {greeting !== '' && <p class="note">{greeting}</p>}
      {lines.map((line, i) => (
        <Bubble key={line.id} line={line} before={lines[i - 1]} words={words} chat={chat}>
          {line === last && line.buttons.length > 0 && phase.phase === 'flow' && (
            <div class="choices">
              {line.buttons.map(({ key, label }) => (
                <button class="choice" type="button" key={key} onClick={() => chat.send(label, [], key)}>
                  {label}
                </button>
              ))}
            </div>
          )}
          {line === lastOwn && (line.n === null || seen !== null) && (
            <span class="mark">{line.n === null ? words.sending : isSeen(lines, line, seen) ? words.seen : ''}</span>
          )}
        </Bubble>
      ))}
      {typing && (
        <div class="line">
          <span class="who">{fill(words.typing, { name: phase.agent ?? '' })}</span>
          <span class="bubble dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
        </div>
      )}
    </div>
  )
}

type BubbleProps = Readonly<{ line: Line; before: Line | undefined; words: Words; chat: Chat; children: unknown }>

function Bubble({ line, before, words, chat, children }: BubbleProps) {
  const { from, agent, text, files } = line
  const isMine = from === 'customer'
  const isSame = before?.from === from && before.agent === agent
  return (
    <div class={isMine ? 'line mine' : 'line'}>
      {isSame ? (
        <span class="hidden">{isMine ? words.you : (agent ?? '')}</span>
      ) : (
        <span class="who">{isMine ? words.you : (agent ?? words.bot)}</span>
      )}
      {text !== '' && <div class="bubble">{text}</div>}
      {files.map((file) => (
        <Attached key={file.id} file={file} chat={chat} words={words} />
      ))}
      {children as never}
    </div>
  )
}

function Attached({ file, chat, words }: Readonly<{ file: FileLine; chat: Chat; words: Words }>) {
  const save = async (): Promise<void> => {
    const url = URL.createObjectURL(await chat.download(file))
    const link = document.createElement('a')
    link.href = url
    link.download = file.name
    link.click()
    setTimeout(() => URL.revokeObjectURL(url), 60_000)
  }
  return (
    <button
      class="file"
      type="button"
      onClick={() => void save()}
      aria-label={fill(words.download, { name: file.name })}
    >
      {shown.has(file.type) ? <Picture file={file} chat={chat} /> : <Icon of="file" />}
      <span>
        <b>{file.name}</b>
        <small>{Math.max(1, Math.round(file.bytes / 1024))} kB</small>
      </span>
    </button>
  )
}

/** Painted rather than linked: the site's policy needs to allow no images of ours. */
function Picture({ file, chat }: Readonly<{ file: FileLine; chat: Chat }>) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const paint = async (): Promise<void> => {
      const image = await createImageBitmap(await chat.download(file))
      const scale = Math.min(1, 220 / image.width, 160 / image.height)
      const place = canvas.current
      if (place === null) return
      place.width = Math.max(1, Math.round(image.width * scale))
      place.height = Math.max(1, Math.round(image.height * scale))
      place.getContext('2d')?.drawImage(image, 0, 0, place.width, place.height)
    }
    // A picture that can't be painted is still a file that can be saved.
    paint().catch(() => undefined)
  }, [file.id])
  return <canvas ref={canvas} width="1" height="1" aria-hidden="true" />
}

function isSeen(lines: readonly Line[], own: Line, seen: string | null): boolean {
  const mark = lines.findIndex(({ id }) => id === seen)
  return mark >= lines.indexOf(own)
}
