/** A small contact centre to try the product with: two queues, three agents, office hours. */
import type { Hours } from './hours.ts'
import type { NotReadyReason, Skill } from './label.ts'
import { newQueueSchema, type Queue } from './queue.ts'
import { newUserSchema, type NewUser } from './user.ts'

export const demoSkills: readonly Skill[] = [
  { id: 'sales', name: 'Sales' },
  { id: 'support', name: 'Support' },
  { id: 'english', name: 'English' },
  { id: 'romanian', name: 'Romanian' },
]

export const demoReasons: readonly NotReadyReason[] = [
  { id: 'break', name: 'Break' },
  { id: 'lunch', name: 'Lunch' },
  { id: 'meeting', name: 'Meeting' },
  { id: 'training', name: 'Training' },
]

const split = [
  { opens: '09:00', closes: '13:00' },
  { opens: '14:00', closes: '18:00' },
]
const allDay = [{ opens: '00:00', closes: '00:00' }]

/** `always` is what the demo's own queues follow: somebody who tries it at night must reach an agent. */
export function demoHours(timezone: string): Hours[] {
  const closedOn = [
    { name: "New Year's Day", date: '01-01', hours: [] },
    { name: 'Christmas Day', date: '12-25', hours: [] },
  ]
  const week = { monday: allDay, tuesday: allDay, wednesday: allDay, thursday: allDay, friday: allDay }
  return [
    {
      id: 'office',
      name: 'Office hours',
      calendar: {
        timezone,
        weekly: { monday: split, tuesday: split, wednesday: split, thursday: split, friday: split },
        holidays: closedOn,
        exceptions: [],
      },
    },
    {
      id: 'always',
      name: 'Around the clock',
      calendar: { timezone, weekly: { ...week, saturday: allDay, sunday: allDay }, holidays: [], exceptions: [] },
    },
  ]
}

export const demoQueues: readonly Queue[] = [
  newQueueSchema.parse({
    id: 'sales',
    name: 'Sales',
    hoursId: 'always',
    recording: true,
    overflow: [{ afterMs: 120_000, toQueueId: 'support' }],
  }),
  newQueueSchema.parse({
    id: 'support',
    name: 'Support',
    hoursId: 'always',
    recording: true,
  }),
]

export const demoAdmin: NewUser = newUserSchema.parse({ username: 'admin', name: 'Administrator', role: 'admin' })

const agent = (username: string, name: string, skills: Readonly<Record<string, number>>): NewUser =>
  newUserSchema.parse({
    username,
    name,
    role: 'agent',
    agent: { skills, queueIds: ['sales', 'support'], capacity: { voice: 1, chat: 3, email: 5 } },
  })

export const demoAgents: readonly NewUser[] = [
  agent('ana', 'Ana Ionescu', { sales: 5, support: 3, english: 4, romanian: 5 }),
  agent('bogdan', 'Bogdan Popescu', { sales: 3, support: 5, english: 3, romanian: 5 }),
  agent('citra', 'Citra Wijaya', { sales: 4, support: 4, english: 5 }),
]
