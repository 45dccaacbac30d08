// Folder order is the direction in which data flows; each rule says why an arrow is forbidden.
const pure = 'packages/(addressing|contract|metallb|edge-agent)';
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'A cycle has no order in which it can be understood.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'pure-imports-no-io',
      severity: 'error',
      comment: 'Pure packages decide; they never touch network, disk, clock or process.',
      from: { path: `^${pure}/src` },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(net|util)$' },
    },
    {
      name: 'pure-imports-pure',
      severity: 'error',
      comment: 'Pure packages know only pure packages.',
      from: { path: `^${pure}/src` },
      to: { path: '^(packages|modules|scripts|test)/', pathNot: `^${pure}/src` },
    },
    {
      name: 'addressing-is-the-root',
      severity: 'error',
      comment: 'Addresses are below everything.',
      from: { path: '^packages/addressing/src' },
      to: { path: '^packages/(?!addressing)' },
    },
    {
      name: 'contract-below-models',
      severity: 'error',
      comment: 'Models use the contract, not the other way round.',
      from: { path: '^packages/contract/src' },
      to: { path: '^packages/(metallb|edge-agent)' },
    },
    {
      name: 'models-do-not-meet',
      severity: 'error',
      comment: 'MetalLB and edgeAgent know nothing of each other.',
      from: { path: '^packages/(metallb|edge-agent)/src' },
      to: { path: '^packages/(metallb|edge-agent)/src', pathNot: '^packages/$1/src' },
    },
    {
      name: 'edges-do-not-meet',
      severity: 'error',
      comment: 'Generator, simulator and modules meet only on the wire; scripts and tests compose them.',
      from: { path: '^(packages/(?:deployment|simulator)|modules/[^/]+)/src' },
      to: { path: '^(packages/(deployment|simulator)|modules/[^/]+)/src', pathNot: '^$1/src' },
    },
    {
      name: 'dashboard-below-edges',
      severity: 'error',
      comment:
        'The page is served by the operator’s program and by the module alike: it knows a port, and neither of them.',
      from: { path: '^packages/dashboard/src' },
      to: { path: '^(packages|modules|scripts|test)/', pathNot: `^(packages/dashboard|${pure})/src` },
    },
    {
      name: 'page-runs-in-a-browser',
      severity: 'error',
      comment: 'What crosses between server and browser, and what the browser runs, has no Node below it.',
      from: { path: '^packages/dashboard/src/(view|web|i18n)' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'page-not-from-server',
      severity: 'error',
      comment: 'Server and browser meet in the shapes of view only.',
      from: { path: '^packages/dashboard/src/(view|web|i18n)' },
      to: { path: '^packages/dashboard/src/(server|index)' },
    },
    {
      name: 'source-not-from-test',
      severity: 'error',
      comment: 'Shipped code does not know its tests.',
      from: { path: '^(packages|modules|scripts)/' },
      to: { path: '^test/' },
    },
    {
      name: 'no-inter-test',
      severity: 'error',
      comment: 'A test file imports its subject, test/support and fixtures only.',
      from: { path: '^test/.*\\.test\\.ts$' },
      to: { path: '\\.test\\.ts$' },
    },
    {
      name: 'not-to-unresolvable',
      severity: 'error',
      comment: 'An import must resolve.',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
};
