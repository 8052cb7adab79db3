/** The service process: signals in, exit code out. 78 (EX_CONFIG): the configuration can't be worked with. */
import { startApp } from './app.ts'
import { ConfigurationError, readConfig } from './config.ts'
import { createLog } from './platform/log.ts'

const stopWithinMs = 8_000
const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort())

async function run(): Promise<number> {
  const config = readConfig(process.env)
  const log = createLog({ level: config.logLevel, pretty: process.stdout.isTTY })
  const stopped = new Promise<null>((resolve) => stopping.signal.addEventListener('abort', () => resolve(null)))
  await using app = await startApp(config, log, stopping.signal)
  if (app.banner !== null) process.stdout.write(app.banner)
  const failure = await Promise.race([stopped, app.failed])
  // What is away may never answer a goodbye.
  setTimeout(() => process.exit(failure === null ? 0 : 1), stopWithinMs).unref()
  if (failure === null) return 0
  log.fatal({ err: failure }, 'the service ends')
  return 1
}

try {
  process.exitCode = await run()
} catch (error) {
  if (!stopping.signal.aborted) {
    const isConfiguration = error instanceof ConfigurationError
    const told = error instanceof Error && !isConfiguration ? (error.stack ?? error.message) : String(error)
    process.stderr.write(`centralita: ${told.replace(/^ConfigurationError: /, '')}\n`)
    process.exitCode = isConfiguration ? 78 : 1
  }
}
// Whatever still holds the event loop must not keep a service that has stopped alive.
setTimeout(() => process.exit(), 5_000).unref()
