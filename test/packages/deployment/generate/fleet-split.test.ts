import assert from 'node:assert/strict';
import { desiredMaker } from '../../../../packages/deployment/src/generate/desired.ts';
import { splitFleet, type FleetSplit } from '../../../../packages/deployment/src/generate/fleet-split.ts';
import { hubConfiguration } from '../../../../packages/deployment/src/generate/hub-configuration.ts';
import { manifestMaker } from '../../../../packages/deployment/src/generate/manifest.ts';
import { checkedNetwork, type NetworkParts } from '../sample-network.ts';

const web = { image: 'web:1', expose: 'external', ports: { http: 80 } };
const range = (site: number): object => ({ computeNetwork: { externalServiceIps: `10.${site}.0.10-10.${site}.0.19` } });
const store = (n: number, more: object = {}): object => ({
  id: `store-${n}`,
  tags: { role: 'store' },
  ...range(n),
  ...more,
});
const stores = { id: 'stores', targetCondition: "tags.role='store'", priority: 10 };

function split(parts: NetworkParts): FleetSplit {
  const { network, file } = checkedNetwork({ apps: { web }, deployments: [stores], ...parts });
  return splitFleet(network, file);
}

const outline = ({ deployments }: FleetSplit): readonly unknown[] =>
  deployments.map(({ id, priority, devices, excluded }) => [id, priority, devices.map((one) => one.id), excluded]);

describe('[unit] split of a fleet', () => {
  it('keeps the ranges of each device for its twin and shares the rest', () => {
    const { deployments, untargeted } = split({ devices: [store(1), store(2)] });
    const [only] = deployments;
    assert.ok(only);
    assert.deepEqual(Object.keys(only.shared), [
      'schemaVersion',
      'computeNetwork.podSubnet',
      'computeNetwork.clusterIpSubnet',
      'computeNetwork.announce',
      'computeNetwork.managePools',
      'services',
      'options',
    ]);
    assert.deepEqual(only.devices.map(only.ownOf), [
      { computeNetwork: { externalServiceIps: { default: '10.1.0.10-10.1.0.19' } } },
      { computeNetwork: { externalServiceIps: { default: '10.2.0.10-10.2.0.19' } } },
    ]);
    assert.deepEqual(untargeted, []);
  });

  it('keeps what stands in a device’s entry for its twin even when there is only one device', () => {
    const [only] = split({ devices: [store(1, { apps: { web: { address: '10.1.0.11' } } })] }).deployments;
    assert.deepEqual(only?.devices.map(only.ownOf), [
      {
        computeNetwork: { externalServiceIps: { default: '10.1.0.10-10.1.0.19' } },
        services: { iotedge: { web: { address: '10.1.0.11' } } },
      },
    ]);
    assert.equal(only.shared['services.iotedge.web.expose'], 'external');
  });

  it('keeps the modules free of addresses that are one device’s own', () => {
    const pinned = store(1, { apps: { web: { address: '10.1.0.11' } } });
    const { deployments } = split({ devices: [pinned, store(2)] });
    assert.equal(deployments.length, 1);
    assert.doesNotMatch(JSON.stringify(deployments[0]?.agent), /loadBalancerIP/);
  });

  it('leaves an address that the whole fleet shares with the module', () => {
    const { deployments } = split({
      computeNetwork: { externalServiceIps: '10.0.0.10-10.0.0.19' },
      apps: { web: { ...web, address: '10.0.0.11' } },
      devices: [{ id: 'store-1', tags: { role: 'store' } }],
    });
    assert.match(JSON.stringify(deployments[0]?.agent), /loadBalancerIP\\":\\"10\.0\.0\.11/);
    assert.deepEqual(deployments[0]?.devices.map(deployments[0].ownOf), [{}]);
  });

  it('gives devices with other modules a base of their own, above the one of most', () => {
    const more = { apps: { web: { replicas: 2 } } };
    const fleet = split({ devices: [store(1, more), store(2), store(3)] });
    assert.deepEqual(outline(fleet), [
      ['stores', 10, ['store-2', 'store-3'], ['store-1']],
      ['stores-store-1', 11, ['store-1'], []],
    ]);
    assert.equal(fleet.deployments[1]?.targetCondition, "(tags.role='store') AND deviceId IN ['store-1']");
  });

  const FLEETS: readonly {
    why: string;
    parts: NetworkParts;
    expect: readonly unknown[];
    untargeted?: readonly string[];
  }[] = [
    {
      why: 'the highest priority governs, and the lower one leaves the device out',
      parts: {
        devices: [store(1), store(2)],
        deployments: [stores, { id: 'one', targetCondition: "deviceId='store-1'", priority: 20 }],
      },
      expect: [
        ['stores', 10, ['store-2'], ['store-1']],
        ['one', 20, ['store-1'], []],
      ],
    },
    {
      why: 'of equal priorities the later one governs',
      parts: { devices: [store(1)], deployments: [stores, { ...stores, id: 'again' }] },
      expect: [
        ['stores', 10, [], ['store-1']],
        ['again', 10, ['store-1'], []],
      ],
    },
    {
      why: 'a device that nothing selects is said',
      parts: { devices: [store(1), { id: 'office' }] },
      expect: [['stores', 10, ['store-1'], []]],
      untargeted: ['office'],
    },
    {
      why: 'a condition that only the hub can decide selects no listed device',
      parts: { devices: [store(1)], deployments: [{ ...stores, targetCondition: 'properties.reported.x = 1' }] },
      expect: [['stores', 10, [], []]],
      untargeted: ['store-1'],
    },
    { why: 'no devices listed', parts: { devices: undefined }, expect: [['stores', 10, [], []]] },
    { why: 'no deployments', parts: { deployments: undefined }, expect: [], untargeted: ['store-001'] },
    {
      why: 'every device selected, and one of them different',
      parts: {
        devices: [store(1), store(2), { id: 'A/b', ...range(3), apps: { web: { image: 'web:2' } } }].slice(0, 2),
        deployments: [{ ...stores, targetCondition: '*' }],
      },
      expect: [['stores', 10, ['store-1', 'store-2'], []]],
    },
  ];
  for (const { why, parts, expect, untargeted = [] } of FLEETS)
    it(why, () => {
      const fleet = split(parts);
      assert.deepEqual(outline(fleet), expect);
      assert.deepEqual(
        fleet.untargeted.map(({ id }) => id),
        untargeted,
      );
    });

  it('carries what the fleet says where no device is listed', () => {
    const computeNetwork = { externalServiceIps: '10.0.0.10-10.0.0.19' };
    const { network, file } = checkedNetwork({
      apps: { web },
      deployments: [stores],
      devices: undefined,
      computeNetwork,
    });
    const [only] = splitFleet(network, file).deployments;
    assert.deepEqual(only?.shared.computeNetwork, {
      externalServiceIps: { default: '10.0.0.10-10.0.0.19' },
      podSubnet: '172.27.0.0/16',
      clusterIpSubnet: '172.28.0.0/16',
      announce: 'layer2',
      managePools: false,
    });
  });

  it('never lets a configuration of one group reach a device of another', () => {
    const more = { apps: { web: { replicas: 2 } } };
    const { network, file } = checkedNetwork({
      apps: { web },
      deployments: [stores],
      devices: [store(1, more), store(2), store(3)],
    });
    const conditions = splitFleet(network, file).deployments.map((one) => [
      hubConfiguration(network, one, 'at-scale').targetCondition,
      hubConfiguration(network, one, 'layered').targetCondition,
      hubConfiguration(network, one, 'module-configuration').targetCondition,
    ]);
    const without = "(tags.role='store') AND NOT (deviceId IN ['store-1'])";
    const own = "(tags.role='store') AND deviceId IN ['store-1']";
    const modules = "from devices.modules where moduleId = 'networking' and";
    assert.deepEqual(conditions, [
      ["tags.role='store'", without, `${modules} (${without})`],
      [own, own, `${modules} (${own})`],
    ]);
  });

  it('works out once what many devices have in common', () => {
    const devices = Array.from({ length: 500 }, (_, n) => store(n % 250, { id: `d-${n}` }));
    const { network } = checkedNetwork({ apps: { web }, devices });
    const made = network.devices.map(manifestMaker(network)).map(({ modulesContent }) => modulesContent);
    const agents = new Set(made.map(({ $edgeAgent }) => $edgeAgent['properties.desired']));
    assert.deepEqual([agents.size, new Set(made.map(({ $edgeHub }) => $edgeHub)).size], [1, 1]);
    const desired = desiredMaker(network);
    assert.equal(new Set(network.devices.map((device) => desired(device).services)).size, 1);
  });
});
