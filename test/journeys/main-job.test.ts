import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reportedSchema, type Reported } from '@iotedge-networking/contract';
import { runProgram, type ProgramResult } from '../support/run-program.ts';

const demo = fileURLToPath(new URL('../../scripts/demo.ts', import.meta.url));

interface DemoDocument {
  readonly ok: boolean;
  readonly seconds: number;
  readonly services: readonly {
    name: string;
    type: string;
    ips: string[];
    url: string | null;
    httpStatus: number | null;
    replicas: string[];
  }[];
  readonly reported: Reported;
}

describe('[journey] the main job: npm run demo -- --once', function () {
  this.timeout(60_000);
  let result: ProgramResult;
  let document: DemoDocument;

  before(async () => {
    result = await runProgram(process.execPath, [demo, '--once', '--json']);
    assert.equal(result.code, 0, result.stderr);
    document = JSON.parse(result.stdout) as DemoDocument;
  });

  const service = (name: string) => document.services.find((one) => one.name === name);

  it('ends well', () => assert.equal(document.ok, true));
  it('shows its progress on standard error', () => assert.match(result.stderr, /IoT Hub on port \d+[^]*applied/));
  it('gives the web server an external address that answers from both replicas', () => {
    const web = service('webserver');
    assert.equal(web?.type, 'LoadBalancer');
    assert.equal(web.httpStatus, 200);
    assert.equal(web.url, `http://${web.ips[0] ?? ''}:8080/`);
    assert.deepEqual(
      web.replicas.map((name) => name.split('-')[0]),
      ['webserver', 'webserver2'],
    );
  });
  it('keeps the database inside', () => {
    const database = service('database');
    assert.deepEqual([database?.type, database?.ips, database?.url], ['ClusterIP', [], null]);
  });
  it('reads reported properties of the contract back from the hub', () => {
    const reported = reportedSchema.parse(document.reported);
    assert.equal(reported.desired.state, 'applied');
    assert.equal(reported.conditions, undefined);
    assert.equal(reported.services['iotedge']?.['webserver']?.ready, '2/2');
    const { ranges, ...counts } = reported.pools['default'] ?? { ranges: '' };
    assert.match(ranges, /^127\.\d+\.75\.206-127\.\d+\.75\.215$/);
    assert.deepEqual(counts, { total: 10, used: 2 });
  });
});

describe('[journey] the demo refuses a network file that cannot work', function () {
  this.timeout(20_000);
  const path = join(tmpdir(), `broken-network-${process.pid}.yaml`);

  after(() => rm(path, { force: true }));

  it('with file, line and column of everything at once, and exit code 1', async () => {
    const example = await readFile(
      new URL('../../deployment-templates/two-tier/network.yaml', import.meta.url),
      'utf8',
    );
    await writeFile(
      path,
      example.replace('expose: external', 'expos: external').replace('10.126.75.200-', '10.126.75.300-'),
    );
    const { code, stderr } = await runProgram(process.execPath, [demo, '--once', '--network', path]);
    assert.equal(code, 1);
    assert.match(stderr, /broken-network-\d+\.yaml:\d+:\d+: .*300/);
    assert.match(stderr, /broken-network-\d+\.yaml:\d+:\d+: .*"expos".*Did you mean "expose"/);
  });
  it('and wrong options with exit code 2', async () => {
    const { code, stderr } = await runProgram(process.execPath, [demo, '--nonsense']);
    assert.equal(code, 2);
    assert.match(stderr, /--nonsense/);
  });
});
