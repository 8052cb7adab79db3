import { ConfigurationError, readConfig } from '../config.ts'
import { findAsterisk } from './asterisk-installation.ts'
import { cacheFolderOf } from './private-installation.ts'
import { configurationErrorCode, supervise } from './supervisor.ts'

/**
 * The whole life of a supervisor process, from its environment to its exit code. With the argument `prepare` it only
 * installs what a first start would.
 */
export async function runSupervisor(serviceEntry: string): Promise<number> {
  const cacheFolder = cacheFolderOf(process.env['XDG_CACHE_HOME'])
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort())
  try {
    if (process.platform !== 'linux') throw new Error('Centralita runs on Linux')
    if (process.argv[2] === 'prepare') {
      const { version } = await findAsterisk({ cacheFolder, report, signal: stopping.signal })
      report(`Asterisk ${version} is ready`)
      return 0
    }
    return await supervise({
      config: readConfig(process.env),
      env: process.env,
      cacheFolder,
      serviceEntry,
      report,
      signal: stopping.signal,
    })
  } catch (error) {
    if (stopping.signal.aborted) return 0
    process.stderr.write(`centralita: ${error instanceof Error ? error.message : String(error)}\n`)
    return error instanceof ConfigurationError ? configurationErrorCode : 1
  }
}

function report(line: string): void {
  process.stdout.write(`${process.uptime().toFixed(1).padStart(6)} s  ${line}\n`)
}
