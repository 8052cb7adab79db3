import { fileURLToPath } from 'node:url'
import { runSupervisor } from './run.ts'

process.exitCode = await runSupervisor(fileURLToPath(new URL('../main.ts', import.meta.url)))
