/** An earlier version beside what is being worked on: what went, what came. */
import { Loader } from '@mantine/core'
import { ActionButton } from '../../keys/action-button.tsx'
import { useText } from '../../languages/language.ts'
import { difference, shortened } from './difference.ts'
import { useVersionText } from './flow-server.ts'
import styles from './flow-editor.module.css'

type ComparisonProps = Readonly<{ id: string; version: number; text: string; onClose(): void }>

const signs = { same: ' ', gone: '−', new: '+' } as const

export function Comparison({ id, version, text, onClose }: ComparisonProps) {
  const t = useText()
  const { data: earlier } = useVersionText(id, version)
  const lines = earlier === undefined ? [] : shortened(difference(earlier, text))
  return (
    <section className={styles.comparison} aria-label={t('admin.flow.comparison', { version })}>
      <header>
        <h2>{t('admin.flow.comparison', { version })}</h2>
        <ActionButton label={t('admin.flow.backToText')} onAct={onClose} />
      </header>
      {earlier === undefined && <Loader role="status" aria-label={t('app.loading')} />}
      {earlier !== undefined && lines.every((line) => line === null) && <p>{t('admin.flow.same')}</p>}
      <div className={styles.lines} tabIndex={0} role="group" aria-label={t('admin.flow.comparison', { version })}>
        {lines.map((line, i) =>
          line === null ? (
            <hr key={i} />
          ) : (
            <div key={i} data-kind={line.kind}>
              <span>{line.before ?? ''}</span>
              <span>{line.after ?? ''}</span>
              <code>
                {signs[line.kind]} {line.text}
              </code>
            </div>
          ),
        )}
      </div>
    </section>
  )
}
