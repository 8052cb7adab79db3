import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { capture } from './command.mjs'

/** File to plant -> what it imports, and the rule that must object. */
const plants = [
  { file: 'src/core/planted.ts', imports: 'node:fs', rule: 'core-is-pure' },
  { file: 'src/core/planted-too.ts', imports: '../platform/planted.ts', rule: 'core-is-pure' },
  { file: 'src/platform/planted.ts', imports: '../engine/planted.ts', rule: 'platform-knows-no-feature' },
  { file: 'src/engine/planted.ts', imports: '../history/planted.ts', rule: 'engine-knows-core-and-platform' },
  { file: 'src/channels/voice/planted.ts', imports: '../sms/planted.ts', rule: 'a-channel-knows-no-other-channel' },
  { file: 'src/channels/sms/planted.ts', imports: 'node:fs', rule: null },
  { file: 'src/history/planted.ts', imports: '../directory/planted.ts', rule: 'features-meet-through-index' },
  { file: 'src/directory/planted.ts', imports: 'knex', rule: 'sql-in-stores' },
  { file: 'src/access/planted.ts', imports: 'fastify', rule: 'http-in-routes' },
  { file: 'src/app.ts', imports: 'node:fs', rule: null },
  { file: 'src/flows/planted.ts', imports: '../app.ts', rule: 'only-app-crosses' },
  { file: 'src/web/planted.tsx', imports: '../directory/planted.ts', rule: 'pages-know-core-and-shapes' },
  { file: 'src/history/planted-too.ts', imports: '../web/planted.tsx', rule: 'nobody-knows-the-pages' },
]

/**
 * A linter that checks nothing passes as well: the import rules must object to a copy of the sources with violations in it.
 * @returns {Promise<string>} empty, or which rules let their violation pass
 */
export async function plantedViolations(root, depcruise, env) {
  const copy = mkdtempSync(join(tmpdir(), 'centralita-rules-'))
  try {
    for (const name of ['src', 'tsconfig.json', '.dependency-cruiser.cjs', 'package.json']) {
      cpSync(join(root, name), join(copy, name), { recursive: true })
    }
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
    for (const { file, imports } of plants) {
      mkdirSync(dirname(join(copy, file)), { recursive: true })
      writeFileSync(join(copy, file), `import '${imports}'\n`)
    }
    if (!(await objects(copy, depcruise, env)))
      return 'violations are planted, and dependency-cruiser ends with exit code 0'
    const { output } = await capture(depcruise, ['src', '--output-type', 'json'], { cwd: copy, env })
    const violations = JSON.parse(output.slice(output.indexOf('{'))).summary.violations
    return plants
      .filter(({ file, rule }) => rule !== null && !violations.some((v) => v.rule.name === rule && v.from === file))
      .map(({ file, imports, rule }) => `${rule} lets ${file} import ${imports}`)
      .join('\n')
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

async function objects(copy, depcruise, env) {
  const { code } = await capture(depcruise, ['src'], { cwd: copy, env })
  return code !== 0
}
