#!/usr/bin/env node
// `npm run build:pages`: what `npm start` does before it starts, for those who only want the pages.
import { pages } from './setup/pages.mjs'
import { toOutput } from './setup/progress.mjs'
import { root, workplace } from './setup/workplace.mjs'

await pages(root, await workplace(toOutput), toOutput)
