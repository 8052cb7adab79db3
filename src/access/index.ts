/** What the other rooms may use of this one. */
export { createAccess, type Access, type Guarding } from './access.ts'
export { writeAudit, bySystem, type AuditContext, type AuditEntry } from './audit-store.ts'
export { storePasswordHash } from './credential-store.ts'
export { auditContext, tokenOf } from './guard-routes.ts'
export { generatePassword, hashPassword, passwordSchema } from './passwords.ts'
export { registerAccessRoutes } from './routes.ts'
export { sealingKey, secretBox } from './secret-box.ts'
export { revokeSessionsOf } from './session-store.ts'
