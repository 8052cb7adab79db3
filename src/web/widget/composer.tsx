/** @jsxImportSource preact */
/** Where the visitor writes: Enter sends, Shift and Enter begins a line, a file is sent when it is chosen. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Chat } from './chat.ts'
import { Icon } from './icons.tsx'
import type { Words } from './words.ts'

const mostBytes = 10 * 1024 * 1024
const accepted = 'image/png,image/jpeg,image/gif,image/webp,application/pdf,text/plain,.zip,.docx,.xlsx,.odt'

export function Composer({ chat, words }: Readonly<{ chat: Chat; words: Words }>) {
  const field = useRef<HTMLTextAreaElement>(null)
  const picker = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  useEffect(() => field.current?.focus(), [])
  useEffect(() => {
    const area = field.current
    if (area === null) return
    area.style.height = 'auto'
    area.style.height = `${area.scrollHeight}px`
  }, [text])
  const send = (): void => {
    if (text.trim() === '') return
    chat.send(text.trim())
    setText('')
    setProblem(null)
  }
  const attach = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return
    if (file.size > mostBytes) return setProblem(words.tooBig)
    const kept = await chat.upload(file).catch(() => words.failed)
    if (typeof kept === 'string') return setProblem(kept)
    setProblem(null)
    chat.send('', [kept])
  }
  return (
    <>
      {problem !== null && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <form
        class="composer"
        onSubmit={(event) => {
          event.preventDefault()
          send()
        }}
      >
        <input
          class="hidden"
          type="file"
          tabIndex={-1}
          aria-label={words.attach}
          accept={accepted}
          ref={picker}
          onChange={(event) => {
            const input = event.currentTarget
            void attach(input.files?.[0]).finally(() => {
              input.value = ''
            })
          }}
        />
        <button
          class="icon"
          type="button"
          aria-label={words.attach}
          title={words.attach}
          onClick={() => picker.current?.click()}
        >
          <Icon of="clip" />
        </button>
        <textarea
          ref={field}
          rows={1}
          value={text}
          maxLength={5_000}
          placeholder={words.write}
          aria-label={words.write}
          onInput={(event) => {
            setText(event.currentTarget.value)
            chat.types()
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
            event.preventDefault()
            send()
          }}
        />
        <button class="icon go" aria-label={words.send} disabled={text.trim() === ''}>
          <Icon of="send" />
        </button>
      </form>
    </>
  )
}
