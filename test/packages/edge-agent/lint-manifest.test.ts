import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FINDING_CODES, lintManifest } from '@iotedge-networking/edge-agent';
import type { Finding, LintOptions } from '@iotedge-networking/edge-agent';
import { publishing } from './samples.ts';

type Json = Readonly<Record<string, unknown>>;

const AGENT = 'modulesContent.$edgeAgent.properties.desired';
const HUB = 'modulesContent.$edgeHub.properties.desired';

function module(createOptions: unknown = {}, more: Json = {}): Json {
  const text = typeof createOptions === 'string' ? createOptions : JSON.stringify(createOptions);
  const settings = { image: 'nginx:1.25', createOptions: text };
  return { type: 'docker', status: 'running', restartPolicy: 'always', settings, ...more };
}

const hubOptions = publishing({ '443/tcp': '443', '5671/tcp': '5671', '8883/tcp': '8883' });
const agentDesired: Json = {
  schemaVersion: '1.1',
  runtime: { type: 'docker', settings: { minDockerVersion: 'v1.25' } },
  systemModules: {
    edgeAgent: { type: 'docker', settings: { image: 'agent:1.5', createOptions: '{}' } },
    edgeHub: module(hubOptions),
  },
};
const hubDesired: Json = { schemaVersion: '1.1', routes: {}, storeAndForwardConfiguration: { timeToLiveSecs: 7200 } };

/** A good manifest with these modules; parts of the two desired sections can be replaced (undefined removes). */
function manifest(modules: Json = {}, agent: Json = {}, hub: Json = {}): Json {
  const whole = (desired: Json): Json => JSON.parse(JSON.stringify({ 'properties.desired': desired })) as Json;
  return {
    modulesContent: {
      $edgeAgent: whole({ ...agentDesired, modules, ...agent }),
      $edgeHub: whole({ ...hubDesired, ...hub }),
    },
  };
}

/** Findings that are more than information, as `code path`. */
function problems(value: unknown, options: LintOptions = {}): readonly string[] {
  return serious(lintManifest(value, options));
}

function serious(findings: readonly Finding[]): readonly string[] {
  return findings.filter(({ severity }) => severity !== 'info').map(({ code, path }) => `${code} ${path}`);
}

function codes(value: unknown, options: LintOptions = {}): readonly string[] {
  return [...new Set(lintManifest(value, options).map(({ code }) => code))];
}

describe('[unit] lint of a manifest', () => {
  it('has nothing to say of a good one, in any envelope and profile', () => {
    const good = manifest({ web: module(publishing({ '80/tcp': '8080' })) });
    const { modulesContent } = good;
    for (const value of [good, { content: good }, { moduleContent: modulesContent }]) {
      assert.deepEqual(lintManifest(value), []);
    }
    assert.deepEqual(lintManifest(good, { profile: 'vm' }), []);
    assert.deepEqual(lintManifest(good, { profile: 'kubernetes' }), []);
  });

  it('names the place down into the create options', () => {
    const ports = { HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '8000-8010' }] } } };
    const [found] = lintManifest(manifest({ web: module(ports) }));
    const inside = 'settings.createOptions.HostConfig.PortBindings["80/tcp"][0].HostPort';
    assert.equal(found?.path, `${AGENT}.modules.web.${inside}`);
    assert.deepEqual(found.at.slice(0, 4), ['modulesContent', '$edgeAgent', 'properties.desired', 'modules']);
    assert.deepEqual([found.code, found.severity, found.drop], ['port-range-dropped', 'error', 'logged-warning']);
    assert.ok(found.fix.length > 0);
  });

  it('accepts a template: objects as create options, placeholders, $schema-template', () => {
    const settings = { image: '${MODULES.web}', createOptions: publishing({ '80/tcp': '8080' }) };
    const template = { '$schema-template': '4.0.0', ...manifest({ web: { ...module(), settings } }) };
    assert.deepEqual(lintManifest(template), []);
    assert.deepEqual(codes(manifest({ web: { ...module(), settings } })), ['createoptions-not-text']);
  });

  it('accepts a layer', () => {
    const layer = {
      content: {
        modulesContent: {
          $edgeAgent: {
            'properties.desired.modules.web-1': module(publishing({ '80/tcp': '70000' })),
            'properties.desired.modules.web-1.env.A': { value: 'x' },
            'properties.desired.systemModules.edgeHub': module(hubOptions),
          },
          $edgeHub: { 'properties.desired.routes.up': 'FROM /messages/modules/other/* INTO $upstream' },
          web: { 'properties.desired.network': { a: 1 }, 'properties.desired.network.b': 2 },
        },
      },
    };
    const at = 'content.modulesContent.$edgeAgent.properties.desired.modules.web-1';
    const binding = `${at}.settings.createOptions.HostConfig.PortBindings["80/tcp"][0].HostPort`;
    assert.deepEqual(problems(layer), [`port-out-of-range ${binding}`, `api-rejects-port-range ${at}`]);
  });

  it('gives every code a severity and a fix', () => {
    for (const rule of Object.values(FINDING_CODES)) {
      assert.match(rule.severity, /^(error|warning|info)$/);
      assert.match(rule.fix, /[.…]$/);
    }
  });

  it('never throws on random manifests', () => {
    const word = fc.constantFrom(
      'modules',
      'systemModules',
      'settings',
      'env',
      'createOptions',
      'HostConfig',
      'routes',
      'k8s-experimental',
      'web',
    );
    const value = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 6 },
        fc.constantFrom(null, 5, '', '{', '{"HostConfig":{"PortBindings":{"80":[null]}}}'),
        fc.array(tie('tree')),
        fc.dictionary(word, tie('tree')),
      ),
    })).tree;
    const sections = fc.tuple(value, value).map(([agent, hub]) => ({
      modulesContent: { $edgeAgent: { 'properties.desired': agent }, $edgeHub: { 'properties.desired': hub } },
    }));
    fc.assert(
      fc.property(sections, fc.constantFrom('vm' as const, 'ase-k8s' as const), (one, profile) =>
        Array.isArray(lintManifest(one, { profile })),
      ),
    );
  });

  it('never throws on anything that JSON can be', () => {
    const odd: readonly unknown[] = [null, [], 5, 'x', {}, { modulesContent: [] }, { content: 5 }];
    for (const value of odd) assert.deepEqual(codes(value), ['manifest-without-modules']);
    const strange = { $edgeAgent: 5, $edgeHub: [], web: null };
    assert.deepEqual(codes({ modulesContent: strange }), ['section-not-an-object']);
    const section = { $edgeAgent: { 'properties.desired': 5 } };
    assert.ok(problems({ modulesContent: section }).includes(`section-not-an-object ${AGENT}`));
    const inner = { systemModules: 5, modules: { a: 5, b: { settings: [], env: [] } }, runtime: 5, schemaVersion: {} };
    assert.ok(codes(manifest({}, inner)).length > 0);
  });
});

describe('[unit] lint of the envelope and the sections', () => {
  const table: readonly (readonly [string, unknown, readonly string[]])[] = [
    ['no $edgeAgent', { modulesContent: {} }, ['manifest-without-agent modulesContent']],
    [
      'a reported section',
      { modulesContent: { ...(manifest()['modulesContent'] as Json), web: { 'properties.reported': {} } } },
      ['section-key-refused modulesContent.web["properties.reported"]'],
    ],
    [
      'required fields',
      manifest({}, { schemaVersion: undefined, runtime: undefined, modules: undefined }, { routes: undefined }),
      [
        `required-field-missing ${AGENT}`,
        `required-field-missing ${AGENT}`,
        `required-field-missing ${AGENT}`,
        `required-field-missing ${HUB}`,
      ],
    ],
    [
      'system modules',
      manifest({}, { systemModules: { edgeHub: module(hubOptions) } }),
      [`required-field-missing ${AGENT}.systemModules`],
    ],
    ['no system modules at all', manifest({}, { systemModules: undefined }), [`required-field-missing ${AGENT}`]],
    [
      'runtime version as schema version',
      manifest({}, { schemaVersion: '1.5' }),
      [`agent-schema-version ${AGENT}.schemaVersion`],
    ],
    ['agent schema 1.2', manifest({}, { schemaVersion: '1.2' }), [`agent-schema-version ${AGENT}.schemaVersion`]],
    ['a comma', manifest({}, { schemaVersion: '1,0' }), [`agent-schema-version ${AGENT}.schemaVersion`]],
    ['a number', manifest({}, { schemaVersion: 1.1 }), [`agent-schema-version ${AGENT}.schemaVersion`]],
    ['hub schema 1.4', manifest({}, {}, { schemaVersion: '1.4' }), [`hub-schema-version ${HUB}.schemaVersion`]],
    ['hub schema 1.2', manifest({}, {}, { schemaVersion: '1.2' }), []],
    [
      'the broker',
      manifest({}, {}, { schemaVersion: '1.2', mqttBroker: {} }),
      [`mqtt-broker-dropped ${HUB}.mqttBroker`],
    ],
    [
      'no time to live',
      manifest({}, {}, { storeAndForwardConfiguration: undefined }),
      [`store-and-forward-missing ${HUB}`],
    ],
  ];
  for (const [title, value, wanted] of table) {
    it(title, () => assert.deepEqual(problems(value), wanted));
  }

  it('registry credentials', () => {
    const registryCredentials = {
      good: { username: 'u', password: '${PASSWORD}', address: 'r.io' },
      plain: { username: 'u', password: 'hunter2', address: 'r.io' },
      'r.io': { username: 'u', password: '', address: 'r. io' },
    };
    const at = `${AGENT}.runtime.settings.registryCredentials`;
    const runtime = { type: 'docker', settings: { registryCredentials } };
    assert.deepEqual(problems(manifest({}, { runtime })), [
      `registry-password-in-manifest ${at}.plain.password`,
      `registry-key-refused ${at}["r.io"]`,
      `registry-address-blank ${at}["r.io"].address`,
    ]);
  });
});

describe('[unit] lint of module entries', () => {
  const web = `${AGENT}.modules.web`;
  const entry = (more: Json): Json => manifest({ web: module({}, more) });
  const table: readonly (readonly [string, unknown, readonly string[]])[] = [
    [
      'missing fields',
      manifest({ web: { settings: { image: 'a' } } }),
      ['type', 'status', 'restartPolicy'].map(() => `required-field-missing ${web}`),
    ],
    [
      'no settings',
      manifest({ web: { ...module(), settings: undefined } }),
      [`required-field-missing ${web}`, `image-invalid ${web}.settings.image`],
    ],
    ['a type', entry({ type: 'process' }), [`module-type-not-docker ${web}.type`]],
    ['a status', entry({ status: 'on' }), [`module-status-invalid ${web}.status`]],
    ['on-failure', entry({ restartPolicy: 'on-failure' }), [`restart-policy-without-effect ${web}.restartPolicy`]],
    ['an unknown policy', entry({ restartPolicy: 'maybe' }), [`restart-policy-invalid ${web}.restartPolicy`]],
    ['a startup order', entry({ startupOrder: -1 }), [`startup-order-invalid ${web}.startupOrder`]],
    [
      'names of variables',
      entry({ env: { 'A:B': { value: '1' } } }),
      [`env-name-colon ${web}.env["A:B"]`, `api-rejects-env-name ${web}`],
    ],
    ['names the hub refuses', entry({ env: { 'A.B': { value: '1' } } }), [`env-name-refused ${web}.env["A.B"]`]],
    [
      'a proxy without localhost',
      entry({ env: { https_proxy: { value: 'http://p:1' }, no_proxy: { value: 'a,b' } } }),
      [`proxy-without-localhost ${web}.env`],
    ],
    ['a proxy alone', entry({ env: { http_proxy: { value: 'x' } } }), [`proxy-without-localhost ${web}.env`]],
    [
      'a proxy with localhost',
      entry({ env: { HTTPS_PROXY: { value: 'x' }, no_proxy: { value: 'a, localhost' } } }),
      [],
    ],
    [
      'a dot in a name',
      manifest({ 'a.b': module() }),
      [`module-name-refused ${AGENT}.modules["a.b"]`, `api-rejects-container-name ${AGENT}.modules["a.b"]`],
    ],
    [
      'fields that edgeAgent has not',
      manifest({}, { systemModules: { ...(agentDesired['systemModules'] as Json), edgeAgent: module() } }),
      [
        `system-field-refused ${AGENT}.systemModules.edgeAgent.status`,
        `system-field-refused ${AGENT}.systemModules.edgeAgent.restartPolicy`,
      ],
    ],
  ];
  for (const [title, value, wanted] of table) {
    it(title, () => assert.deepEqual(problems(value), wanted));
  }

  it('a runtime behind a proxy wants web sockets', () => {
    const env = { https_proxy: { value: 'x' }, no_proxy: { value: 'localhost' } };
    const system = (more: Json): Json => ({
      ...(agentDesired['systemModules'] as Json),
      edgeHub: module(hubOptions, { env: { ...env, ...more } }),
    });
    assert.deepEqual(problems(manifest({}, { systemModules: system({}) })), [
      `upstream-protocol-behind-proxy ${AGENT}.systemModules.edgeHub.env`,
    ]);
    assert.deepEqual(problems(manifest({}, { systemModules: system({ UpstreamProtocol: { value: 'AmqpWs' } }) })), []);
  });

  it('secrets in the environment, but not placeholders or what only points at them', () => {
    const secret = ['DB_PASSWORD', 'mySecret', 'API_KEY', 'apiKeyPrimary', 'SAS_TOKEN', 'APIKEY'];
    const harmless = ['KEYBOARD', 'KEY_FILE', 'TOKEN_URL', 'SECRET_NAME'];
    const env = Object.fromEntries([...secret, ...harmless].map((name) => [name, { value: 'x' }]));
    const more = {
      PLAIN: { value: 'HostName=h;SharedAccessKey=abc=' },
      MY_KEY: { value: '${KEY}' },
      OTHER_KEY: { value: 5 },
    };
    assert.deepEqual(
      problems(entry({ env: { ...env, ...more } })),
      [...secret, 'PLAIN'].map((name) => `secret-in-env ${web}.env.${name}`),
    );
  });

  it('secrets in the environment of create options', () => {
    const Env = ['A=1', 'TOKEN=a=b', 'SECRET=${X}', 'PASSWORD', null];
    const at = `${web}.settings.createOptions.Env`;
    assert.deepEqual(problems(manifest({ web: module({ Env }) })), [`secret-in-env ${at}[1]`]);
    assert.deepEqual(problems(manifest({ web: module('{') })), [
      `createoptions-invalid-json ${web}.settings.createOptions`,
    ]);
  });

  it('more than 50 modules, the system modules included', () => {
    const many = (count: number): Json =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`m${index}`, module()]));
    assert.ok(codes(manifest(many(49))).includes('too-many-modules'));
    assert.ok(!codes(manifest(many(48))).includes('too-many-modules'));
  });
});

describe('[unit] lint of sizes', () => {
  const web = `${AGENT}.modules.web.settings`;
  const filler = (count: number): string => JSON.stringify({ Labels: { a: 'x'.repeat(count) } });
  const pieces = (text: string, length: number): Json => {
    const keys = Array.from({ length: Math.ceil(text.length / length) }, (_, index) => index);
    return Object.fromEntries(
      keys.map((index) => [
        index === 0 ? 'createOptions' : `createOptions${String(index).padStart(2, '0')}`,
        text.slice(index * length, (index + 1) * length),
      ]),
    );
  };
  const withSettings = (settings: Json): Json =>
    manifest({ web: { ...module(), settings: { image: 'a', ...settings } } });

  it('a piece of more than 512 characters is only worth a note', () => {
    const found = lintManifest(withSettings({ createOptions: filler(1000) })).filter(
      ({ code }) => code === 'piece-over-512',
    );
    assert.deepEqual(
      found.map(({ path, severity }) => `${severity} ${path}`),
      [`info ${web}.createOptions`],
    );
  });

  it('a value over 4096 bytes is refused by the hub, counted in UTF-8', () => {
    assert.deepEqual(problems(withSettings({ createOptions: filler(4090) })), [`value-too-long ${web}.createOptions`]);
    const umlauts = JSON.stringify({ Labels: { a: 'ü'.repeat(2500) } });
    assert.deepEqual(problems(withSettings({ createOptions: umlauts })), [`value-too-long ${web}.createOptions`]);
  });

  it('more than eight pieces are too many for the tools', () => {
    assert.deepEqual(problems(withSettings(pieces(filler(4200), 512))), [`too-many-pieces ${web}.createOptions`]);
    assert.deepEqual(problems(withSettings(pieces(filler(4000), 512))), []);
    assert.deepEqual(problems(withSettings({ createOptions: JSON.parse(filler(4200)) as unknown })), [
      `too-many-pieces ${web}.createOptions`,
    ]);
  });

  it('a gap in the pieces cannot be read', () => {
    assert.deepEqual(problems(withSettings({ createOptions: '{', createOptions02: '}' })), [
      `createoptions-chunk-gap ${web}.createOptions02`,
    ]);
  });

  it('32 KB are the budget of a twin; nearly full is a warning', () => {
    const routes = (count: number): Json =>
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
          `r${index}`,
          `FROM /messages/* WHERE ${'a'.repeat(1000)} INTO $upstream`,
        ]),
      );
    assert.deepEqual(problems(manifest({}, {}, { routes: routes(33) })), [`twin-too-large ${HUB}`]);
    assert.deepEqual(problems(manifest({}, {}, { routes: routes(30) })), [`twin-nearly-full ${HUB}`]);
    assert.deepEqual(problems(manifest({}, {}, { routes: routes(20) })), []);
  });

  it('objects as create options count as the text they become, however long', () => {
    const settings = { createOptions: { Labels: { a: 'x'.repeat(60_000) } } };
    assert.deepEqual(problems({ '$schema-template': '4.0.0', ...withSettings(settings) }), [
      `twin-too-large ${AGENT}`,
      `too-many-pieces ${web}.createOptions`,
    ]);
  });
});

describe('[unit] lint of routes', () => {
  const route = (value: unknown, hub: Json = {}): readonly string[] =>
    problems(manifest({ web: module() }, {}, { routes: { r: value }, ...hub }));
  const good: readonly unknown[] = [
    'FROM /* INTO $upstream',
    'FROM /messages/* INTO $upstream',
    'FROM /messages/modules/web/outputs/out INTO BrokeredEndpoint("/modules/web/inputs/in")',
    "from /messages/modules/web/* where $body.a > 5 into brokeredEndpoint('/modules/web/inputs/in')",
    'FROM /twinChangeNotifications INTO $upstream',
    { route: 'FROM /messages/modules/web/outputs/* INTO $upstream', priority: 0, timeToLiveSecs: 0 },
    null,
  ];
  for (const value of good) {
    it(`${JSON.stringify(value)} is good`, () => assert.deepEqual(route(value), []));
  }

  const bad: readonly (readonly [unknown, readonly string[]])[] = [
    ['FROM /messages/*', ['route-malformed']],
    [5, ['route-malformed']],
    ['FROM messages INTO $upstream', ['route-malformed']],
    ['FROM /* INTO upstream', ['route-malformed']],
    ['FROM /* INTO BrokeredEndpoint("/modules/web")', ['route-malformed']],
    ['FROM /messages/modules/wep/* INTO $upstream', ['route-unknown-module']],
    ['FROM /* INTO BrokeredEndpoint("/modules/zzzzzz/inputs/in")', ['route-unknown-module']],
    [{ route: 5 }, ['route-malformed']],
    [{ route: 'FROM /* INTO $upstream', priority: 10 }, ['route-priority-invalid']],
    [{ route: 'FROM /* INTO $upstream', timeToLiveSecs: 1.5 }, ['route-time-to-live-invalid']],
  ];
  for (const [value, wanted] of bad) {
    it(`${JSON.stringify(value)}: ${wanted.join()}`, () =>
      assert.deepEqual(
        route(value).map((line) => line.split(' ')[0]),
        wanted,
      ));
  }

  it('objects need schema version 1.1, names no dots', () => {
    assert.deepEqual(route({ route: 'FROM /* INTO $upstream' }, { schemaVersion: '1.0' }), [
      `route-object-needs-1-1 ${HUB}.routes.r`,
    ]);
    assert.deepEqual(problems(manifest({}, {}, { routes: { 'a.b': 'FROM /* INTO $upstream' } })), [
      `route-name-refused ${HUB}.routes["a.b"]`,
    ]);
  });

  it('hints at the module that was meant', () => {
    const [found] = lintManifest(
      manifest({ web: module() }, {}, { routes: { r: 'FROM /messages/modules/wep/* INTO $upstream' } }),
    );
    assert.match(found?.message ?? '', /Did you mean web\?/);
  });

  it('a manifest without $edgeHub has none', () => {
    const { $edgeAgent } = manifest()['modulesContent'] as Json;
    assert.deepEqual(problems({ modulesContent: { $edgeAgent } }), []);
  });
});
