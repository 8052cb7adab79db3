/** What the customer gets to hear or read, ready to be spoken, played or shown: nothing is left to look up or fill in. */

export type Utterance = { readonly language: string } & (
  | { kind: 'text'; text: string }
  /** A recorded file by its name below the prompts folder, without extension; `<language>/<file>` is tried first. */
  | { kind: 'sound'; file: string }
  /** Spoken one by one. */
  | { kind: 'digits'; digits: string }
  | { kind: 'number'; value: number }
  /** `YYYY-MM-DD` */
  | { kind: 'date'; date: string }
  /** `HH:MM` */
  | { kind: 'time'; time: string }
  | { kind: 'money'; amount: number; currency: string }
)
