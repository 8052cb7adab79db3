/** What the other rooms may use of this one. */
export { createAccess, type Access } from './access.ts'
export { writeAudit, bySystem, type AuditContext, type AuditEntry } from './audit-store.ts'
export { storePasswordHash, revokeSessionsOf } from './credential-store.ts'
export { auditContext, tokenOf } from './guard-routes.ts'
export { generatePassword, hashPassword, passwordSchema } from './passwords.ts'
export { registerAccessRoutes } from './routes.ts'
