/** A dialog that costs nothing until it is opened: a conversation has several. */
import { Modal, type ModalProps } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useText } from '../languages/language.ts'

export function Dialog({ opened, ...rest }: ModalProps) {
  const t = useText()
  // There first and opened then, so that it knows where to give the focus back.
  const [isThere, setThere] = useState(false)
  useEffect(() => {
    if (opened) setThere(true)
  }, [opened])
  if (!opened && !isThere) return null
  return <Modal {...rest} opened={opened && isThere} closeButtonProps={{ 'aria-label': t('close') }} />
}
