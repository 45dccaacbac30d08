import assert from 'node:assert/strict';
import { readNetworkSources, type ReadNetwork } from '../../../../packages/deployment/src/network-file/network-file.ts';
import { formatPlacedProblem } from '../../../../packages/deployment/src/network-file/placed-problem.ts';
import { fleetFile } from '../../../bench/deployment-fleet.ts';

const HEAD = `apiVersion: iotedge-networking/v1
name: shop
computeNetwork: { deviceNodes: 1 }
apps:
  web: { image: "web:1", expose: external, ports: { http: 8080 } }
`;

interface Sources {
  readonly text?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly set?: readonly string[];
  readonly devicesFrom?: readonly string[];
}

const outcomeOf = ({ text = HEAD, files = {}, set = [], devicesFrom = [] }: Sources) =>
  readNetworkSources(text, {
    ...{ file: 'fleet/network.yaml', environment: {}, set, devicesFrom },
    readText: (path) => (files[path] === undefined ? Promise.reject(new Error('gone')) : Promise.resolve(files[path])),
  });

async function read(sources: Sources): Promise<ReadNetwork> {
  const outcome = await outcomeOf(sources);
  assert.ok(outcome.ok, outcome.ok ? '' : outcome.problems.map(formatPlacedProblem).join('\n'));
  return outcome.value;
}

async function problemsOf(sources: Sources): Promise<readonly string[]> {
  const outcome = await outcomeOf(sources);
  return (outcome.ok ? outcome.value.warnings : outcome.problems).map(formatPlacedProblem);
}

describe('[unit] sources of a network', () => {
  it('lays fleet, group and device over each other, the nearest to the device on top', async () => {
    const { network } = await read({
      text: `${HEAD}groups:
  north: { tags: { region: north, size: s }, computeNetwork: { deviceNodes: 2, gateway: 10.1.0.1 }, apps: { web: { replicas: 2, image: "web:2" } } }
devices:
  - { id: a, group: north, tags: { size: l }, computeNetwork: { gateway: 10.2.0.1 }, apps: { web: { replicas: 3 } } }
  - { id: b, group: north }
  - { id: c }
`,
    });
    const shown = network.devices.map(({ group, tags, computeNetwork: { deviceNodes, gateway }, apps: [web] }) => [
      ...[group, tags, deviceNodes, gateway, web?.image, web?.replicas],
    ]);
    assert.deepEqual(shown, [
      ['north', { region: 'north', size: 'l' }, 2, '10.2.0.1', 'web:2', 3],
      ['north', { region: 'north', size: 's' }, 2, '10.1.0.1', 'web:2', 2],
      [undefined, {}, 1, undefined, 'web:1', 1],
    ]);
  });

  it('places a problem of a group at the group', async () => {
    const text = `${HEAD}groups:\n  north:\n    computeNetwork:\n      nodeIps: 10.1.0.1\ndevices: [{ id: a, group: north }]\n`;
    assert.deepEqual(
      (await problemsOf({ text })).map((line) => line.slice(0, 60)),
      ['fleet/network.yaml:9:16: N02 groups.north.computeNetwork.nod'],
    );
  });

  it('warns of a group without devices', async () => {
    const text = `${HEAD}groups: { north: {} }\ndevices: [{ id: a }]\n`;
    assert.match(
      (await problemsOf({ text })).join(),
      /:6:\d+: warning unused-group groups\.north: No device is in the group/,
    );
  });

  it('reads devices of a CSV table beside the file, whatever separates its cells', async () => {
    const table = (separator: string): string =>
      [
        ['id', 'group', 'nodeIps', 'externalServiceIps', 'deviceNodes', 'tags.site', 'externalServiceIps.guests'],
        ['a', '', '10.1.0.10-10.1.0.11', '', '1', '7', '10.1.0.20|10.1.0.22-10.1.0.30'],
        [],
        ['b', '', '', '10.2.0.20 - 10.2.0.30', '', 'x', ''],
      ]
        .map((row) => row.join(separator))
        .join('\r\n');
    for (const separator of [',', ';', '\t']) {
      const files = { 'fleet/ranges.csv': `\ufeff${table(separator)}` };
      const { network } = await read({ text: `${HEAD}devicesFrom: ranges.csv\n`, files });
      assert.deepEqual(
        network.devices.map(({ id, tags, computeNetwork: { nodeIps, externalServiceIps } }) => [
          ...[id, tags, nodeIps, externalServiceIps],
        ]),
        [
          ['a', { site: 7 }, '10.1.0.10-10.1.0.11', { guests: ['10.1.0.20', '10.1.0.22-10.1.0.30'] }],
          ['b', { site: 'x' }, undefined, { default: ['10.2.0.20 - 10.2.0.30'] }],
        ],
      );
    }
  });

  it('puts a row together with the entry of the same device', async () => {
    const { network } = await read({
      text: `${HEAD}devices: [{ id: a, tags: { x: 1 }, apps: { web: { replicas: 2 } } }]\ndevicesFrom: [r.csv, s.json]\n`,
      files: {
        'fleet/r.csv': 'id,nodeIps,tags.y\na,10.1.0.10-10.1.0.11,2\n',
        'fleet/s.json': '{ "devices": [{ "id": "b", "apps": { "web": { "expose": "none" } } }] }',
      },
    });
    const [a, b] = network.devices;
    assert.deepEqual(
      [a?.id, a?.tags, a?.computeNetwork.nodeIps, a?.apps[0]?.replicas],
      ['a', { x: 1, y: 2 }, '10.1.0.10-10.1.0.11', 2],
    );
    assert.deepEqual([b?.id, b?.apps[0]?.expose], ['b', 'none']);
  });

  it('places problems of rows at their cells, after empty lines and quoted line breaks too', async () => {
    const files = { 'r.csv': 'id,tags.note,nodeIps\n\n"a","two\nlines",10.1.0.10-10.1.0.11\nb,"x, y",10.2.0.10\n' };
    const lines = await problemsOf({ files, devicesFrom: ['r.csv'] });
    assert.deepEqual(
      lines.map((line) => line.slice(0, 50)),
      ['r.csv:5:10: N02 devices[1].computeNetwork.nodeIps:'],
    );
  });

  it('sets values over everything, by index and by id, read as YAML', async () => {
    const { network } = await read({
      text: `${HEAD}devices: [{ id: a.1 }, { id: b }]\n`,
      set: [
        'computeNetwork.deviceNodes=2',
        'devices["a.1"].apps.web.replicas=3',
        'devices[1].tags={ region: north, n: 2 }',
        'apps.web.env.LEVEL="1"',
        'namespace=stores',
      ],
    });
    const [one, other] = network.devices;
    assert.deepEqual([network.namespace, one?.computeNetwork.deviceNodes, one?.apps[0]?.replicas], ['stores', 2, 3]);
    assert.deepEqual([other?.tags, other?.apps[0]?.env], [{ region: 'north', n: 2 }, { LEVEL: '1' }]);
  });

  it('reads a long fleet as it reads a short one, and places its problems', async () => {
    const text = fleetFile(300);
    const { network } = await read({ text });
    assert.deepEqual([network.devices.length, network.devices[299]?.computeNetwork.gateway], [300, '10.1.43.1']);
    const broken = text.replace('nodeIps: 10.1.43.10-10.1.43.11', 'nodeIps: 10.1.43.10');
    const line = broken.split('\n').findIndex((one) => one.endsWith('nodeIps: 10.1.43.10')) + 1;
    assert.match(
      (await problemsOf({ text: broken })).join(),
      new RegExp(`^fleet/network.yaml:${line}:16: N02 devices\\[299\\]`),
    );
  });
});
