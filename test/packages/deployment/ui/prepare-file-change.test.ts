import assert from 'node:assert/strict';
import type { DeviceComputeNetwork } from '@iotedge-networking/contract';
import { createHubSession } from '../../../../packages/deployment/src/apply/hub-session.ts';
import { followNetworkFile } from '../../../../packages/deployment/src/ui/network-file-source.ts';
import { prepareFileChange } from '../../../../packages/deployment/src/ui/prepare-file-change.ts';
import type { PreparedChange } from '../../../../packages/deployment/src/ui/prepared-change.ts';
import { memoryHub } from '../memory-hub.ts';
import { recordedIo } from '../recorded-io.ts';

const NETWORK = `apiVersion: iotedge-networking/v1
name: plant
computeNetwork:
  subnet: 10.0.0.0/24
apps:
  web: { image: nginx:1.27, expose: external, ports: { http: 8080 } }
devices:
  - id: store-001
    computeNetwork: { externalServiceIps: 10.0.0.10-10.0.0.19 }
`;
const TABLE = `id,nodeIps,externalServiceIps
store-001,10.0.0.2-10.0.0.3,
store-002,10.0.0.4-10.0.0.5,10.0.0.20-10.0.0.29
`;

/** What a change of one device would do where the table has further devices and values. */
async function prepare(id: string, change: Partial<DeviceComputeNetwork>, named: boolean): Promise<PreparedChange> {
  const files = { 'network.yaml': `${NETWORK}${named ? 'devicesFrom: ranges.csv\n' : ''}`, 'ranges.csv': TABLE };
  const network = { set: [], devicesFrom: named ? [] : ['ranges.csv'] };
  const io = { ...recordedIo({ files }), network };
  const hub = memoryHub();
  const source = followNetworkFile(io, 'network.yaml');
  const declared = await source.declared(id);
  assert.ok(declared !== undefined);
  const context = { io, session: createHubSession(io, hub), module: 'networking', network: source };
  const rest = { who: 'ada', timeoutMs: 1, watchMs: 1, fleetMs: 1 };
  return prepareFileChange(
    { ...context, ...rest },
    { source, declared },
    { ...declared.device.computeNetwork, ...change },
  );
}

const wider = { externalServiceIps: { default: ['10.0.0.10-10.0.0.15'] } };

describe('[unit] change of a network file with a table of devices', () => {
  for (const named of [true, false]) {
    const where = named ? 'named in the file' : 'named on the command line';

    it(`leaves the device what the table says of it (${where})`, async () => {
      const { problems, fileText = '', changes } = await prepare('store-001', wider, named);
      assert.deepEqual(
        problems.filter(({ level }) => level !== 'warning'),
        [],
      );
      assert.match(fileText, /externalServiceIps: 10\.0\.0\.10-10\.0\.0\.15/);
      const added = changes.find(({ kind }) => kind === 'device-added');
      assert.ok(added !== undefined);
    });

    it(`says where a value has to be changed that the table has (${where})`, async () => {
      const { problems, fileText } = await prepare('store-001', { nodeIps: '10.0.0.6-10.0.0.7' }, named);
      assert.equal(fileText, undefined);
      assert.deepEqual(
        problems.map(({ message, fix }) => `${message} ${fix ?? ''}`),
        ['The value stands in ranges.csv, line 2. Change it there.'],
      );
    });

    it(`writes no entry for a device that only the table has (${where})`, async () => {
      const { problems, fileText } = await prepare('store-002', wider, named);
      assert.equal(fileText, undefined);
      assert.deepEqual(
        problems.map(({ code }) => code),
        ['not-in-file'],
      );
    });
  }
});
