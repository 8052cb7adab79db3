import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { capture } from './command.mjs'

/** Program -> the Debian package that brings it: the phones, sounds, browser, SIP edge and firewall that the tests use. */
const peers = {
  sipp: 'sip-tester',
  baresip: 'baresip-core',
  sox: 'sox',
  'espeak-ng': 'espeak-ng',
  chromium: 'chromium',
  kamailio: 'kamailio',
  nft: 'nftables',
  ip: 'iproute2',
}

/**
 * Installs what is missing where the system's package manager may be used, else says what to install.
 * @param {import('./progress.mjs').Report} report
 * @param more further programs that are needed
 */
export async function testPeers(report, more = {}) {
  const missing = missingPackages({ ...peers, ...more })
  if (missing.length === 0) return
  if (process.getuid?.() !== 0 || !isInstalled('apt-get')) {
    report(`the tests with real peers need: apt-get install ${missing.join(' ')}`)
    return
  }
  report(`installing ${missing.join(', ')} for the tests`)
  let result = await aptInstall(missing)
  if (result.code !== 0) {
    await capture('apt-get', ['update', '-q'])
    result = await aptInstall(missing)
  }
  if (result.code !== 0) report(`apt-get can't install ${missing.join(' ')}:\n${result.output}`)
}

function aptInstall(packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return capture('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...packages], { env })
}

function missingPackages(programs) {
  return Object.entries(programs)
    .filter(([program]) => !isInstalled(program))
    .map(([, packageName]) => packageName)
}

function isInstalled(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)))
}
