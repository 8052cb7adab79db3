/** Opening hours: a week in words, the days that differ, and what that comes to now. */
import { useState } from 'react'
import { weekdays, type Calendar, type OpenInterval } from '../../core/calendar/calendar.ts'
import { isOpen, nextOpening } from '../../core/calendar/opening-hours.ts'
import type { Hours } from '../../directory/hours.ts'
import { moment } from '../languages/format.ts'
import { useLocale, useText } from '../languages/language.ts'
import type { Answer } from '../server/api.ts'
import { useList } from '../server/list.ts'
import { useEditing, type Editing } from './editing.ts'
import { Rows, TextField } from './fields.tsx'
import { FormPage, Part, useSaved } from './form-page.tsx'
import { IdField, Loaded } from './identified.tsx'
import { ListPage } from './list-page.tsx'
import { intervalsFrom, intervalsIn } from './opening-words.ts'
import styles from './admin.module.css'

const path = '/api/hours'
const back = '/admin/hours'

const workday: readonly OpenInterval[] = [{ opens: '09:00', closes: '17:00' }]

const fresh = (): Hours => ({
  id: '',
  name: '',
  calendar: {
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    weekly: Object.fromEntries(weekdays.slice(0, 5).map((day) => [day, workday])),
    holidays: [],
    exceptions: [],
  },
})

export function HoursList() {
  const t = useText()
  return (
    <ListPage<Hours>
      title={t('admin.hours')}
      lead={t('admin.hours.lead')}
      newLabel={t('admin.hours.new')}
      path={back}
      items={useList<Hours>(path)}
      nameOf={({ name }) => name}
      idOf={({ id }) => id}
      columns={[
        { label: t('admin.hours.timezone'), show: ({ calendar }) => calendar.timezone },
        { label: t('admin.hours.now'), show: ({ calendar }) => <Now calendar={calendar} /> },
      ]}
      empty={t('admin.hours.empty')}
    />
  )
}

export function HoursPage({ id }: { id: string | null }) {
  return (
    <Loaded<Hours> path={path} id={id} fresh={fresh()}>
      {(read) => <HoursForm id={id} read={read} />}
    </Loaded>
  )
}

function HoursForm({ id, read }: { id: string | null; read: Answer<Hours> }) {
  const t = useText()
  const editing = useEditing({ path, id, read, onSaved: useSaved(back) })
  const { draft, set, errorAt } = editing
  const setCalendar = (change: Partial<Calendar>): void => set({ calendar: { ...draft.calendar, ...change } })
  return (
    <FormPage
      title={id === null ? t('admin.hours.new') : read.value.name}
      back={back}
      backLabel={t('admin.hours')}
      editing={editing}
      removal={id === null ? null : { path, id }}
      aside={<Now calendar={draft.calendar} />}
    >
      <Part title={t('admin.hours')}>
        <TextField
          autoFocus={id === null}
          label={t('admin.name')}
          value={draft.name}
          error={errorAt('name')}
          onChange={(name) => set({ name })}
        />
        <IdField editing={editing} />
        <TextField
          label={t('admin.hours.timezone')}
          hint={t('admin.hours.timezone.hint')}
          list={Intl.supportedValuesOf('timeZone')}
          value={draft.calendar.timezone}
          error={errorAt('calendar.timezone')}
          onChange={(timezone) => setCalendar({ timezone })}
        />
      </Part>
      <Week editing={editing} setCalendar={setCalendar} />
      <DaysOff editing={editing} setCalendar={setCalendar} />
    </FormPage>
  )
}

type PartProps = Readonly<{ editing: Editing<Hours>; setCalendar(change: Partial<Calendar>): void }>

function Week({ editing: { draft, errorAt }, setCalendar }: PartProps) {
  const t = useText()
  const locale = useLocale()
  const { weekly } = draft.calendar
  return (
    <Part title={t('admin.hours.week')} text={t('admin.hours.week.text')}>
      {weekdays.map((day, i) => (
        <IntervalsField
          key={day}
          label={dayName(i, locale)}
          intervals={weekly[day] ?? []}
          error={errorAt(`calendar.weekly.${day}`)}
          onChange={(intervals) => setCalendar({ weekly: { ...weekly, [day]: intervals } })}
        />
      ))}
    </Part>
  )
}

function DaysOff({ editing: { draft, errorAt }, setCalendar }: PartProps) {
  const t = useText()
  const { holidays, exceptions } = draft.calendar
  return (
    <Part title={t('admin.hours.daysOff')} text={t('admin.hours.daysOff.text')}>
      <Rows
        label={t('admin.hours.holidays')}
        addLabel={t('admin.hours.holidays.add')}
        rows={holidays}
        error={errorAt('calendar.holidays')}
        newRow={() => ({ name: '', date: '', hours: [] })}
        onChange={(rows) => setCalendar({ holidays: rows })}
        render={(row, change) => (
          <>
            <TextField label={t('admin.name')} value={row.name} onChange={(name) => change({ ...row, name })} />
            <TextField
              label={t('admin.hours.date')}
              hint={t('admin.hours.date.hint')}
              value={row.date}
              onChange={(date) => change({ ...row, date })}
            />
            <IntervalsField
              label={t('admin.hours.open')}
              intervals={row.hours}
              onChange={(hours) => change({ ...row, hours })}
            />
          </>
        )}
      />
      <Rows
        label={t('admin.hours.exceptions')}
        addLabel={t('admin.hours.exceptions.add')}
        rows={exceptions}
        error={errorAt('calendar.exceptions')}
        newRow={() => ({ name: '', from: '', to: '', hours: [] })}
        onChange={(rows) => setCalendar({ exceptions: rows })}
        render={(row, change) => (
          <>
            <TextField label={t('admin.name')} value={row.name} onChange={(name) => change({ ...row, name })} />
            <TextField label={t('admin.hours.from')} value={row.from} onChange={(from) => change({ ...row, from })} />
            <TextField label={t('admin.hours.to')} value={row.to} onChange={(to) => change({ ...row, to })} />
            <IntervalsField
              label={t('admin.hours.open')}
              intervals={row.hours}
              onChange={(hours) => change({ ...row, hours })}
            />
          </>
        )}
      />
    </Part>
  )
}

type IntervalsFieldProps = Readonly<{
  label: string
  intervals: readonly OpenInterval[]
  error?: string | undefined
  onChange(intervals: readonly OpenInterval[]): void
}>

/** Typed as people write it, `9-12, 13:30-18`; read once it makes sense. */
function IntervalsField({ label, intervals, error, onChange }: IntervalsFieldProps) {
  const t = useText()
  const [typed, setTyped] = useState<string | null>(null)
  const read = typed === null ? intervals : intervalsFrom(typed)
  return (
    <TextField
      label={label}
      value={typed ?? intervalsIn(intervals)}
      error={read === null ? t('admin.hours.unreadable') : error}
      onChange={(text) => {
        setTyped(text)
        const now = intervalsFrom(text)
        if (now !== null) onChange(now)
      }}
    />
  )
}

function Now({ calendar }: { calendar: Calendar }) {
  const t = useText()
  const locale = useLocale()
  const state = openingNow(calendar)
  if (state === null) return null
  if (state === 'open')
    return (
      <span className={styles.pill} data-tone="signal">
        {t('admin.hours.isOpen')}
      </span>
    )
  return (
    <span className={styles.pill}>
      {state === 'never'
        ? t('admin.hours.isClosed')
        : t('admin.hours.opens', { at: moment(state, Date.now(), locale) })}
    </span>
  )
}

/** null: what is being typed isn't a calendar yet. */
function openingNow(calendar: Calendar): 'open' | 'never' | number | null {
  try {
    if (isOpen(calendar, Date.now())) return 'open'
    return nextOpening(calendar, Date.now()) ?? 'never'
  } catch {
    return null
  }
}

/** 0: Monday. */
function dayName(index: number, locale: string): string {
  const monday = Date.UTC(2024, 0, 1)
  const name = new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' }).format(monday + index * 86_400_000)
  return name.charAt(0).toLocaleUpperCase(locale) + name.slice(1)
}
