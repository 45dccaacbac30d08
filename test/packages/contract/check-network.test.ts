import assert from 'node:assert/strict';
import { checkNetwork, resolveNetwork, type NetworkFile } from '@iotedge-networking/contract';

const base = {
  apiVersion: 'iotedge-networking/v1',
  name: 'contoso-stores',
  computeNetwork: {
    subnet: '10.126.72.0/22',
    gateway: '10.126.72.1',
    nodeIps: '10.126.75.200-10.126.75.201',
    externalServiceIps: ['10.126.75.206-10.126.75.215'],
  },
  apps: {
    web: { image: 'web:1', expose: 'external', ports: { http: { port: 8080, targetPort: 80 } } },
    db: { image: 'db:1', expose: 'internal', ports: { sql: '5432' } },
  },
  devices: [{ id: 'store-001' }],
};

type Change = Record<string, unknown>;
const withCompute = (change: Change): unknown => ({ ...base, computeNetwork: { ...base.computeNetwork, ...change } });
const withWeb = (change: Change, more: Change = {}): unknown => ({
  ...base,
  apps: { ...base.apps, web: { ...base.apps.web, ...change }, ...more },
});
const withServices = (services: Change): unknown => ({ ...base, services });

const found = (document: unknown): readonly string[] => {
  const result = checkNetwork(document);
  const problems = result.ok ? result.value.warnings : result.problems;
  return problems.map(({ code, path, level }) => `${level === 'warning' ? '(warning) ' : ''}${code} ${path}`);
};

describe('[unit] checkNetwork', () => {
  const pinned = { expose: 'external', image: 'x', ports: { a: 1 }, address: '10.126.75.210' };
  const cases: readonly [string, unknown, readonly string[]][] = [
    ['a good file', base, []],
    ['nothing at all', {}, ['missing apiVersion', 'missing name']],
    ['not an object', 'text', ['invalid-type ']],
    ['another apiVersion', { ...base, apiVersion: 'v2' }, ['invalid-value apiVersion']],
    ['an unknown key of a device', { ...base, devices: [{ id: 'a', tag: {} }] }, ['unknown-key devices[0].tag']],
    [
      'an unknown key inside a port',
      withWeb({ ports: { http: { prt: 1 } } }),
      ['missing apps.web.ports.http.port', 'unknown-key apps.web.ports.http.prt'],
    ],
    ['a port that is no port', withWeb({ ports: { http: '80:x' } }), ['invalid-value apps.web.ports.http']],
    ['a port of zero', withWeb({ ports: { http: { port: 0 } } }), ['too-small apps.web.ports.http.port']],
    ['an app name with capitals', withWeb({}, { Web: { image: 'x' } }), ['invalid-key apps.Web']],
    ['exposed without ports', withWeb({ ports: {} }), ['missing apps.web.ports']],
    ['a device twice', { ...base, devices: [{ id: 'a' }, { id: 'a' }] }, ['duplicate-device devices[1].id']],
    [
      'a range that ends before it starts',
      withCompute({ nodeIps: '10.126.75.9-10.126.75.2' }),
      ['invalid-value computeNetwork.nodeIps'],
    ],
    ['a subnet that is none', withCompute({ podSubnet: '172.27.0.0' }), ['invalid-value computeNetwork.podSubnet']],
    ['a gateway that is no address', withCompute({ gateway: '10.126.72' }), ['invalid-value computeNetwork.gateway']],
    ['too few node IPs', withCompute({ nodeIps: '10.126.75.200-10.126.75.200' }), ['N02 computeNetwork.nodeIps']],
    ['too few node IPs for two device nodes', withCompute({ deviceNodes: 2 }), ['N02 computeNetwork.nodeIps']],
    [
      'enough node IPs for the device, not for AKS on it',
      withCompute({ kubernetes: 'aks', nodeIps: '10.126.75.200-10.126.75.204' }),
      ['N02 computeNetwork.nodeIps'],
    ],
    [
      'six node IPs for AKS on one node',
      withCompute({ kubernetes: 'aks', nodeIps: '10.126.75.200-10.126.75.205' }),
      [],
    ],
    [
      'six node IPs for AKS on two nodes',
      withCompute({ kubernetes: 'aks', deviceNodes: 2, nodeIps: '10.126.75.200-10.126.75.205' }),
      ['N02 computeNetwork.nodeIps'],
    ],
    [
      'ranges that hold the address of a port and of the DNS server',
      withCompute({ otherAddresses: { 'port 2': '10.126.75.201', DNS: '10.126.75.207', proxy: '10.126.72.9' } }),
      ['N04 computeNetwork.nodeIps', 'N04 computeNetwork.externalServiceIps'],
    ],
    [
      'a pod subnet that hides the DNS server, and a cluster IP subnet that hides a route',
      withCompute({ otherAddresses: { DNS: '172.27.5.5' }, routes: ['172.28.5.0/24', '10.0.0.0/8'] }),
      ['N07 computeNetwork.podSubnet', 'N07 computeNetwork.clusterIpSubnet'],
    ],
    [
      'pools that belong to the device',
      withCompute({ managePools: true }),
      ['not-in-profile computeNetwork.managePools'],
    ],
    ['a route that is no network', withCompute({ routes: ['west'] }), ['invalid-value computeNetwork.routes[0]']],
    [
      'node and service IPs overlap',
      withCompute({ externalServiceIps: '10.126.75.201-10.126.75.205' }),
      ['N03 computeNetwork.externalServiceIps'],
    ],
    [
      'pools overlap',
      withCompute({ externalServiceIps: { a: '10.126.75.206/32', b: ['10.126.75.206-10.126.75.207'] } }),
      ['N03 computeNetwork.externalServiceIps'],
    ],
    [
      'service IPs outside the subnet',
      withCompute({ externalServiceIps: '10.9.0.1-10.9.0.2' }),
      ['N04 computeNetwork.externalServiceIps'],
    ],
    [
      'service IPs partly outside the subnet',
      withCompute({ externalServiceIps: '10.126.75.250-10.126.76.1' }),
      ['N04 computeNetwork.externalServiceIps', 'N04 computeNetwork.externalServiceIps'],
    ],
    [
      'service IPs with the gateway',
      withCompute({ externalServiceIps: '10.126.72.1-10.126.72.3' }),
      ['N04 computeNetwork.externalServiceIps'],
    ],
    ['pod subnet overlaps the LAN', withCompute({ podSubnet: '10.126.0.0/16' }), ['N07 computeNetwork.subnet']],
    [
      'pod and cluster IP subnets overlap',
      withCompute({ podSubnet: '172.28.0.0/16' }),
      ['N07 computeNetwork.clusterIpSubnet'],
    ],
    [
      'without a subnet the ranges are compared',
      { ...base, computeNetwork: { externalServiceIps: '172.28.1.1-172.28.1.2' } },
      ['N07 computeNetwork.externalServiceIps'],
    ],
    ['host bits are noted', withCompute({ subnet: '10.126.73.0/22' }), ['(warning) N08 computeNetwork.subnet']],
    ['a pin outside the range', withWeb({ address: '10.126.75.240' }), ['N12 apps.web.address']],
    ['a pin on an internal app', withWeb({ expose: 'internal', address: '10.126.75.210' }), ['N12 apps.web.address']],
    ['a pin where no range is declared', { ...base, computeNetwork: {}, apps: { web: pinned } }, []],
    ['an unknown pool', withWeb({ pool: 'gold' }), ['N12 apps.web.pool']],
    [
      'a pin and a pool that disagree',
      {
        ...(withCompute({ externalServiceIps: { a: '10.126.75.206/31', b: '10.126.75.208/31' } }) as object),
        apps: { web: { ...base.apps.web, address: '10.126.75.206', pool: 'b' } },
      },
      ['N12 apps.web.address'],
    ],
    [
      'a pin and a pool that agree',
      {
        ...(withCompute({ externalServiceIps: { a: '10.126.75.206/31' } }) as object),
        apps: { web: { ...base.apps.web, address: '10.126.75.206', pool: 'a' } },
      },
      [],
    ],
    [
      'one address, two owners',
      withWeb({ address: '10.126.75.210' }, { two: { ...base.apps.web, address: '10.126.75.210' } }),
      ['N12 apps.two.address'],
    ],
    [
      'one address, one key, one port twice',
      withWeb(
        { address: '10.126.75.210', shareAddress: 'k' },
        { two: { ...base.apps.web, address: '10.126.75.210', shareAddress: 'k' } },
      ),
      ['N12 apps.two.address'],
    ],
    [
      'one address, one key, two policies',
      withWeb(
        { address: '10.126.75.210', shareAddress: 'k' },
        {
          two: {
            image: 'x',
            expose: 'external',
            ports: { b: '81' },
            externalTrafficPolicy: 'Local',
            address: '10.126.75.210',
            shareAddress: 'k',
          },
        },
      ),
      ['N12 apps.two.address'],
    ],
    [
      'one address shared rightly',
      withWeb(
        { address: '10.126.75.210', shareAddress: 'k' },
        {
          two: {
            image: 'x',
            expose: 'external',
            ports: { b: '8080/UDP' },
            address: '10.126.75.210',
            shareAddress: 'k',
          },
        },
      ),
      [],
    ],
    ['one port twice in an app', withWeb({ ports: { a: '80', b: '80:81' } }), ['duplicate-port apps.web.ports']],
    ['a service without selector or adopt', withServices({ hmi: { ports: { a: '80' } } }), ['missing services.hmi']],
    [
      'a service with selector and adopt',
      withServices({ hmi: { selector: 'a=b', adopt: 'x', ports: { a: '80' } } }),
      ['conflict services.hmi'],
    ],
    [
      'a service with a bad selector',
      withServices({ hmi: { selector: 'a b', ports: { a: '80' } } }),
      ['invalid-selector services.hmi.selector'],
    ],
    [
      'a service by selector',
      withServices({ hmi: { namespace: 'plant', selector: { app: 'hmi' }, ports: { a: '80' } } }),
      [],
    ],
    ['an adopted service', withServices({ hmi: { adopt: 'hmi', address: '10.126.75.207' } }), []],
    ['a service that is not exposed', withServices({ hmi: { selector: 'app=hmi', expose: 'none' } }), []],
    [
      'a device override is blamed at the device',
      { ...base, devices: [{ id: 'a', computeNetwork: { nodeIps: '10.126.75.200-10.126.75.200' } }] },
      ['N02 devices[0].computeNetwork.nodeIps'],
    ],
    [
      'a pin of a device is blamed at the device',
      { ...base, devices: [{ id: 'a', apps: { web: { address: '10.126.75.240' } } }] },
      ['N12 devices[0].apps.web.address'],
    ],
    [
      'a file without devices is checked for the fleet',
      { ...base, devices: undefined, computeNetwork: { ...base.computeNetwork, nodeIps: '10.126.75.200/32' } },
      ['N02 computeNetwork.nodeIps'],
    ],
    [
      'problems of shape and of meaning come together',
      { ...(withWeb({ adress: 'x', address: '10.126.75.240' }) as object) },
      ['unknown-key apps.web.adress', 'N12 apps.web.address'],
    ],
    [
      'a list with one bad range',
      withCompute({ externalServiceIps: ['10.126.75.206-10.126.75.215', 'x'] }),
      ['invalid-value computeNetwork.externalServiceIps[1]'],
    ],
  ];
  for (const [title, document, expected] of cases) it(title, () => assert.deepEqual(found(document), expected));
});

describe('[unit] resolveNetwork', () => {
  const fleet: NetworkFile = {
    apiVersion: 'iotedge-networking/v1',
    name: 'n',
    computeNetwork: { externalServiceIps: '10.0.0.1-10.0.0.9' },
    apps: { web: { image: 'a:1', expose: 'external', ports: { http: { port: 80 } } } },
    services: { hmi: { selector: { app: 'hmi', tier: 'x' }, ports: { web: '443:8443' } } },
    devices: [
      { id: 'd1' },
      {
        id: 'd2',
        tags: { role: 'x' },
        computeNetwork: { externalServiceIps: { gold: '10.1.0.1/32' } },
        apps: { web: { replicas: 3, address: '10.1.0.1' } },
      },
    ],
  };
  it('fills in the device’s own defaults', () => {
    const [first] = resolveNetwork(fleet).devices;
    assert.deepEqual(
      { ...first?.computeNetwork },
      {
        subnet: undefined,
        gateway: undefined,
        deviceNodes: 1,
        nodeIps: undefined,
        externalServiceIps: { default: ['10.0.0.1-10.0.0.9'] },
        podSubnet: '172.27.0.0/16',
        clusterIpSubnet: '172.28.0.0/16',
        announce: 'layer2',
        bgpPeers: [],
        managePools: false,
      },
    );
  });
  it('lays device values over the fleet’s', () => {
    const second = resolveNetwork(fleet).devices[1];
    assert.deepEqual(second?.computeNetwork.externalServiceIps, { gold: ['10.1.0.1/32'] });
    assert.deepEqual(
      [second.apps[0]?.replicas, second.apps[0]?.address, second.apps[0]?.image],
      [3, '10.1.0.1', 'a:1'],
    );
  });
  it('writes a selector map in Kubernetes’ own syntax', () =>
    assert.equal(resolveNetwork(fleet).devices[0]?.services[0]?.selector, 'app=hmi,tier=x'));
  it('takes the module and its options from the file', () => {
    const network = resolveNetwork({
      ...fleet,
      devices: undefined,
      networkingModule: { name: 'edgenet', image: 'x:1', env: { A: 1 } },
      options: { probe: false },
    });
    const module = { name: 'edgenet', image: 'x:1', env: { A: 1 }, createOptions: {} };
    assert.deepEqual(
      [network.module, network.options, network.devices],
      [module, { pinAddresses: true, probe: false }, []],
    );
  });
  it('takes the runtime’s version, its images and the registries from the file', () => {
    const of = (runtime: object) => resolveNetwork({ ...fleet, runtime }).runtime;
    const microsoft = (version: string) => ({
      edgeAgent: `mcr.microsoft.com/azureiotedge-agent:${version}`,
      edgeHub: `mcr.microsoft.com/azureiotedge-hub:${version}`,
    });
    assert.deepEqual(of({}), microsoft('1.5'));
    assert.deepEqual(of({ version: '1.5.21' }), microsoft('1.5.21'));
    assert.deepEqual(of({ edgeHub: 'mirror/hub:1' }), { ...microsoft('1.5'), edgeHub: 'mirror/hub:1' });
    const registryCredentials = { contoso: { address: 'contoso.azurecr.io', username: 'pull', password: '$PASSWORD' } };
    assert.deepEqual(resolveNetwork({ ...fleet, registryCredentials }).registryCredentials, registryCredentials);
  });
  it('refuses a password that stands in the file, without repeating it', () => {
    const outcome = checkNetwork({
      ...fleet,
      registryCredentials: { contoso: { address: 'contoso.azurecr.io', username: 'pull', password: 'hunter2' } },
    });
    const found = outcome.ok ? [] : outcome.problems.map(({ path }) => path);
    assert.deepEqual(found, ['registryCredentials.contoso.password']);
    assert.doesNotMatch(JSON.stringify(outcome), /hunter2/);
  });
});
