import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SimulationRefused, startSimulation } from '../../../scripts/simulation/start-simulation.ts';

const NETWORK = 'apiVersion: iotedge-networking/v1\nname: plant\napps: {}\ndevicesFrom: ranges.csv\n';

describe('[unit] simulation of a network file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'iotedge-simulation-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const start = (networkFile: string) =>
    startSimulation({ networkFile, progress: () => undefined, signal: new AbortController().signal });

  it('reads the files of devices as every command does, and says where they are wrong', async () => {
    const file = join(folder, 'network.yaml');
    await writeFile(file, NETWORK);
    await writeFile(join(folder, 'ranges.csv'), 'id,nodeIps\nstore-001,127.0.0.2-127.0.0.\n');
    await assert.rejects(start(file), (error: unknown) => {
      assert.ok(error instanceof SimulationRefused);
      assert.match(error.message, /ranges\.csv:2:11: .*"127\.0\.0\.2-127\.0\.0\."/);
      return true;
    });
  });

  it('refuses a file that is not there', async () => {
    const missing = join(folder, 'no.yaml');
    const message = `Cannot read ${missing}: there is no such file.`;
    await assert.rejects(start(missing), { constructor: SimulationRefused, message });
  });
});
