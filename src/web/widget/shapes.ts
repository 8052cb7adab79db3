/** What the service and the widget say to each other. */
export type Settings = Readonly<{
  title: string
  greeting: string
  colour: string
  position: 'right' | 'left'
  askDetails: 'never' | 'optional' | 'required'
  consent: 'ask' | 'given' | 'never'
  call: boolean
  callback: boolean
  /** Whether a conversation can be had by mail. */
  transcript: boolean
  /** False outside the hours: a form takes the place of the conversation. */
  open: boolean
}>

export type FileLine = Readonly<{ id: string; name: string; type: string; bytes: number }>

export type Line = Readonly<{
  /** null: on its way. */
  n: number | null
  id: string
  at: number
  from: 'customer' | 'agent' | 'flow' | 'system'
  agent: string | null
  text: string
  files: readonly FileLine[]
  buttons: readonly Readonly<{ key: string; label: string }>[]
}>

export type Phase = Readonly<{
  phase: 'closed' | 'flow' | 'waiting' | 'talking'
  agent: string | null
  position: number | null
  waitMs: number | null
  exits: readonly ('callback' | 'voicemail')[]
}>

export type Heard =
  | Readonly<{ type: 'welcome'; token: string; open: boolean; fromStart: boolean; visitor: { email: string | null } }>
  | Readonly<{ type: 'message'; n: number; message: Omit<Line, 'n'> }>
  | (Readonly<{ type: 'state' }> & Phase)
  | Readonly<{ type: 'typing'; on: boolean }>
  | Readonly<{ type: 'read'; messageId: string }>
  | Readonly<{ type: 'ack'; id: string; messageId: string }>
  | Readonly<{ type: 'error'; code: string; message: string; id?: string }>
