import assert from 'node:assert/strict';
import { followNetworkFile } from '../../../../packages/deployment/src/ui/network-file-source.ts';
import { recordedIo } from '../recorded-io.ts';

const NETWORK = `apiVersion: iotedge-networking/v1
name: plant
apps: {}
devicesFrom: ranges.csv
`;
const ranges = (last: number): string => `id,nodeIps\nstore-001,10.0.0.2-10.0.0.${last}\n`;

function follow(files: Record<string, string>) {
  const io = recordedIo({ files });
  const source = followNetworkFile(io, 'network.yaml');
  const nodeIps = async (id: string): Promise<string | undefined> =>
    (await source.declared(id))?.device.computeNetwork.nodeIps;
  return { source, nodeIps, wait: () => io.clock.sleep(1_000) };
}

describe('[unit] network file that is followed', () => {
  it('has the devices of a table, and notices when the table changes', async () => {
    const files: Record<string, string> = { 'network.yaml': NETWORK, 'ranges.csv': ranges(3) };
    const { nodeIps, wait } = follow(files);
    assert.equal(await nodeIps('store-001'), '10.0.0.2-10.0.0.3');
    files['ranges.csv'] = ranges(4);
    assert.equal(await nodeIps('store-001'), '10.0.0.2-10.0.0.3', 'read a moment ago');
    await wait();
    assert.equal(await nodeIps('store-001'), '10.0.0.2-10.0.0.4');
  });

  it('is read once as long as nothing changes', async () => {
    const { source, wait } = follow({ 'network.yaml': NETWORK, 'ranges.csv': ranges(3) });
    const first = await source.read();
    await wait();
    assert.equal(await source.read(), first);
  });

  it('says of a device what it said last while the table cannot be read, and reads it when it is back', async () => {
    const files: Record<string, string> = { 'network.yaml': NETWORK, 'ranges.csv': ranges(3) };
    const { source, nodeIps, wait } = follow(files);
    assert.equal(await nodeIps('store-001'), '10.0.0.2-10.0.0.3');
    delete files['ranges.csv'];
    await wait();
    const outcome = await source.read();
    assert.deepEqual(outcome.ok ? [] : outcome.problems.map(({ code }) => code), ['unreadable']);
    assert.equal(await nodeIps('store-001'), '10.0.0.2-10.0.0.3');
    files['ranges.csv'] = ranges(5);
    await wait();
    assert.equal(await nodeIps('store-001'), '10.0.0.2-10.0.0.5');
    assert.equal(await nodeIps('store-002'), undefined);
  });
});
