import { execFile } from 'node:child_process'
import { delimiter } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { cacheFolderOf } from '../../src/supervisor/private-installation.ts'
import { pathWithSpeech } from '../../src/supervisor/speech-installation.ts'

const run = promisify(execFile)
const installer = { cacheFolder: cacheFolderOf(process.env['XDG_CACHE_HOME']), report: () => undefined }

describe('espeak-ng', () => {
  it('is installed privately where the machine has none, and speaks', async () => {
    const path = await pathWithSpeech('/nowhere', installer)
    const [nowhere, folder] = path.split(delimiter)
    expect(nowhere).toBe('/nowhere')
    const args = ['-v', 'ro', '--stdout', 'Bună ziua']
    const { stdout } = await run(`${folder}/espeak-ng`, args, { encoding: 'buffer', env: { PATH: '/usr/bin:/bin' } })
    expect(stdout.subarray(0, 4).toString()).toBe('RIFF')
    expect(stdout.length).toBeGreaterThan(10_000)
  })
})
