/** @jsxImportSource preact */
/** The few forms: who you are, a message while nobody is here, a call back, the conversation by mail. */
import { useState } from 'preact/hooks'
import type { Chat } from './chat.ts'
import type { Words } from './words.ts'

type FormProps = Readonly<{ chat: Chat; words: Words; done: () => void }>

/** The values of a form by the names of its fields. */
function valuesOf(event: Event): Record<string, string> {
  event.preventDefault()
  const data = new FormData(event.currentTarget as HTMLFormElement)
  return Object.fromEntries([...data].map(([name, value]) => [name, typeof value === 'string' ? value.trim() : '']))
}

export function DetailsForm({ chat, words, done, required }: FormProps & Readonly<{ required: boolean }>) {
  const submit = (event: Event): void => {
    const { name = '', email = '', phone = '' } = valuesOf(event)
    chat.details({ name, email, phone })
    done()
  }
  return (
    <form class="sheet" onSubmit={submit}>
      <label>
        {words.name}
        <input name="name" autocomplete="name" maxLength={200} required={required} />
      </label>
      <label>
        {words.email}
        <input name="email" type="email" autocomplete="email" maxLength={190} required={required} />
      </label>
      <div class="row">
        {!required && (
          <button class="plain" type="button" onClick={done}>
            {words.skip}
          </button>
        )}
        <button class="main">{words.begin}</button>
      </div>
    </form>
  )
}

type Outcome = 'asking' | 'busy' | 'done' | 'failed'

export function OfflineForm({ chat, words }: Omit<FormProps, 'done'>) {
  const [outcome, setOutcome] = useState<Outcome>('asking')
  if (outcome === 'done') return <Thanks text={words.leftIt} />
  const submit = async (event: Event): Promise<void> => {
    const { name = '', email = '', text = '' } = valuesOf(event)
    setOutcome('busy')
    setOutcome((await chat.leaveMessage({ name, email, text })) ? 'done' : 'failed')
  }
  return (
    <form class="sheet" onSubmit={(event) => void submit(event)}>
      <p>{words.away}</p>
      <label>
        {words.name}
        <input name="name" autocomplete="name" maxLength={200} />
      </label>
      <label>
        {words.email}
        <input name="email" type="email" autocomplete="email" required maxLength={190} />
      </label>
      <label>
        {words.yourMessage}
        <textarea name="text" required maxLength={5_000} />
      </label>
      {outcome === 'failed' && <Problem text={words.failed} />}
      <button class="main" disabled={outcome === 'busy'}>
        {words.leaveMessage}
      </button>
    </form>
  )
}

export function CallbackForm({ chat, words, done }: FormProps) {
  const [outcome, setOutcome] = useState<Outcome>('asking')
  if (outcome === 'done') return <Thanks text={words.willCall} />
  const submit = async (event: Event): Promise<void> => {
    const { name = '', phone = '' } = valuesOf(event)
    setOutcome('busy')
    setOutcome((await chat.askForCall({ name, phone })) ? 'done' : 'failed')
  }
  return (
    <form class="sheet" onSubmit={(event) => void submit(event)}>
      <label>
        {words.name}
        <input name="name" autocomplete="name" maxLength={200} />
      </label>
      <label>
        {words.phone}
        <input name="phone" type="tel" autocomplete="tel" required maxLength={30} />
      </label>
      {outcome === 'failed' && <Problem text={words.failed} />}
      <div class="row">
        <button class="plain" type="button" onClick={done}>
          {words.skip}
        </button>
        <button class="main" disabled={outcome === 'busy'}>
          {words.callBack}
        </button>
      </div>
    </form>
  )
}

export function TranscriptForm({ chat, words, done, email }: FormProps & Readonly<{ email: string | null }>) {
  const [outcome, setOutcome] = useState<Outcome>('asking')
  const submit = async (event: Event): Promise<void> => {
    const { address = '' } = valuesOf(event)
    setOutcome('busy')
    setOutcome((await chat.mailTranscript(address)) ? 'done' : 'failed')
  }
  return (
    <form class="sheet" onSubmit={(event) => void submit(event)}>
      {outcome === 'done' ? (
        <p role="status">{words.mailed}</p>
      ) : (
        <label>
          {words.email}
          <input name="address" type="email" autocomplete="email" required maxLength={190} defaultValue={email ?? ''} />
        </label>
      )}
      {outcome === 'failed' && <Problem text={words.failed} />}
      <div class="row">
        <button class="plain" type="button" onClick={done}>
          {outcome === 'done' ? words.back : words.skip}
        </button>
        {outcome !== 'done' && (
          <button class="main" disabled={outcome === 'busy'}>
            {words.send}
          </button>
        )}
      </div>
    </form>
  )
}

const Thanks = ({ text }: Readonly<{ text: string }>) => (
  <div class="sheet" role="status">
    <p>{text}</p>
  </div>
)

const Problem = ({ text }: Readonly<{ text: string }>) => (
  <p class="problem" role="alert">
    {text}
  </p>
)
