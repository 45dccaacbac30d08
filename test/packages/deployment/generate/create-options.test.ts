import assert from 'node:assert/strict';
import { planApps } from '../../../../packages/deployment/src/generate/app-plan.ts';
import { createOptionsOf } from '../../../../packages/deployment/src/generate/create-options.ts';
import { sampleNetwork, type NetworkParts } from '../sample-network.ts';

const range = { externalServiceIps: { default: '10.0.0.10-10.0.0.19', plant: '10.0.0.20-10.0.0.29' } };
const web = (parts: object, rest: NetworkParts = {}): NetworkParts => ({
  computeNetwork: range,
  apps: { web: { image: 'nginx:1', expose: 'external', ports: { http: '8080:80' }, ...parts } },
  ...rest,
});
const loadBalancer = { serviceOptions: { type: 'LoadBalancer' } };
const bindings = { PortBindings: { '80/tcp': [{ HostPort: '8080' }] } };

const CASES: readonly { why: string; parts: NetworkParts; expect: object }[] = [
  {
    why: 'external: port bindings and a LoadBalancer',
    parts: web({}),
    expect: { HostConfig: bindings, 'k8s-experimental': loadBalancer },
  },
  {
    why: 'a pinned address is asked for at once',
    parts: web({ address: '10.0.0.11' }),
    expect: {
      HostConfig: bindings,
      'k8s-experimental': { serviceOptions: { loadBalancerIP: '10.0.0.11', type: 'LoadBalancer' } },
    },
  },
  {
    why: 'sharing key and pool become labels, which edgeAgent makes annotations of',
    parts: web({ shareAddress: 'front', pool: 'plant' }),
    expect: {
      HostConfig: bindings,
      Labels: { 'metallb.universe.tf/address-pool': 'plant', 'metallb.universe.tf/allow-shared-ip': 'front' },
      'k8s-experimental': loadBalancer,
    },
  },
  {
    why: 'internal: a ClusterIP and nothing for MetalLB',
    parts: web({ expose: 'internal', shareAddress: 'front' }),
    expect: { HostConfig: bindings, 'k8s-experimental': { serviceOptions: { type: 'ClusterIP' } } },
  },
  { why: 'not exposed: nothing', parts: web({ expose: 'none' }), expect: {} },
  { why: 'replicas: nothing, so that edgeAgent makes no Service', parts: web({ replicas: 2 }), expect: {} },
  {
    why: 'ports come in order of their numbers',
    parts: web({ ports: { b: '9000', a: '80' } }),
    expect: {
      HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '80' }], '9000/tcp': [{ HostPort: '9000' }] } },
      'k8s-experimental': loadBalancer,
    },
  },
  {
    why: 'what network.yaml gives lies under what is generated',
    parts: web({
      createOptions: {
        Tty: true,
        HostConfig: { Privileged: true, PortBindings: { '80/tcp': [{ HostPort: '1' }] } },
        'k8s-experimental': { strategy: { type: 'Recreate' }, serviceOptions: { type: 'NodePort' } },
      },
    }),
    expect: {
      HostConfig: { ...bindings, Privileged: true },
      Tty: true,
      'k8s-experimental': { ...loadBalancer, strategy: { type: 'Recreate' } },
    },
  },
  {
    why: 'a virtual machine: port bindings and no word of Kubernetes',
    parts: web({}, { profile: 'vm' }),
    expect: { HostConfig: bindings },
  },
  {
    why: 'a virtual machine may bind one container port twice',
    parts: web({ ports: { a: '80:8080', b: '81:8080' } }, { profile: 'vm' }),
    expect: { HostConfig: { PortBindings: { '8080/tcp': [{ HostPort: '80' }, { HostPort: '81' }] } } },
  },
  {
    why: 'internal on a virtual machine: nothing on the host',
    parts: web({ expose: 'internal' }, { profile: 'vm' }),
    expect: { ExposedPorts: { '80/tcp': {} } },
  },
];

describe('[unit] create options', () => {
  for (const { why, parts, expect } of CASES)
    it(why, () => {
      const { network, device } = sampleNetwork(parts);
      const [plan] = planApps(network, device);
      assert.ok(plan);
      // Compared as text: edgeAgent restarts a module when the order of a map changes.
      assert.equal(JSON.stringify(createOptionsOf(plan)), JSON.stringify(inOrder(expect)));
    });
});

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]: [string, unknown]) => [key, inOrder(inner)]));
}
