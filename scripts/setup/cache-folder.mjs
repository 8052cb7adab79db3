import { homedir } from 'node:os'
import { join } from 'node:path'

/** Slow builds and downloads live here, outside the checkout. */
export function cacheFolder() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'centralita')
}
