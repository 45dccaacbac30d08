import assert from 'node:assert/strict';
import { planApps } from '../../../../packages/deployment/src/generate/app-plan.ts';
import { sampleNetwork, type NetworkParts } from '../sample-network.ts';

const web = (parts: object): NetworkParts => ({
  apps: { web: { image: 'nginx:1', expose: 'external', ports: { http: '80' }, ...parts } },
});

const CASES: readonly { why: string; parts: NetworkParts; expect: string }[] = [
  { why: 'edgeAgent makes the Service of a single module', parts: web({}), expect: 'web → agent' },
  { why: 'an internal Service too', parts: web({ expose: 'internal' }), expect: 'web → agent' },
  { why: 'nobody makes one for what is not exposed', parts: web({ expose: 'none' }), expect: 'web → nobody' },
  {
    why: 'replicas become modules behind a Service of the networking module',
    parts: web({ replicas: 3 }),
    expect: 'web,web2,web3 → module',
  },
  {
    why: 'unexposed replicas need no Service',
    parts: web({ replicas: 2, expose: 'none' }),
    expect: 'web,web2 → nobody',
  },
  {
    why: 'edgeAgent would collapse TCP and UDP of one number',
    parts: web({ expose: 'internal', ports: { tcp: '53', udp: '53/UDP' } }),
    expect: 'web → module',
  },
  {
    why: 'edgeAgent would give two ports onto one target the same name',
    parts: web({ ports: { http: '80:8080', alt: '81:8080' } }),
    expect: 'web → module',
  },
  {
    why: 'an external Service of mixed protocols is refused by old clusters, which would stop the deployment',
    parts: web({ ports: { http: '80', sip: '5060/UDP' } }),
    expect: 'web → module',
  },
  {
    why: 'an internal one is not',
    parts: web({ expose: 'internal', ports: { http: '80', sip: '5060/UDP' } }),
    expect: 'web → agent',
  },
  { why: 'a virtual machine publishes ports itself', parts: { profile: 'vm', ...web({}) }, expect: 'web → host' },
  {
    why: 'on plain Kubernetes there are no modules, and the Service finds pods by label',
    parts: { profile: 'kubernetes', ...web({ replicas: 3 }) },
    expect: ' → labels',
  },
];

describe('[unit] app plan', () => {
  for (const { why, parts, expect } of CASES)
    it(why, () => {
      const { network, device } = sampleNetwork(parts);
      const plans = planApps(network, device).map((plan) => `${plan.modules.join()} → ${plan.serviceMaker}`);
      assert.deepEqual(plans, [expect]);
    });

  it('comes in the order of names', () => {
    const { network, device } = sampleNetwork({ apps: { b: { image: 'b:1' }, a: { image: 'a:1' } } });
    assert.deepEqual(
      planApps(network, device).map((plan) => plan.app.name),
      ['a', 'b'],
    );
  });

  it('follows the overrides of the device', () => {
    const { network, device } = sampleNetwork({
      ...web({}),
      devices: [{ id: 'store-001', apps: { web: { replicas: 2 } } }],
    });
    assert.deepEqual(planApps(network, device)[0]?.modules, ['web', 'web2']);
  });
});
