/** What the other rooms may use of this one. */
export { expressions } from './expressions.ts'
export { loadFlowFiles } from './flow-files.ts'
export { createLibrary } from './library.ts'
export { registerFlowRoutes } from './routes.ts'
export { createFlowVersions, type FlowVersions } from './versions.ts'
export { flowChecker, type CheckableNames } from './check-flow.ts'
export { createSpeech } from './speech/speech.ts'
export { systemText } from './system-prompts/system-texts.ts'
