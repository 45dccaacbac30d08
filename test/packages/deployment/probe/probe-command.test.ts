import assert from 'node:assert/strict';
import { runCli } from '../../../../packages/deployment/src/cli.ts';
import { recordedIo, type IoParts } from '../recorded-io.ts';

const network = (compute: string, devices = '[{ id: store-001 }]'): string => `apiVersion: iotedge-networking/v1
name: stores
computeNetwork: { subnet: 10.0.0.0/24, gateway: 10.0.0.1, ${compute} }
devices: ${devices}
`;
const declared = network('nodeIps: 10.0.0.10-10.0.0.11, externalServiceIps: 10.0.0.20-10.0.0.22');
const control = ['10.0.0.81', '10.0.0.139', '10.0.0.197'];
const arp = (rows: string): string =>
  `IP address       HW type     Flags       HW address            Mask     Device\n${rows}`;

const cases: readonly {
  readonly it: string;
  readonly world: IoParts;
  readonly flags?: readonly string[];
  readonly code: number;
  readonly says: RegExp;
}[] = [
  { it: 'nobody answers', world: {}, code: 0, says: /^store-001: asked 5 of its addresses: nobody answers$/m },
  {
    it: 'somebody takes or refuses a connection',
    world: { reachable: ['10.0.0.21', '10.0.0.99'] },
    code: 1,
    says: /N11: 10\.0\.0\.21 answers already \(TCP\)\. Find out who has it.*\n.*1 warning$/m,
  },
  {
    it: 'somebody answers ARP and nothing else',
    world: {
      files: {
        '/proc/net/arp': arp(
          '10.0.0.10  0x1  0x2  02:00:00:00:00:07  *  eth0\n10.0.0.11  0x1  0x0  00:00:00:00:00:00  *  eth0\n',
        ),
      },
    },
    code: 1,
    says: /10\.0\.0\.10 answers already \(ARP, 02:00:00:00:00:07\)\.[^]*: 1 warning$/m,
  },
  {
    it: 'a router answers for everybody',
    world: { reachable: ['10.0.0.10', '10.0.0.11', '10.0.0.20', '10.0.0.21', '10.0.0.22', ...control] },
    code: 1,
    says: /proxy ARP suspected: 10\.0\.0\.81 \(TCP\), .* should be free and answers too[^]*: 1 warning$/m,
  },
  { it: 'not all are asked', world: {}, flags: ['--limit', '2'], code: 0, says: /; 3 more were not asked \(--limit\)/ },
  {
    it: 'as JSON',
    world: { reachable: ['10.0.0.22'] },
    flags: ['--json'],
    code: 1,
    says: /"ok": false,\s+"device": "store-001",\s+"asked": 5,[^]*"N11"/,
  },
];

describe('[unit] iotedge-net probe', () => {
  for (const { it: title, world, flags = [], code, says } of cases) {
    it(`says so when ${title}`, async () => {
      const io = recordedIo({ ...world, files: { 'network.yaml': declared, ...world.files } });
      assert.equal(await runCli(['probe', ...flags], io), code);
      assert.match(io.out(), says);
      assert.match(io.err(), /asked \d+ of \d+ addresses/);
    });
  }

  const refused: readonly [string, string, readonly string[], RegExp][] = [
    ['several devices and none named', network('', '[{ id: a }, { id: b }]'), [], /--device ID/],
    ['a device that is not there', declared, ['-d', 'store-002'], /Did you mean "store-001"/],
    ['no ranges', network(''), [], /declares neither nodeIps nor externalServiceIps/],
    ['no devices', declared.replace(/devices: .*/, ''), [], /has no devices/],
  ];
  for (const [title, file, flags, says] of refused) {
    it(`refuses ${title}`, async () => {
      const io = recordedIo({ files: { 'network.yaml': file } });
      assert.equal(await runCli(['probe', ...flags], io), 2);
      assert.match(io.err(), says);
    });
  }

  it('asks nothing of a subnet without room for control addresses', async () => {
    const file = declared.replace('10.0.0.0/24', '10.0.0.8/29').replace('10.0.0.1,', '10.0.0.9,');
    const io = recordedIo({ files: { 'network.yaml': file.replace('10.0.0.20-10.0.0.22', '10.0.0.12-10.0.0.14') } });
    assert.equal(await runCli(['probe', '--json'], io), 0);
    assert.deepEqual((JSON.parse(io.out()) as { control: unknown }).control, []);
  });
});
