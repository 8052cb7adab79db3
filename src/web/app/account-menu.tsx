/** Who I am here, how the page looks and speaks, and the way out. */
import { Avatar, Menu, UnstyledButton, useMantineColorScheme } from '@mantine/core'
import { languages, speak, useLanguage, useText } from '../languages/language.ts'
import { useSignOut, type Me } from '../server/session.ts'

const appearances = ['auto', 'light', 'dark'] as const

export function AccountMenu({ me }: { me: Me }) {
  const t = useText()
  const language = useLanguage()
  const signOut = useSignOut()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <Menu position="bottom-end" width={240} withinPortal>
      <Menu.Target>
        <UnstyledButton aria-label={t('account.menu', { name: me.name })}>
          <Avatar name={me.name} color="teal" size={32} alt="" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{me.name}</Menu.Label>
        <Menu.Divider />
        <Menu.Label>{t('account.appearance')}</Menu.Label>
        {appearances.map((appearance) => (
          <Menu.Item
            key={appearance}
            role="menuitemradio"
            aria-checked={colorScheme === appearance}
            rightSection={colorScheme === appearance ? '✓' : undefined}
            onClick={() => setColorScheme(appearance)}
          >
            {t(`account.appearance.${appearance}`)}
          </Menu.Item>
        ))}
        <Menu.Label>{t('account.language')}</Menu.Label>
        {languages.map(({ tag, name }) => (
          <Menu.Item
            key={tag}
            role="menuitemradio"
            aria-checked={language === tag}
            lang={tag}
            rightSection={language === tag ? '✓' : undefined}
            onClick={() => void speak(tag)}
          >
            {name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => signOut.mutate()}>{t('account.signOut')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
