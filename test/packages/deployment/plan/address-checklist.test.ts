import assert from 'node:assert/strict';
import { runCli } from '../../../../packages/deployment/src/cli.ts';
import { recordedIo } from '../recorded-io.ts';

const HEAD = 'apiVersion: iotedge-networking/v1\nname: shop\n';

async function plan(yaml: string, ...flags: string[]) {
  const io = recordedIo({ files: { 'network.yaml': HEAD + yaml } });
  const code = await runCli(['plan', ...flags], io);
  return { code, out: io.out() };
}

const compute = (fields: string): string => `computeNetwork: { subnet: 10.0.0.0/24, ${fields} }\n`;
const web = (fields: string): string =>
  `apps:\n  web: { image: nginx:1, expose: external, ports: { http: 8080 }, ${fields} }\n`;
const RANGE = 'externalServiceIps: 10.0.0.10-10.0.0.19';

/** Rows of the device's address checklist (A) and of its rule table (N) that a network file alone can be judged by. */
const CHECKLIST: readonly { row: string; why: string; yaml: string; code: 0 | 1; said: RegExp }[] = [
  { row: 'A1', why: 'one node IP for one node', yaml: compute('nodeIps: 10.0.0.2'), code: 1, said: / N02 .*needs 2/ },
  {
    row: 'A1',
    why: 'three node IPs for two nodes',
    yaml: compute(`deviceNodes: 2, nodeIps: 10.0.0.2-10.0.0.4, ${RANGE}`),
    code: 0,
    said: /every Service gets/,
  },
  {
    row: 'A2',
    why: 'node IPs with a gap',
    yaml: compute('nodeIps: [10.0.0.2, 10.0.0.4]'),
    code: 1,
    said: /:3:40: invalid-type computeNetwork\.nodeIps/,
  },
  {
    row: 'A3',
    why: 'a LAN inside 172.28.0.0/16',
    yaml: 'computeNetwork: { subnet: 172.28.5.0/24 }\n',
    code: 1,
    said: / N07 .*Set-HcsKubeClusterNetworkInfo -PodSubnet 172\.27\.0\.0\/16 -ServiceSubnet 172\.31\.0\.0\/16/,
  },
  {
    row: 'A3',
    why: 'a LAN that takes everything private',
    yaml: 'computeNetwork: { subnet: 0.0.0.0/0 }\n',
    code: 1,
    said: / N07 .*Choose ranges that share no address/,
  },
  {
    row: 'A5',
    why: 'a pin on the address of CoreDNS',
    yaml: web('address: 172.28.0.10'),
    code: 1,
    said: / N14 apps\.web\.address: 172\.28\.0\.10 belongs to the cluster IP subnet/,
  },
  {
    row: 'A5',
    why: 'a pin among the pods',
    yaml: web('address: 172.27.3.4'),
    code: 1,
    said: / N14 apps\.web\.address: .*pod subnet/,
  },
  {
    row: 'A5',
    why: 'a port of the sidecar',
    yaml: web('replicas: 2').replace('8080', '{ port: 80, targetPort: 35000 }'),
    code: 1,
    said: / N14 apps\.web\.ports\.http/,
  },
  {
    row: 'A5',
    why: 'a port of the sidecar, made by edgeAgent',
    yaml: web('replicas: 1').replace('8080', '{ port: 80, targetPort: 35001 }'),
    code: 1,
    said: / reserved-sidecar-port /,
  },
  {
    row: 'A5',
    why: 'the port of the dashboard',
    yaml: web('replicas: 1').replace('8080', '31000'),
    code: 0,
    said: / warning reserved-device-port /,
  },
  {
    row: 'A6',
    why: 'one address and one application',
    yaml: compute('externalServiceIps: 10.0.0.10-10.0.0.10') + web(''),
    code: 1,
    said: / N06 .*holds 1 address; 2 addresses are needed, for edgeHub, web\./,
  },
  {
    row: 'A7',
    why: 'Services that share count once',
    yaml: `${compute('externalServiceIps: 10.0.0.10-10.0.0.11')}apps:\n  a: { image: a:1, expose: external, ports: { p: 1 }, shareAddress: k }\n  b: { image: a:1, expose: external, ports: { p: 2 }, shareAddress: k }\n`,
    code: 0,
    said: /3 Services, 2 external addresses/,
  },
  {
    row: 'A8',
    why: 'a pin outside the range',
    yaml: compute(RANGE) + web('address: 10.0.0.9'),
    code: 1,
    said: / N12 /,
  },
  {
    row: 'A8',
    why: 'a pin given twice',
    yaml: `${compute(RANGE)}apps:\n  a: { image: a:1, expose: external, ports: { p: 1 }, address: 10.0.0.15 }\n  b: { image: a:1, expose: external, ports: { p: 2 }, address: 10.0.0.15 }\n`,
    code: 1,
    said: / N12 /,
  },
  {
    row: 'A8',
    why: 'a pin given twice with one key',
    yaml: `${compute(RANGE)}apps:\n  a: { image: a:1, expose: external, ports: { p: 1 }, address: 10.0.0.15, shareAddress: k }\n  b: { image: a:1, expose: external, ports: { p: 2 }, address: 10.0.0.15, shareAddress: k }\n`,
    code: 0,
    said: /every Service gets/,
  },
  {
    row: 'N01',
    why: 'a range that ends before it starts',
    yaml: compute('externalServiceIps: 10.0.0.19-10.0.0.10'),
    code: 1,
    said: /ends before it starts/,
  },
  {
    row: 'N03',
    why: 'node IPs among the service IPs',
    yaml: compute(`nodeIps: 10.0.0.9-10.0.0.10, ${RANGE}`),
    code: 1,
    said: / N03 /,
  },
  {
    row: 'N04',
    why: 'the gateway among the service IPs',
    yaml: compute(`gateway: 10.0.0.12, ${RANGE}`),
    code: 1,
    said: / N04 /,
  },
  {
    row: 'N05',
    why: 'a compute network without service IPs',
    yaml: compute('nodeIps: 10.0.0.2-10.0.0.3'),
    code: 0,
    said: / warning N05 computeNetwork: .*edgeHub wants an address/,
  },
  {
    row: 'N05',
    why: 'the same with an application',
    yaml: compute('nodeIps: 10.0.0.2-10.0.0.3') + web(''),
    code: 0,
    said: / warning N05 computeNetwork: .*edgeHub, web want addresses/,
  },
  {
    row: 'N08',
    why: 'host bits',
    yaml: `computeNetwork: { subnet: 10.0.0.5/24, ${RANGE} }\n`,
    code: 0,
    said: / warning N08 /,
  },
];

describe('[unit] address checklist', () => {
  for (const { row, why, yaml, code, said } of CHECKLIST)
    it(`${row}: ${why}`, async () => {
      const { code: actual, out } = await plan(yaml);
      assert.match(out, said);
      assert.equal(actual, code, out);
    });

  const peer = (fields: string): string =>
    compute(
      `${RANGE}, announce: bgp, bgpPeers: [{ peerAddress: 10.0.0.1, peerAsn: 64512, selfAsn: 64513, ${fields} }]`,
    );
  const BGP: readonly { why: string; yaml: string; said: RegExp | undefined }[] = [
    { why: 'the sample of the documentation', yaml: peer('holdTimeSeconds: 15'), said: undefined },
    { why: 'no keepalives', yaml: peer('holdTimeSeconds: 0'), said: undefined },
    { why: 'a large AS number', yaml: peer('').replace('64512', '4200000000'), said: undefined },
    {
      why: 'an AS number between',
      yaml: peer('').replace('64512', '65535'),
      said: /network\.yaml:3:\d+: N13 computeNetwork\.bgpPeers\[0\]\.peerAsn: The device does not take the AS number 65535/,
    },
    {
      why: 'an own AS number between',
      yaml: peer('').replace('64513', '131071'),
      said: / N13 computeNetwork\.bgpPeers\[0\]\.selfAsn/,
    },
    {
      why: 'a hold time of 2 s',
      yaml: peer('holdTimeSeconds: 2'),
      said: / N13 computeNetwork\.bgpPeers\[0\]\.holdTimeSeconds: A hold time of 2 s/,
    },
    {
      why: 'a hold time of a day',
      yaml: peer('holdTimeSeconds: 86400'),
      said: / N13 computeNetwork\.bgpPeers\[0\]\.holdTimeSeconds/,
    },
    {
      why: 'itself as peer',
      yaml: peer('').replace('10.0.0.1,', '10.0.0.10,'),
      said: / N13 computeNetwork\.bgpPeers\[0\]\.peerAddress: 10\.0\.0\.10 is an address of the device itself, in its Kubernetes external service IPs/,
    },
    { why: 'a pod as peer', yaml: peer('').replace('10.0.0.1,', '172.27.0.1,'), said: /in its pod subnet/ },
    {
      why: 'no peer',
      yaml: compute(`${RANGE}, announce: bgp`),
      said: / warning N13 computeNetwork\.announce: BGP is asked for without a peer/,
    },
    {
      why: 'peers in layer 2',
      yaml: peer('').replace('announce: bgp, ', ''),
      said: / warning N13 computeNetwork\.bgpPeers: The device has peers, so it announces by BGP/,
    },
  ];
  for (const { why, yaml, said } of BGP)
    it(`N13: ${why}`, async () => {
      const { out } = await plan(yaml);
      if (said === undefined) assert.doesNotMatch(out, /N13/);
      else assert.match(out, said);
    });

  it('A13: every address of the range is free or held once', async () => {
    const { out } = await plan(compute(RANGE) + web(''), '--json');
    const [device] = (JSON.parse(out) as { devices: { pools: { total: number; used: number; free: number }[] }[] })
      .devices;
    assert.deepEqual(
      device?.pools.map(({ total, used, free }) => [total, used, free]),
      [[10, 2, 8]],
    );
  });
});
