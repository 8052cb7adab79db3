/** What the composition root and other rooms may use of this one. */
export { configurationFor, configurationMissing } from './configuration.ts'
export { prepareFirstStart } from './demo.ts'
export { browserAccount } from './browser-account.ts'
export { createDirectory, type Directory } from './directory.ts'
export type { EntryPoint } from './entry-point.ts'
export { firstStartFile, type FirstStart, type FirstStartFile } from './first-start.ts'
export { registerDirectoryRoutes } from './routes.ts'
export type { DirectoryChange } from './snapshot.ts'
