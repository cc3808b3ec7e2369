/**
 * Who may import whom: app -> api -> services -> ports -> core, and adapters -> ports. ARCHITECTURE.md gives the reasons.
 *
 * tests/tooling/boundaries.test.ts plants a violation of each rule and asserts that it is found.
 */

/** Tests may stand anywhere and name anything: the rules are about the program. */
const TESTS = '(\\.test\\.tsx?$|/testing/)'
const inside = (...folders) => `^src/(${folders.join('|')})/`
const PACKAGES = [
  'npm',
  'npm-dev',
  'npm-optional',
  'npm-peer',
  'npm-no-pkg',
  'npm-unknown',
  'core',
  'unknown',
  'undetermined',
]

/** `folder` may import, of this project, itself and `allowed` only. */
const layer = (folder, allowed, comment) => ({
  name: `${folder}-layer`,
  comment,
  severity: 'error',
  from: { path: inside(folder), pathNot: TESTS },
  to: { path: '^(src|app)/', pathNot: inside(folder, ...allowed) },
})

export default {
  forbidden: [
    layer('core', [], 'the core imports nothing outside itself'),
    {
      name: 'core-no-packages',
      comment: 'the core is pure: no package and no part of Node',
      severity: 'error',
      from: { path: inside('core'), pathNot: TESTS },
      to: { dependencyTypes: PACKAGES },
    },
    layer('ports', ['core'], 'a port speaks in terms of the core'),
    layer('services', ['ports', 'core'], 'a service loads, decides and commits through ports'),
    layer('settler', ['services', 'ports', 'core'], 'the settler is a loop around services'),
    layer('auth', ['services', 'ports', 'core'], 'auth mints scopes from what services and ports tell'),
    layer('api', ['auth', 'services', 'ports', 'core'], 'the api maps requests to services'),
    layer(
      'simulator',
      ['client', 'services', 'ports', 'core'],
      'the simulator drives services or a server; who runs it hands it a store',
    ),
    layer('cli', ['main', 'simulator', 'services', 'ports', 'core', 'client'], 'the command line is an entry point'),
    {
      name: 'adapters-layer',
      comment: 'an adapter implements ports in terms of the core',
      severity: 'error',
      from: { path: inside('adapters'), pathNot: TESTS },
      to: { path: '^(src|app)/', pathNot: ['^src/(adapters|ports|core)/', '^src/generated/'] },
    },
    {
      name: 'adapters-apart',
      comment: 'an adapter knows no other; the conformance suite is common to all',
      severity: 'error',
      from: { path: '^src/adapters/([^/]+)/', pathNot: [TESTS, '^src/adapters/conformance/'] },
      to: { path: '^src/adapters/', pathNot: ['^src/adapters/$1/', '^src/adapters/conformance/'] },
    },
    {
      name: 'conformance-apart',
      comment: 'the conformance suite is given its adapter; only ids and hashes does it take from the system',
      severity: 'error',
      from: { path: '^src/adapters/conformance/', pathNot: TESTS },
      to: { path: '^src/adapters/', pathNot: '^src/adapters/(conformance|system)/' },
    },
    {
      name: 'adapters-named-by-main',
      comment: 'only src/main chooses adapters',
      severity: 'error',
      from: { path: '^(src|app)/', pathNot: [inside('main', 'adapters'), TESTS] },
      to: { path: inside('adapters') },
    },
    {
      name: 'main-seen-by-entry-points',
      comment: 'only app, the command line and other entry points see main',
      severity: 'error',
      from: { path: '^src/', pathNot: [inside('main', 'cli'), TESTS] },
      to: { path: inside('main') },
    },
    {
      name: 'app-layer',
      comment: 'app is routing: gate, call, render',
      severity: 'error',
      from: { path: '^app/', pathNot: TESTS },
      to: { path: '^src/', pathNot: [inside('api', 'auth', 'ui', 'main'), '^src/core/shared/'] },
    },
    {
      name: 'ui-layer',
      comment: 'ui reaches the server through router types, and shares with it only core/shared',
      severity: 'error',
      from: { path: inside('ui'), pathNot: TESTS },
      to: { path: '^(src|app)/', pathNot: [inside('ui'), '^src/core/shared/', '^src/api/trpc/'] },
    },
    {
      name: 'ui-router-types-only',
      comment: 'a value of the router would carry the server into the browser',
      severity: 'error',
      from: { path: inside('ui'), pathNot: TESTS },
      to: { path: '^src/api/trpc/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'client-alone',
      comment: 'the SDK is copied into other programs: it has no dependencies',
      severity: 'error',
      from: { path: inside('client'), pathNot: TESTS },
      to: { pathNot: inside('client') },
    },
    {
      name: 'prisma-in-postgres',
      comment: 'only adapters/postgres and prisma/ see the Prisma client',
      severity: 'error',
      from: {
        path: '.',
        pathNot: [
          '^src/adapters/postgres/',
          '^src/generated/',
          '^prisma/',
          '^scripts/prisma-schema-engine\\.mjs$',
          'node_modules',
        ],
      },
      to: { path: ['^src/generated/', 'generated/prisma', '(^|node_modules/)@prisma/(client|adapter-pg)'] },
    },
    {
      name: 'resolvable',
      comment: 'an import that cannot be resolved escapes every other rule',
      severity: 'error',
      from: { path: '^(src|app)/' },
      to: { couldNotResolve: true, pathNot: ['generated/prisma', '^(virtual|server-only)'] },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^src/generated/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
