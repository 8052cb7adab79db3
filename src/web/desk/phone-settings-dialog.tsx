/** Which microphone, which speaker, where it rings, where calls go: with a meter and an echo to try them. */
import { Button, Checkbox, Modal, NativeSelect, Progress, Radio, Slider, Stack } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useText } from '../languages/language.ts'
import { watchLevel } from '../softphone/line-watch.ts'
import { changePhoneSettings, usePhoneSettings } from '../softphone/settings.ts'
import { usePhone, useSoftphone } from '../softphone/use-softphone.ts'

export function PhoneSettingsDialog({ opened, onClose }: { opened: boolean; onClose(): void }) {
  const t = useText()
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('phone.settings')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <Settings />
    </Modal>
  )
}

function Settings() {
  const t = useText()
  const settings = usePhoneSettings()
  const devices = useDevices()
  const phone = useSoftphone()
  const { call, state } = usePhone()
  const choices = (kind: MediaDeviceKind) => [
    { value: '', label: t('phone.systemDevice') },
    ...devices
      .filter((device) => device.kind === kind && device.deviceId !== '' && device.deviceId !== 'default')
      .map(({ deviceId, label }) => ({ value: deviceId, label })),
  ]
  const select = (field: 'microphone' | 'speaker' | 'ringer', kind: MediaDeviceKind) => (
    <NativeSelect
      label={t(`phone.${field}`)}
      value={settings[field]}
      data={choices(kind)}
      onChange={(event) => changePhoneSettings({ [field]: event.currentTarget.value })}
    />
  )
  return (
    <Stack gap="md">
      <Radio.Group
        label={t('phone.device')}
        value={settings.device}
        onChange={(device) => changePhoneSettings({ device: device })}
      >
        <Stack gap={6} mt={6}>
          <Radio value="browser" label={t('phone.device.browser')} />
          <Radio value="phone" label={t('phone.device.phone')} />
        </Stack>
      </Radio.Group>
      {select('microphone', 'audioinput')}
      <Meter deviceId={settings.microphone} />
      {select('speaker', 'audiooutput')}
      {select('ringer', 'audiooutput')}
      <div>
        <span id="ring-volume">{t('phone.ringVolume')}</span>
        <Slider
          thumbProps={{ 'aria-labelledby': 'ring-volume' }}
          min={0}
          max={1}
          step={0.05}
          label={null}
          value={settings.ringVolume}
          onChange={(ringVolume) => changePhoneSettings({ ringVolume })}
        />
      </div>
      <Checkbox
        label={t('phone.autoAnswer')}
        checked={settings.autoAnswer}
        onChange={(event) => changePhoneSettings({ autoAnswer: event.currentTarget.checked })}
      />
      <Checkbox
        label={t('keys.letters')}
        checked={settings.letterKeys}
        onChange={(event) => changePhoneSettings({ letterKeys: event.currentTarget.checked })}
      />
      {settings.device === 'browser' && (
        <Button
          variant="default"
          disabled={state !== 'ready' || (call !== null && !call.isEcho)}
          onClick={() => (call?.isEcho === true ? phone.hangUp() : void phone.echo())}
        >
          {call?.isEcho === true ? t('phone.echoEnd') : t('phone.echo')}
        </Button>
      )}
      {'Notification' in window && Notification.permission === 'default' && (
        <Button variant="default" onClick={() => void Notification.requestPermission()}>
          {t('phone.notifications')}
        </Button>
      )}
    </Stack>
  )
}

/** Their names are known once a microphone may be used. */
function useDevices(): readonly MediaDeviceInfo[] {
  const [devices, setDevices] = useState<readonly MediaDeviceInfo[]>([])
  useEffect(() => {
    const look = (): void => {
      navigator.mediaDevices.enumerateDevices().then(setDevices, () => setDevices([]))
    }
    look()
    navigator.mediaDevices.addEventListener('devicechange', look)
    return () => navigator.mediaDevices.removeEventListener('devicechange', look)
  }, [])
  return devices
}

function Meter({ deviceId }: { deviceId: string }) {
  const t = useText()
  const [level, setLevel] = useState(0)
  useEffect(() => {
    let stop: (() => void) | null = null
    let isOver = false
    navigator.mediaDevices.getUserMedia({ audio: deviceId === '' ? true : { deviceId } }).then(
      (stream) => {
        const release = (): void => stream.getTracks().forEach((track) => track.stop())
        if (isOver) return release()
        const unwatch = watchLevel(stream, setLevel)
        stop = () => {
          unwatch()
          release()
        }
      },
      // Without a microphone the meter stays at rest.
      () => undefined,
    )
    return () => {
      isOver = true
      stop?.()
    }
  }, [deviceId])
  return <Progress value={Math.min(100, level * 140)} aria-label={t('phone.meter')} transitionDuration={80} />
}
