/** Flows and drafts of flows: which is published, and who works on what. */
import { moment } from '../../languages/format.ts'
import { useLocale, useText } from '../../languages/language.ts'
import { useList } from '../../server/list.ts'
import styles from '../admin.module.css'
import { ListPage } from '../list-page.tsx'
import type { DraftLine, FlowSummary } from './flow-server.ts'

type Line = Readonly<{ id: string; name: string; flow: FlowSummary | null; draft: DraftLine | null }>

export function FlowList() {
  const t = useText()
  const locale = useLocale()
  const flows = useList<FlowSummary>('/api/flows')
  const drafts = useList<DraftLine>('/api/flow-drafts')
  return (
    <ListPage<Line>
      title={t('admin.flows')}
      lead={t('admin.flows.lead')}
      newLabel={t('admin.flows.new')}
      path="/admin/flows"
      items={flows === undefined || drafts === undefined ? undefined : linesOf(flows, drafts)}
      nameOf={({ name }) => name}
      idOf={({ id }) => id}
      columns={[
        {
          label: t('admin.flow.published'),
          show: ({ flow }) =>
            flow?.publishedVersion == null ? (
              <span className={styles.pill}>{t('admin.flow.never')}</span>
            ) : (
              <span className={styles.pill} data-tone="signal">
                {t('admin.flow.version', { version: flow.publishedVersion })}
              </span>
            ),
        },
        {
          label: t('admin.flow.draft'),
          show: ({ draft }) =>
            draft === null
              ? ''
              : t('admin.flow.draftOf', {
                  name: draft.updatedBy,
                  at: moment(Date.parse(draft.updatedAt), Date.now(), locale),
                }),
        },
      ]}
      empty={t('admin.flows.empty')}
    />
  )
}

function linesOf(flows: readonly FlowSummary[], drafts: readonly DraftLine[]): Line[] {
  const known = new Set(flows.map(({ id }) => id))
  return [
    ...flows.map((flow) => ({
      id: flow.id,
      name: flow.name,
      flow,
      draft: drafts.find(({ id }) => id === flow.id) ?? null,
    })),
    ...drafts.filter(({ id }) => !known.has(id)).map((draft) => ({ id: draft.id, name: draft.id, flow: null, draft })),
  ]
}
