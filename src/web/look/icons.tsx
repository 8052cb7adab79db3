/** Few, drawn here in one stroke: a word stands beside each. */
import type { Channel } from '../../core/ids.ts'

const paths = {
  voice: 'M4 3c0 6.500 4.500 11 11 11l1.500-3-3.500-2-1.800 1.600C9.500 9.800 8.200 8.500 7.400 6.800L9 5 7 1.500z',
  chat: 'M3 3.500h12v9H8.500L5 15.500v-3H3z',
  email: 'M2.500 4h13v10h-13zM2.500 4.500 9 10l6.500-5.500',
  sms: 'M5.500 2h7v14h-7zM8 13.500h2',
  messenger: 'M2.500 9 15.500 3l-3 12-4-4zM8.500 11l7-8',
  video: 'M2.500 5h9v8h-9zM11.500 8l4-2v6l-4-2',
  clip: 'M13 7.500 8 12.500a2.500 2.500 0 0 1-3.500-3.500l5.500-5.500a1.700 1.700 0 0 1 2.400 2.400L7 11.200',
  search: 'M8 3a5 5 0 1 1 0 10 5 5 0 0 1 0-10zM12 12l3.500 3.500',
  work: 'M3 4h12M3 9h12M3 14h8',
  person: 'M9 3a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM3 16c0-3.500 2.700-5.500 6-5.500s6 2 6 5.500',
  mute: 'M7 4a2 2 0 0 1 4 0v4a2 2 0 0 1-4 0zM4.500 8.500a4.500 4.500 0 0 0 9 0M9 13v3M3 2l12 14',
  microphone: 'M7 4a2 2 0 0 1 4 0v4a2 2 0 0 1-4 0zM4.500 8.500a4.500 4.500 0 0 0 9 0M9 13v3',
  hold: 'M6.500 4v10M11.500 4v10',
  transfer: 'M3 6h10M10 3l3 3-3 3M15 12H5M8 9l-3 3 3 3',
  end: 'M2 11c4-4.500 10-4.500 14 0l-2 2.500-3-1.500v-2H7v2l-3 1.500z',
  keypad:
    'M4.500 4.500h.01M9 4.500h.01M13.500 4.500h.01M4.500 9h.01M9 9h.01M13.500 9h.01M4.500 13.500h.01M9 13.500h.01M13.500 13.500h.01',
  floor: 'M2.500 3.500h13v8h-13zM9 11.500v3M5.500 15h7M5 9V7M9 9V5.500M13 9V6.500',
  desk: 'M3 10V9a6 6 0 0 1 12 0v1M3 10h2.500v4H4a1 1 0 0 1-1-1zM15 10h-2.500v4H14a1 1 0 0 0 1-1z',
  people:
    'M6.500 3.500a2.500 2.500 0 1 1 0 5 2.500 2.500 0 0 1 0-5zM2 14.500c0-2.800 2-4.500 4.500-4.500s4.500 1.700 4.500 4.500M12 4a2.300 2.300 0 0 1 0 4.500M13 10.300c1.800.500 3 2 3 4.200',
  skills: 'M3 15v-4M7 15V8M11 15v-5M15 15V3.500',
  key: 'M6 5.500a3.500 3.500 0 1 1 0 7 3.500 3.500 0 0 1 0-7zM9.500 9H16M12.500 9v3M16 9v2.500',
  queue: 'M3 5.500h8M3 9h8M3 12.500h5M14 5v8M11.800 10.800 14 13l2.200-2.200',
  lists: 'M3 4h1M6.500 4H15M3 9h1M6.500 9H15M3 14h1M6.500 14H10M12 13l1.500 1.500L16 12',
  hours: 'M9 2.500a6.500 6.500 0 1 1 0 13 6.500 6.500 0 0 1 0-13zM9 5.500V9l2.500 2',
  number: 'M6.500 3 5 15M13 3l-1.500 12M3 6.500h12.500M2.500 11.500H15',
  flow: 'M6.500 2.500h5v4h-5zM2.500 11.500h5v4h-5zM10.500 11.500h5v4h-5zM9 6.500V9M5 11.500V9h8v2.500',
  pause: 'M9 2.500a6.500 6.500 0 1 1 0 13 6.500 6.500 0 0 1 0-13zM7.300 6.500v5M10.700 6.500v5',
  settings: 'M3 5h7M14 5h1M3 9h2M9 9h6M3 13h6M13 13h2M12 3.500v3M7 7.500v3M11 11.500v3',
} as const

export type IconName = keyof typeof paths

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 18 18"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'keypad' ? 2.4 : 1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  )
}

export const channelIcon = (channel: Channel): IconName => channel
