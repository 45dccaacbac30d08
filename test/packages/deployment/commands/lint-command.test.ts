import assert from 'node:assert/strict';
import { runCli } from '../../../../packages/deployment/src/cli.ts';
import { manifest, module } from '../lint/manifests.ts';
import { recordedIo } from '../recorded-io.ts';

const web = (options: object) => manifest({ web: module(options) });
const bound = (bindings: object) => ({ HostConfig: { PortBindings: bindings } });
const GOOD = web(bound({ '80/tcp': [{ HostPort: '8080' }] }));

async function lint(files: Readonly<Record<string, unknown>>, ...flags: string[]) {
  const texts = Object.entries(files).map(([name, file]) => [
    name,
    typeof file === 'string' ? file : JSON.stringify(file, null, 2),
  ]);
  const io = recordedIo({ files: Object.fromEntries(texts) as Record<string, string> });
  const code = await runCli(['lint', ...Object.keys(files), ...flags], io);
  return { code, out: io.out(), err: io.err() };
}

describe('[unit] lint command', () => {
  it('is content with a good manifest', async () => {
    const { code, out } = await lint({ 'good.json': GOOD });
    assert.deepEqual([code, out], [0, 'good.json: no findings\n']);
  });

  // One fixture per case of checklist item I2; the place is that of the thing to mend.
  const FOUND: readonly { why: string; modules: Record<string, object>; code: string; at: string }[] = [
    {
      why: 'two containers ports on one host port',
      modules: { web: module(bound({ '80/tcp': [{ HostPort: '80' }], '81/tcp': [{ HostPort: '80' }] })) },
      code: 'duplicate-port-collapsed',
      at: 'createOptions"',
    },
    {
      why: 'one container port on two host ports',
      modules: { web: module(bound({ '80/tcp': [{ HostPort: '80' }, { HostPort: '81' }] })) },
      code: 'multiple-hostports',
      at: 'createOptions"',
    },
    {
      why: 'a range of ports',
      modules: { web: module(bound({ '80/tcp': [{ HostPort: '8000-8010' }] })) },
      code: 'port-range-dropped',
      at: 'createOptions"',
    },
    {
      why: 'HostIp',
      modules: { web: module(bound({ '80/tcp': [{ HostPort: '80', HostIp: '10.0.0.1' }] })) },
      code: 'hostip-ignored',
      at: 'createOptions"',
    },
    {
      why: 'TCP and UDP on one number',
      modules: { web: module(bound({ '53/tcp': [{ HostPort: '53' }], '53/udp': [{ HostPort: '53' }] })) },
      code: 'tcp-udp-same-number',
      at: 'createOptions"',
    },
    {
      why: 'a port of the sidecar',
      modules: { web: module(bound({ '35000/tcp': [{ HostPort: '80' }] })) },
      code: 'reserved-sidecar-port',
      at: 'createOptions"',
    },
    {
      why: 'an env name with a colon',
      modules: { web: module({}, { env: { 'a:b': { value: '1' } } }) },
      code: 'env-name-colon',
      at: '"a:b"',
    },
    {
      why: 'a secret in env',
      modules: { web: module({}, { env: { PASSWORD: { value: 'hunter2' } } }) },
      code: 'secret-in-env',
      at: '"PASSWORD"',
    },
    {
      why: 'two names that become one',
      modules: { Web: module({}), web: module({}) },
      code: 'name-collision',
      at: '"web"',
    },
    {
      why: 'a bind of a file',
      modules: { web: module({ HostConfig: { Binds: ['/etc/app.conf:/etc/app.conf'] } }) },
      code: 'bind-of-file',
      at: 'createOptions"',
    },
    {
      why: 'two modules on the host network',
      modules: {
        a: module({ HostConfig: { NetworkMode: 'host' } }),
        b: module({ HostConfig: { NetworkMode: 'host' } }),
      },
      code: 'several-host-network-modules',
      at: 'createOptions"',
    },
    {
      why: 'service-options for serviceOptions',
      modules: { web: module({ 'k8s-experimental': { 'service-options': { type: 'ClusterIP' } } }) },
      code: 'experimental-key-unknown',
      at: 'createOptions"',
    },
  ];
  for (const { why, modules, code, at } of FOUND)
    it(`finds ${why}, with its place`, async () => {
      const text = JSON.stringify(manifest(modules), null, 2);
      const { out } = await lint({ 'm.json': text });
      const found = out.split('\n').find((line) => line.includes(` ${code} `));
      assert.ok(found, `${code} is not in:\n${out}`);
      const [, line = '', column = ''] = /^m\.json:(\d+):(\d+): (?:error|warning|info) /.exec(found) ?? [];
      assert.ok(
        text.split('\n')[Number(line) - 1]?.includes(at),
        `${line}:${column} is ${text.split('\n')[Number(line) - 1]}`,
      );
    });

  it('prints file, place, severity, code, path, sentence and fix', async () => {
    const text = JSON.stringify(web({}), null, 2).replace('"status": "running"', '"status": "runing"');
    const { code, out } = await lint({ 'm.json': text }, '--json');
    const document = JSON.parse(out) as { ok: boolean; files: { findings: Record<string, unknown>[] }[] };
    assert.deepEqual([code, document.ok], [1, false]);
    const finding = document.files[0]?.findings.find(({ severity }) => severity === 'error');
    assert.deepEqual(Object.keys(finding ?? {}), [
      'file',
      'line',
      'column',
      'severity',
      'code',
      'path',
      'message',
      'fix',
    ]);
  });

  it('says where a file is no JSON', async () => {
    const { code, out } = await lint({ 'm.json': '{\n  "modulesContent": {},\n}' });
    assert.equal(code, 1);
    assert.match(out, /^m\.json:2:23: error json-syntax A comma stands before "}"\. A deployment manifest is JSON/);
    assert.match(out, /m\.json: 1 error\n$/);
  });

  it('warns of a key that stands twice, without failing', async () => {
    const text = JSON.stringify(GOOD).replace('"type":"docker"', '"type":"docker","type":"docker"');
    const { code, out } = await lint({ 'm.json': text });
    assert.equal(code, 0);
    assert.match(
      out,
      /^m\.json:1:\d+: warning duplicate-key modulesContent\..*runtime\.type: "type" stands here for the second/,
    );
    const listed = await lint({ 'm.json': '{ "modulesContent": {}, "x": [{ "a": 1, "a": 1 }] }' });
    assert.match(listed.out, /m\.json:1:41: warning duplicate-key x\[0\]\.a:/);
  });

  const FOREIGN: readonly { why: string; name: string; text: string; says: RegExp }[] = [
    {
      why: 'Kubernetes YAML',
      name: 'k8s/web.yaml',
      text: '# made\napiVersion: apps/v1\nkind: Deployment\n',
      says: /for Kubernetes \(Deployment\).*kubectl apply --dry-run=server -f k8s\/web\.yaml/,
    },
    {
      why: 'a Kustomization',
      name: 'kustomization.yaml',
      text: 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n',
      says: /dry-run=server -k \.\n/,
    },
    {
      why: 'a Kustomization in a folder',
      name: 'apps/common/kustomization.yaml',
      text: 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n',
      says: /dry-run=server -k apps\/common\n/,
    },
    {
      why: 'a Kustomization of Flux',
      name: 'clusters/a.yaml',
      text: 'apiVersion: "kustomize.toolkit.fluxcd.io/v1"\nkind: "Kustomization"\n',
      says: /dry-run=server -f clusters\/a\.yaml\n/,
    },
    {
      why: 'Kubernetes JSON',
      name: 'web.json',
      text: '{"apiVersion": "v1", "kind": "Service"}',
      says: /for Kubernetes \(Service\)/,
    },
    {
      why: 'a network file',
      name: 'network.yaml',
      text: '\ufeffapiVersion: "iotedge-networking/v1"\nname: x\n',
      says: /iotedge-net validate network\.yaml/,
    },
    { why: 'a script', name: 'commands.sh', text: 'az iot\n', says: /This is a script.* Leave it out\./ },
    { why: 'variables', name: '.env.example', text: 'A=1\n', says: /This holds variables/ },
  ];
  for (const { why, name, text, says } of FOREIGN)
    it(`says that ${why} is not its job, and whose it is`, async () => {
      const { code, out } = await lint({ [name]: text });
      assert.equal(code, 1);
      assert.match(out, new RegExp(`^${name}:1:1: error not-a-manifest `));
      assert.match(out, says);
      const json = await lint({ [name]: text }, '--json', '--services');
      assert.match(json.out, /"ok": false/);
    });

  it('lints several files, and fails when one of them has an error', async () => {
    const { code, out } = await lint({ 'a.json': GOOD, 'b.json': '{}' });
    assert.equal(code, 1);
    assert.match(out, /^a\.json: no findings\nb\.json:1:1: error manifest-without-modules /);
  });

  it('cannot do without its file', async () => {
    const io = recordedIo();
    assert.equal(await runCli(['lint', 'no.json'], io), 2);
    assert.equal(io.err(), 'error: Cannot read no.json: there is no such file.\n');
    assert.equal(await runCli(['lint'], recordedIo()), 2);
  });

  it('previews the Services, with the device’s names', async () => {
    const { out } = await lint({ 'm.json': GOOD }, '--services', '--device-id', 'store-001', '--namespace', 'edge');
    assert.match(
      out,
      /^NAME +TYPE +CLUSTER-IP +EXTERNAL-IP +PORT\(S\)\nedgehub .*\nweb +LoadBalancer +<auto> +<pool> +8080:<auto>\/TCP\n/m,
    );
    const json = await lint(
      { 'm.json': GOOD },
      '--services',
      '--json',
      '--device-id',
      'store-001',
      '--namespace',
      'edge',
    );
    const { files } = JSON.parse(json.out) as { files: { services: { name: string; namespace: string }[] }[] };
    assert.deepEqual(
      files[0]?.services.map(({ name, namespace }) => `${namespace}/${name}`),
      ['edge/edgehub', 'edge/web'],
    );
  });

  it('previews the ports that Docker publishes in profile vm', async () => {
    const { out } = await lint({ 'm.json': GOOD }, '--services', '--profile', 'vm');
    assert.match(out, /^MODULE +HOST +CONTAINER\n(?:.*\n)*web +0\.0\.0\.0:8080 +80\/tcp\n/m);
    const options = { HostConfig: { PortBindings: { '1/tcp': [{ HostPort: '' }], '2/tcp': [{ HostPort: '20-30' }] } } };
    const ranges = await lint({ 'm.json': web(options) }, '--services', '--profile', 'vm');
    assert.match(ranges.out, /web +0\.0\.0\.0:<any> +1\/tcp\nweb +0\.0\.0\.0:20-30 +2\/tcp/);
    const nothing = { modulesContent: { $edgeAgent: {} } };
    assert.match((await lint({ 'm.json': nothing }, '-s', '-p', 'vm')).out, /Docker publishes no ports\./);
    const json = await lint({ 'm.json': GOOD }, '--services', '--profile', 'vm', '--json');
    assert.match(json.out, /"hostPorts": \[\n +{\n +"module": "edgeHub"/);
  });

  it('previews nothing of a file that is no JSON', async () => {
    for (const flags of [['--services'], ['--services', '--json']]) {
      const { code, out } = await lint({ 'm.json': '{' }, ...flags);
      assert.equal(code, 1);
      assert.doesNotMatch(out, /edgeAgent|"services"/);
    }
  });

  it('takes the default type of a cluster that is not the device’s', async () => {
    const { out } = await lint(
      { 'm.json': GOOD },
      '--services',
      '--profile',
      'kubernetes',
      '--hub',
      'h.azure-devices.net',
    );
    assert.match(out, /^web +ClusterIP +<auto> +<none> +8080\/TCP$/m);
  });
});
