/** Catches what breaks while drawing, so that a bug shows a page that says so. */
import { Button } from '@mantine/core'
import { Component, type ReactNode } from 'react'
import { useText } from '../languages/language.ts'
import styles from './message.module.css'

export class Boundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false }

  static getDerivedStateFromError(): { broken: boolean } {
    return { broken: true }
  }

  override render(): ReactNode {
    return this.state.broken ? <Broken /> : this.props.children
  }
}

function Broken() {
  const t = useText()
  return (
    <main className={styles.message} role="alert">
      <h1>{t('app.broken.title')}</h1>
      <p>{t('app.broken.text')}</p>
      <Button onClick={() => location.reload()}>{t('app.broken.action')}</Button>
    </main>
  )
}
