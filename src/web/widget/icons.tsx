/** @jsxImportSource preact */
const paths = {
  chat: 'M4 5h16v11H9l-5 4z',
  close: 'M6 6l12 12M18 6L6 18',
  send: 'M4 12l16-8-6 16-3-7z',
  clip: 'M20 11l-8 8a5 5 0 01-7-7l8-8a3.5 3.5 0 015 5l-8 8a2 2 0 01-3-3l7-7',
  phone: 'M6 3h3l2 5-2 2a12 12 0 005 5l2-2 5 2v3a2 2 0 01-2 2A17 17 0 014 5a2 2 0 012-2z',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  file: 'M7 3h7l5 5v13H7zM14 3v5h5',
} as const

export function Icon({ of }: Readonly<{ of: keyof typeof paths }>) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" class={of === 'more' ? 'dotted' : undefined}>
      <path d={paths[of]} />
    </svg>
  )
}
