import assert from 'node:assert/strict';
import { lintManifest } from '@iotedge-networking/edge-agent';
import type { LintOptions } from '@iotedge-networking/edge-agent';
import { publishing } from './samples.ts';

type Json = Readonly<Record<string, unknown>>;

const MODULES = 'modulesContent.$edgeAgent.properties.desired.modules';

function module(createOptions: unknown): Json {
  const settings = { image: 'nginx:1.25', createOptions: JSON.stringify(createOptions) };
  return { type: 'docker', status: 'running', restartPolicy: 'always', settings };
}

/** Findings for a layer with these modules (their create options), as `code path`; informations left out. */
function problems(modules: Json, options: LintOptions = {}): readonly string[] {
  const key = (name: string): string => `properties.desired.modules.${name}`;
  const entries = Object.entries(modules).map(([name, value]) => [key(name), module(value)] as const);
  const layer: Json = Object.fromEntries(entries);
  const findings = lintManifest({ modulesContent: { $edgeAgent: layer } }, options);
  return findings.filter(({ severity }) => severity !== 'info').map(({ code, path }) => `${code} ${path}`);
}

const options = (name: string): string => `${MODULES}.${name}.settings.createOptions`;
const host = (fields: object): object => ({ HostConfig: fields });
const pinned = (port: string, loadBalancerIP: string, Labels: object = {}): object =>
  publishing({ '80': port }, { Labels, 'k8s-experimental': { serviceOptions: { loadBalancerIP } } });
const shared = { 'metallb.universe.tf/allow-shared-ip': 'g1' };

describe('[unit] lint for edgeAgent on Kubernetes', () => {
  const table: readonly (readonly [string, Json, readonly string[]])[] = [
    ['a sidecar port', { web: publishing({ '35000/tcp': '80' }) }, [`reserved-sidecar-port ${options('web')}`]],
    [
      'an exposed sidecar port',
      { web: { ExposedPorts: { '35001': {} } } },
      [`reserved-sidecar-port ${options('web')}`],
    ],
    [
      "a port of the device's dashboard",
      { web: publishing({ '80': '31000' }) },
      [`reserved-device-port ${options('web')}`],
    ],
    [
      'two modules on the host network',
      { web: host({ NetworkMode: 'host' }), db: host({ NetworkMode: 'host' }) },
      [`several-host-network-modules ${options('db')}.HostConfig.NetworkMode`],
    ],
    [
      'a bind of a file',
      { web: host({ Binds: ['/etc/localtime:/etc/localtime', '/data:/data'] }) },
      [`bind-of-file ${options('web')}.HostConfig`],
    ],
    [
      'a mount of a file',
      { web: host({ Mounts: [{ Type: 'bind', Source: '/a/b.json', Target: '/b' }] }) },
      [`bind-of-file ${options('web')}.HostConfig`],
    ],
    [
      'a claim with a rolling update',
      { web: host({ Mounts: [{ Type: 'volume', Source: 'share', Target: '/b' }] }) },
      [`exclusive-resource-rolling-update ${options('web')}`],
    ],
    [
      'a claim that is only read',
      { web: host({ Mounts: [{ Type: 'volume', Source: 'share', Target: '/b', ReadOnly: true }] }) },
      [],
    ],
    [
      'a GPU with a rolling update',
      { web: { 'k8s-experimental': { resources: { limits: { 'nvidia.com/gpu': 1 } } } } },
      [`exclusive-resource-rolling-update ${options('web')}`],
    ],
    [
      'a GPU with Recreate',
      {
        web: { 'k8s-experimental': { resources: { limits: { 'nvidia.com/gpu': 1 } }, strategy: { type: 'Recreate' } } },
      },
      [],
    ],
    [
      "a label that is the agent's",
      { web: { Labels: { 'net.azure-devices.edge.deviceid': 'x' } } },
      [`label-reserved-for-agent ${options('web')}.Labels["net.azure-devices.edge.deviceid"]`],
    ],
    ['names that collide', { web: {}, we_b: {} }, [`name-sanitised ${MODULES}.we_b`, `name-collision ${MODULES}.we_b`]],
    ['options that cannot be read', { web: { Env: 5 } }, [`createoptions-wrong-type ${options('web')}.Env`]],
    [
      'a misspelled section',
      { web: { 'k8s-experimental': { 'service-options': {} } } },
      [`experimental-key-unknown ${options('web')}["k8s-experimental"]["service-options"]`],
    ],
    [
      'one address for two modules',
      { web: pinned('80', '10.0.0.5'), db: pinned('81', '10.0.0.5') },
      [`address-claimed-twice ${options('db')}`],
    ],
    ['two addresses', { web: pinned('80', '10.0.0.5'), db: pinned('80', '10.0.0.6') }, []],
    ['one address, shared', { web: pinned('80', '10.0.0.5', shared), db: pinned('81', '10.0.0.5', shared) }, []],
    [
      'shared keys, other addresses',
      { web: pinned('80', '10.0.0.5', shared), db: pinned('80', '10.0.0.6', shared) },
      [],
    ],
    [
      'one port on a shared address',
      { web: pinned('80', '10.0.0.5', shared), db: publishing({ '80': '80' }, { Labels: shared }) },
      [`shared-address-port-conflict ${options('db')}`],
    ],
    [
      'an address given twice',
      { web: pinned('80', '10.0.0.5', { 'metallb.io/loadBalancerIPs': '10.0.0.5' }) },
      [`address-given-twice ${options('web')}.Labels["metallb.io/loadBalancerIPs"]`],
    ],
    [
      'one address, once by annotation',
      {
        web: publishing({ '80': '80' }, { Labels: { 'metallb.io/loadBalancerIPs': '10.0.0.5' } }),
        db: pinned('81', '10.0.0.5'),
      },
      [`address-claimed-twice ${options('db')}`],
    ],
    ['an empty address', { web: pinned('80', '', { 'metallb.io/loadBalancerIPs': '10.0.0.5' }) }, []],
  ];
  for (const [title, modules, wanted] of table) {
    it(title, () => assert.deepEqual(problems(modules), wanted));
  }

  it('edgeHub without one of its ports', () => {
    const hub = { 'properties.desired.systemModules.edgeHub': module(publishing({ '443': '443' })) };
    const found = lintManifest({ modulesContent: { $edgeAgent: hub } }).find(
      ({ code }) => code === 'edgehub-ports-incomplete',
    );
    assert.match(found?.message ?? '', /lacks port 5671, 8883/);
  });

  it("takes the device's own settings", () => {
    const internal = { web: publishing({ '80/tcp': '80', '81/udp': '81' }) };
    assert.equal(problems(internal).length, 2);
    assert.deepEqual(problems(internal, { profile: 'kubernetes' }), []);
    assert.deepEqual(problems(internal, { device: { defaultServiceType: 'ClusterIP' } }), []);
    assert.deepEqual(problems({ web: {} }, { device: { deviceId: '-' } }), [`device-id-label-empty ${MODULES}.web`]);
  });
});

describe('[unit] lint for Docker on a virtual machine', () => {
  const vm: LintOptions = { profile: 'vm' };

  it('host ports clash across modules', () => {
    assert.deepEqual(problems({ web: publishing({ '80': '80' }), db: publishing({ '81': '80' }) }, vm), [
      `docker-hostport-clash ${options('db')}.HostConfig.PortBindings["81"][0]`,
    ]);
  });

  it('what only Kubernetes minds is fine', () => {
    assert.deepEqual(
      problems({ web_1: host({ Binds: ['/etc/localtime:/etc/localtime'], ...publishing({ '35000': '35000' }) }) }, vm),
      [],
    );
  });

  it('a bad image is refused all the same', () => {
    const entry = { ...module({}), settings: { image: '' } };
    const findings = lintManifest({ modulesContent: { $edgeAgent: { 'properties.desired.modules.web': entry } } }, vm);
    assert.deepEqual(
      findings.map(({ code, path }) => `${code} ${path}`),
      [`image-invalid ${MODULES}.web.settings.image`],
    );
  });
});
