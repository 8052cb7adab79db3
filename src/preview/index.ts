/** What the composition root may use of this room. */
export { createPreview, type Preview } from './preview.ts'
export { registerPreviewRoutes } from './routes.ts'
