/** A level for each skill, or none. */
import type { Skill } from '../../directory/label.ts'
import type { Proficiency } from '../../core/rules.ts'
import { useText } from '../languages/language.ts'
import { ChoiceField } from './fields.tsx'
import styles from './admin.module.css'

type Levels = Readonly<Record<string, Proficiency>>
type SkillLevelsProps = Readonly<{
  label: string
  skills: readonly Skill[]
  levels: Levels
  error?: string | undefined
  onChange(levels: Record<string, Proficiency>): void
}>

const proficiencies: readonly Proficiency[] = [1, 2, 3, 4, 5]

export function SkillLevels({ label, skills, levels, error, onChange }: SkillLevelsProps) {
  const t = useText()
  const set = (id: string, level: string): void => {
    const { [id]: _, ...others } = levels
    onChange(level === '' ? others : { ...others, [id]: Number(level) as Proficiency })
  }
  return (
    <div role="group" aria-label={label} className={styles.rows}>
      <span>{label}</span>
      {skills.length === 0 ? (
        <span className={styles.soft}>{t('admin.skills.none')}</span>
      ) : (
        <div className={styles.row}>
          {skills.map(({ id, name }) => (
            <ChoiceField
              key={id}
              label={name}
              value={String(levels[id] ?? '')}
              choices={[
                { value: '', label: t('admin.skills.notAsked') },
                ...proficiencies.map((level) => ({
                  value: String(level),
                  label: t('admin.skills.atLeast', { level }),
                })),
              ]}
              onChange={(level) => set(id, level)}
            />
          ))}
        </div>
      )}
      {error !== undefined && <p role="alert">{error}</p>}
    </div>
  )
}
