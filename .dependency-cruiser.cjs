// Who may know whom (docs/architecture.md). `npm run check` proves these rules by planting a violation first.
const core = '^src/core/'
const onlyIn = (name, module, allowed) => ({
  name,
  severity: 'error',
  from: { path: '^src/', pathNot: allowed },
  to: { path: module },
})
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: {
        orphan: true,
        path: '^src/',
        pathNot: [
          '^src/(main|supervisor/main|web/main|web/widget/(main|call))\\.tsx?$',
          '^src/web/.*\\.d\\.ts$',
          '^src/web/languages/..\\.ts$',
        ],
      },
      to: {},
    },
    {
      name: 'core-is-pure',
      severity: 'error',
      from: { path: core },
      to: { pathNot: [core, 'node_modules/temporal-polyfill'] },
    },
    {
      name: 'platform-knows-no-feature',
      severity: 'error',
      from: { path: '^src/platform/' },
      to: { path: '^src/(?!platform/|config\\.ts)' },
    },
    {
      name: 'engine-knows-core-and-platform',
      severity: 'error',
      from: { path: '^src/engine/' },
      to: { path: '^src/(?!engine/|core/|platform/|config\\.ts)' },
    },
    {
      name: 'a-channel-knows-no-other-channel',
      severity: 'error',
      from: { path: '^src/channels/([^/]+)/' },
      to: { path: '^src/(?!core/|platform/|config\\.ts|channels/$1/|channels/port\\.ts)' },
    },
    {
      name: 'features-meet-through-index',
      severity: 'error',
      from: {
        path: '^src/(history|directory|flows|knowledge|insight|access|outbound|protection|integration|preview)/',
      },
      to: {
        path: '^src/(history|directory|flows|knowledge|insight|access|outbound|protection|integration|preview)/',
        pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$'],
      },
    },
    {
      name: 'features-know-core-and-platform',
      severity: 'error',
      from: {
        path: '^src/(history|directory|flows|knowledge|insight|access|outbound|protection|integration|preview)/',
      },
      to: { path: '^src/(engine|channels|supervisor|app\\.ts|main\\.ts)' },
    },
    {
      // The pages run the core's own code; of the other rooms they know the shapes alone.
      name: 'pages-know-core-and-shapes',
      severity: 'error',
      from: { path: '^src/web/' },
      to: { path: '^src/(?!web/|core/)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nobody-knows-the-pages',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/web/' },
      to: { path: '^src/web/' },
    },
    onlyIn('sql-in-stores', 'node_modules/(knex|pg)/', '^src/(platform/database/|.*(/|-)store\\.ts$)'),
    onlyIn('http-in-routes', 'node_modules/(fastify|@fastify)/', '^src/(platform/|.*(/|-)routes\\.ts$)'),
    {
      name: 'only-app-crosses',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main\\.ts|app\\.ts|app/)' },
      to: { path: '^src/(app\\.ts|app/|main\\.ts)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
}
