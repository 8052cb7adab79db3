// `npm start` with the stand-in instead of the service.
import { fileURLToPath } from 'node:url'
import { runSupervisor } from '../../src/supervisor/run.ts'

process.exitCode = await runSupervisor(fileURLToPath(new URL('stand-in-service.ts', import.meta.url)))
