import assert from 'node:assert/strict';
import { desiredOf } from '../../../../packages/deployment/src/generate/desired.ts';
import { sampleNetwork, type NetworkParts } from '../sample-network.ts';

const range = { externalServiceIps: ['10.0.0.10-10.0.0.19', '10.0.0.30'] };
const web = { image: 'nginx:1', expose: 'external', ports: { http: '8080:80' } };

const CASES: readonly { why: string; parts: NetworkParts; expect: object | undefined }[] = [
  { why: 'nothing exposed: no Services', parts: { apps: { web: { image: 'nginx:1' } } }, expect: undefined },
  {
    why: 'a Service that edgeAgent makes is adopted',
    parts: {
      computeNetwork: range,
      apps: { web: { ...web, address: '10.0.0.11', shareAddress: 'front', externalTrafficPolicy: 'Local' } },
    },
    expect: {
      iotedge: {
        web: { expose: 'external', address: '10.0.0.11', shareAddress: 'front', externalTrafficPolicy: 'Local' },
      },
    },
  },
  {
    why: 'a Service over replicas is made, over all their modules',
    parts: { computeNetwork: range, apps: { web: { ...web, replicas: 3, pool: 'default' } } },
    expect: {
      iotedge: {
        web: { expose: 'external', pool: 'default', ports: { http: '8080:80/TCP' }, backends: 'modules:web,web2,web3' },
      },
    },
  },
  {
    why: 'one over a single module that edgeAgent cannot serve names that module',
    parts: { apps: { dns: { image: 'dns:1', expose: 'internal', ports: { tcp: '53', udp: '53/UDP' } } } },
    expect: {
      iotedge: { dns: { expose: 'internal', ports: { tcp: '53:53/TCP', udp: '53:53/UDP' }, backends: 'modules:dns' } },
    },
  },
  {
    why: 'existing workloads: by selector, or adopted by name, each in its namespace',
    parts: {
      services: {
        hmi: { namespace: 'plant', selector: { app: 'hmi', tier: 'web' }, ports: { web: '443:8443' } },
        old: { namespace: 'plant', adopt: 'old-hmi', expose: 'internal' },
        hub: { adopt: 'edgehub' },
        quiet: { selector: 'app=quiet', expose: 'none' },
      },
    },
    expect: {
      iotedge: { edgehub: { expose: 'external' } },
      plant: {
        hmi: { expose: 'external', ports: { web: '443:8443/TCP' }, backends: 'selector:app=hmi,tier=web' },
        'old-hmi': { expose: 'internal' },
      },
    },
  },
  {
    why: 'plain Kubernetes: every exposed application, by its label',
    parts: { profile: 'kubernetes', namespace: 'shop', apps: { web: { ...web, replicas: 3 } } },
    expect: {
      shop: {
        web: { expose: 'external', ports: { http: '8080:80/TCP' }, backends: 'selector:app.kubernetes.io/name=web' },
      },
    },
  },
  {
    why: 'a virtual machine: applications have no Services',
    parts: { profile: 'vm', apps: { web } },
    expect: undefined,
  },
];

describe('[unit] desired properties of the networking module', () => {
  for (const { why, parts, expect } of CASES)
    it(why, () => {
      const { network, device } = sampleNetwork(parts);
      assert.deepEqual(desiredOf(network, device).services, expect);
    });

  it('carry the ranges of the device, several as one text', () => {
    const { network, device } = sampleNetwork({
      computeNetwork: { ...range, nodeIps: '10.0.0.1-10.0.0.2', announce: 'bgp' },
      options: { probe: false },
      devices: [{ id: 'store-001', computeNetwork: { nodeIps: '10.0.0.3-10.0.0.4' } }],
    });
    assert.deepEqual(desiredOf(network, device), {
      schemaVersion: '1',
      computeNetwork: {
        nodeIps: '10.0.0.3-10.0.0.4',
        externalServiceIps: { default: '10.0.0.10-10.0.0.19,10.0.0.30' },
        podSubnet: '172.27.0.0/16',
        clusterIpSubnet: '172.28.0.0/16',
        announce: 'bgp',
        managePools: false,
      },
      options: { pinAddresses: true, probe: false },
    });
  });

  it('carry BGP peers where the module manages the pools, and how a Service is probed', () => {
    const peer = { peerAddress: '10.0.0.254', peerAsn: 64512, selfAsn: 64513 };
    const parts = (managePools: boolean) => ({
      profile: 'kubernetes',
      computeNetwork: { ...range, announce: 'bgp', bgpPeers: [peer], managePools },
      apps: { web: { ...web, probe: 'http:/healthz' } },
    });
    const desiredWith = (managePools: boolean) => {
      const { network, device } = sampleNetwork(parts(managePools));
      return desiredOf(network, device);
    };
    assert.deepEqual(desiredWith(true).computeNetwork?.bgpPeers, { '10_0_0_254': peer });
    assert.equal(desiredWith(false).computeNetwork?.bgpPeers, undefined);
    assert.equal(desiredWith(true).services?.['iotedge']?.['web']?.probe, 'http:/healthz');
  });

  it('leave out the device’s default subnets where the cluster is another one', () => {
    const subnetsOf = (computeNetwork: object) => {
      const { network, device } = sampleNetwork({ profile: 'kubernetes', computeNetwork });
      const { podSubnet, clusterIpSubnet } = desiredOf(network, device).computeNetwork ?? {};
      return [podSubnet, clusterIpSubnet];
    };
    assert.deepEqual(subnetsOf(range), [undefined, undefined]);
    const own = { podSubnet: '10.244.0.0/16', clusterIpSubnet: '10.96.0.0/16' };
    assert.deepEqual(subnetsOf({ ...range, ...own }), ['10.244.0.0/16', '10.96.0.0/16']);
  });
});
