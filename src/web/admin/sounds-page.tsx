/** Recorded greetings and announcements: uploaded, listened to, replaced, deleted. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { Link } from 'wouter'
import { ActionButton } from '../keys/action-button.tsx'
import { clock, moment } from '../languages/format.ts'
import { languages, useLocale, useText } from '../languages/language.ts'
import { call, tell, upload } from '../server/api.ts'
import { useList } from '../server/list.ts'
import type { SoundAnswer } from '../../flows/sounds/sound-routes.ts'
import styles from './admin.module.css'
import { ChoiceField, TextField } from './fields.tsx'
import { Part } from './form-page.tsx'
import own from './sounds.module.css'

const path = '/api/sounds'

type SoundId = Pick<SoundAnswer, 'name' | 'language'>
const addressOf = ({ name, language }: SoundId, more: Readonly<Record<string, string>> = {}): string =>
  `${path}/${encodeURIComponent(name)}?${new URLSearchParams({ ...(language !== null && { language }), ...more })}`
const keyOf = ({ name, language }: SoundId): string => `${language ?? ''}/${name}`

function useFresh(): () => Promise<void> {
  const client = useQueryClient()
  return () => client.invalidateQueries({ queryKey: ['list', path] })
}

export function SoundsPage() {
  const t = useText()
  const sounds = useList<SoundAnswer>(path)
  return (
    <div className={`${styles.page} ${styles.wholeWidth}`}>
      <header className={styles.head}>
        <h1>{t('admin.sounds')}</h1>
      </header>
      <p className={styles.lead}>{t('admin.sounds.lead')}</p>
      <NewSound />
      {sounds?.length === 0 && <p className={styles.empty}>{t('admin.sounds.empty')}</p>}
      {sounds !== undefined && sounds.length > 0 && (
        <table className={styles.list}>
          <thead>
            <tr>
              <th scope="col">{t('admin.name')}</th>
              <th scope="col">{t('admin.sounds.language')}</th>
              <th scope="col">{t('admin.sounds.listen')}</th>
              <th scope="col">{t('admin.sounds.usedBy')}</th>
              <th scope="col">{t('admin.sounds.changed')}</th>
              <th scope="col">{t('admin.sounds.actions')}</th>
            </tr>
          </thead>
          <tbody>
            {sounds.map((sound) => (
              <SoundRow key={keyOf(sound)} sound={sound} />
            ))}
          </tbody>
        </table>
      )}
    </div>
  )
}

function NewSound() {
  const t = useText()
  const fresh = useFresh()
  const [name, setName] = useState('')
  const [language, setLanguage] = useState<string | null>(null)
  const [file, setFile] = useState<File | null>(null)
  const [key, setKey] = useState(0)
  const fileId = useId()
  const adding = useMutation({
    mutationFn: (chosen: File) => upload<SoundAnswer>(addressOf({ name: name.trim(), language }), chosen),
    onSuccess: async () => {
      setName('')
      setFile(null)
      // An empty field: browsers let nobody write into one for files.
      setKey((before) => before + 1)
      await fresh()
    },
  })
  return (
    <Part title={t('admin.sounds.new')} text={t('admin.sounds.new.text')}>
      <div className={own.file}>
        <label htmlFor={fileId}>{t('admin.sounds.file')}</label>
        <input
          key={key}
          id={fileId}
          type="file"
          accept=".wav,audio/wav,audio/x-wav"
          onChange={(event) => setFile(event.currentTarget.files?.[0] ?? null)}
        />
      </div>
      <TextField label={t('admin.name')} hint={t('admin.sounds.name.hint')} value={name} onChange={setName} />
      <ChoiceField
        label={t('admin.sounds.language')}
        hint={t('admin.sounds.language.hint')}
        value={language ?? ''}
        onChange={(value) => setLanguage(value === '' ? null : value)}
        choices={[
          { value: '', label: t('admin.sounds.anyLanguage') },
          ...languages.map((one) => ({ value: one.tag, label: one.name })),
        ]}
      />
      <div className={own.upload}>
        <ActionButton
          tone="main"
          label={t('admin.sounds.upload')}
          disabled={file === null || name.trim() === ''}
          loading={adding.isPending}
          onAct={() => file !== null && adding.mutate(file)}
        />
      </div>
      {adding.error !== null && (
        <p role="alert" className={own.trouble}>
          {tell(adding.error, t)}
        </p>
      )}
      {adding.isSuccess && <p role="status">{t('admin.saved')}</p>}
    </Part>
  )
}

function SoundRow({ sound }: { sound: SoundAnswer }) {
  const t = useText()
  const locale = useLocale()
  const { name, language, lengthMs, changedAt, usedBy } = sound
  return (
    <tr>
      <td>
        <code>{name}</code>
      </td>
      <td>{languages.find(({ tag }) => tag === language)?.name ?? language ?? t('admin.sounds.anyLanguage')}</td>
      <td>
        {/* What was replaced is loaded anew. */}
        <audio
          controls
          preload="none"
          aria-label={t('admin.sounds.play', { name })}
          src={addressOf(sound, { at: changedAt })}
        />{' '}
        {clock(lengthMs)}
      </td>
      <td>
        {usedBy.map((flow, n) => (
          <span key={flow}>
            {n > 0 && ', '}
            <Link href={`/admin/flows/${flow}`}>{flow}</Link>
          </span>
        ))}
      </td>
      <td>{moment(Date.parse(changedAt), Date.now(), locale)}</td>
      <td>
        <Changes sound={sound} />
      </td>
    </tr>
  )
}

function Changes({ sound }: { sound: SoundAnswer }) {
  const t = useText()
  const fresh = useFresh()
  const [isSure, setSure] = useState(false)
  const replacing = useMutation({
    mutationFn: (file: File) => upload<SoundAnswer>(addressOf(sound, { replace: 'true' }), file),
    onSuccess: fresh,
  })
  const removal = useMutation({
    mutationFn: () => call('DELETE', addressOf(sound)),
    onSuccess: fresh,
    onError: () => setSure(false),
  })
  const error = replacing.error ?? removal.error
  return (
    <div className={styles.actions}>
      <label className={own.replace}>
        {t('admin.sounds.replace')}{' '}
        <input
          type="file"
          accept=".wav,audio/wav,audio/x-wav"
          aria-label={t('admin.sounds.replaceIt', { name: sound.name })}
          disabled={replacing.isPending}
          onChange={(event) => {
            const file = event.currentTarget.files?.[0]
            if (file !== undefined) replacing.mutate(file)
            // The same file may be chosen again once it was mended.
            event.currentTarget.value = ''
          }}
        />
      </label>
      {isSure ? (
        <ActionButton
          tone="late"
          label={t('admin.remove.sure', { name: sound.name })}
          loading={removal.isPending}
          onAct={() => removal.mutate()}
        />
      ) : (
        <ActionButton tone="late" label={t('admin.remove')} onAct={() => setSure(true)} />
      )}
      {error !== null && (
        <p role="alert" className={own.trouble}>
          {tell(error, t)}
        </p>
      )}
    </div>
  )
}
