/** What each person chooses for themselves, kept in this browser. */
import { NativeSelect, useMantineColorScheme, type MantineColorScheme } from '@mantine/core'
import { languages, speak, useLanguage, useText } from '../languages/language.ts'

export function LanguageChoice() {
  const t = useText()
  return (
    <NativeSelect
      aria-label={t('account.language')}
      value={useLanguage()}
      onChange={(event) => void speak(event.currentTarget.value)}
      data={languages.map(({ tag, name }) => ({ value: tag, label: name }))}
    />
  )
}

export function AppearanceChoice() {
  const t = useText()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <NativeSelect
      aria-label={t('account.appearance')}
      value={colorScheme}
      onChange={(event) => setColorScheme(event.currentTarget.value as MantineColorScheme)}
      data={[
        { value: 'auto', label: t('account.appearance.auto') },
        { value: 'light', label: t('account.appearance.light') },
        { value: 'dark', label: t('account.appearance.dark') },
      ]}
    />
  )
}
