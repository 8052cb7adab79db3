/** What the composition root and other rooms may use of this one. */
export { createProtection, type Protection } from './protection.ts'
export { registerProtectionRoutes } from './routes.ts'
