/** A flow's text, what the checker says of it, and its versions. */
import { Alert } from '@mantine/core'
import { useRef, useState } from 'react'
import { Link } from 'wouter'
import type { Finding } from '../../../core/flow/finding.ts'
import { ActionButton } from '../../keys/action-button.tsx'
import { moment } from '../../languages/format.ts'
import { useLocale, useText } from '../../languages/language.ts'
import { tell } from '../../server/api.ts'
import adminStyles from '../admin.module.css'
import { Comparison } from './comparison.tsx'
import { FlowText, type FlowTextHandle } from './flow-text.tsx'
import type { Draft, Flow } from './flow-server.ts'
import { useFlowText } from './use-flow-text.ts'
import { Versions } from './versions.tsx'
import styles from './flow-editor.module.css'

type FlowEditorProps = Readonly<{ id: string; flow: Flow | null; draft: Draft | null; text: string }>

export function FlowEditor({ id, flow, draft, text: begun }: FlowEditorProps) {
  const t = useText()
  const area = useRef<FlowTextHandle>(null)
  const [compared, setCompared] = useState<number | null>(null)
  const work = useFlowText(id, flow, { draft, text: begun })
  const published = flow?.publishedVersion ?? null
  const hasErrors = work.findings.some(({ severity }) => severity === 'error')
  return (
    <div className={styles.page}>
      <Link href="/admin/flows" className={adminStyles.back}>
        ← {t('admin.flows')}
      </Link>
      <header className={adminStyles.head}>
        <h1>{flow?.name ?? id}</h1>
        <span role="status" className={adminStyles.soft}>
          {work.published !== null
            ? t('admin.flow.isPublished', { version: work.published })
            : work.isKept
              ? t(work.hasDraft ? 'admin.flow.kept' : 'admin.flow.unchanged')
              : t('admin.flow.notKept')}
        </span>
        <ActionButton label={t('admin.flow.save')} shortcut="ctrl+s" loading={work.isBusy} onAct={work.save} />
        <ActionButton
          tone="main"
          label={t('admin.flow.publish')}
          shortcut="ctrl+Enter"
          disabled={hasErrors || !work.isChecked}
          loading={work.isBusy}
          onAct={() => work.publish(published)}
        />
      </header>
      <Questions work={work} />
      <div className={styles.work}>
        {compared === null ? (
          <FlowText
            ref={area}
            label={t('admin.flow.text')}
            text={work.text}
            findings={work.findings}
            onChange={work.setText}
          />
        ) : (
          <Comparison id={id} version={compared} text={work.text} onClose={() => setCompared(null)} />
        )}
        <aside className={styles.aside}>
          <Findings
            findings={work.findings}
            isChecked={work.isChecked}
            onJump={(at) => {
              setCompared(null)
              // Drawn first, for it may have to come back.
              requestAnimationFrame(() => area.current?.jump(at))
            }}
          />
          {flow !== null && <Versions flow={flow} compared={compared} onCompare={setCompared} onTake={work.setText} />}
        </aside>
      </div>
    </div>
  )
}

type FindingsProps = Readonly<{
  findings: readonly Finding[]
  isChecked: boolean
  onJump(at: Finding['at']): void
}>

function Findings({ findings, isChecked, onJump }: FindingsProps) {
  const t = useText()
  return (
    <section aria-label={t('admin.flow.findings')}>
      <h2>
        {t('admin.flow.findings')} <span>{findings.length}</span>
      </h2>
      {isChecked && findings.length === 0 && <p className={styles.good}>{t('admin.flow.noFindings')}</p>}
      <ul>
        {findings.map((finding, i) => (
          <li key={i}>
            <button
              type="button"
              className={styles.finding}
              data-severity={finding.severity}
              onClick={() => onJump(finding.at)}
            >
              <small>{t('admin.flow.at', finding.at)}</small>
              {finding.message}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Questions({ work }: { work: ReturnType<typeof useFlowText> }) {
  const t = useText()
  const locale = useLocale()
  const { draftOvertaken, publicationOvertaken, failure } = work
  const when = (at: string | null): string => (at === null ? '' : moment(Date.parse(at), Date.now(), locale))
  if (draftOvertaken !== null)
    return (
      <Alert
        color="yellow"
        role="alert"
        title={t('admin.overtaken', { name: draftOvertaken.by ?? '?', at: when(draftOvertaken.at) })}
      >
        <div className={adminStyles.actions}>
          <ActionButton label={t('admin.overtaken.theirs')} onAct={work.takeTheirs} />
          <ActionButton
            label={t('admin.overtaken.mine')}
            onAct={() => work.saveAnyway(draftOvertaken.revision ?? null)}
          />
        </div>
      </Alert>
    )
  if (publicationOvertaken !== null) {
    const { by, at, version } = publicationOvertaken
    return (
      <Alert
        color="yellow"
        role="alert"
        title={t('admin.flow.publishedMeanwhile', { name: by ?? '?', at: when(at), version: version ?? 0 })}
      >
        <ActionButton label={t('admin.flow.publishAnyway')} onAct={() => work.publish(version ?? null)} />
      </Alert>
    )
  }
  return failure === null ? null : (
    <Alert color="red" role="alert">
      {tell(failure, t)}
    </Alert>
  )
}
