/** Where a page begins: language first, so that nothing is shown in the wrong one. */
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/app.tsx'
import { claimDeskId } from './live/desk-id.ts'
import { prepareLanguage } from './languages/language.ts'
import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import '@fontsource-variable/inter/wght.css'
import './look/tokens.css'
import './look/page.css'

await Promise.all([prepareLanguage(), claimDeskId()])
const root = document.getElementById('root')
if (root === null) throw new Error('the document has no #root')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
