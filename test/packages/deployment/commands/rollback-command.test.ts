import assert from 'node:assert/strict';
import { runCli } from '../../../../packages/deployment/src/cli.ts';
import { memoryHub, type MemoryHub } from '../memory-hub.ts';
import { recordedIo } from '../recorded-io.ts';

const HISTORY = 'sub/.iotedge-net/network.yaml.history.json';

function fileWith(image: string): string {
  return `apiVersion: iotedge-networking/v1
name: shop
apps:
  web: { image: "${image}", expose: external, ports: { http: { port: 80 } } }
devices:
  - { id: store-001 }
`;
}

/** An operator's folder and hub over several commands. */
function operator(): {
  readonly hub: MemoryHub;
  readonly run: (image: string, command: string) => Promise<Ran>;
  readonly files: Record<string, string>;
} {
  const hub = memoryHub();
  const files: Record<string, string> = {};
  let day = 0;
  return {
    hub,
    files,
    run: async (image, command) => {
      files['sub/network.yaml'] = fileWith(image);
      day += 1;
      const at = Date.UTC(2026, 0, day);
      const io = recordedIo({ files, hub, environment: { TAG: '7' } });
      const clock = { ...io.clock, now: () => at };
      const code = await runCli(command.split(' '), { ...io, clock });
      for (const [path, text] of io.written) files[path] = text;
      return { code, out: io.out(), err: io.err() };
    },
  };
}

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function imageOn(hub: MemoryHub): unknown {
  const agent = hub.devices.get('store-001')?.twins.get('$edgeAgent')?.desired as
    { modules: { web: { settings: { image: string } } } } | undefined;
  return agent?.modules.web.settings.image;
}

const APPLY = 'apply sub/network.yaml --yes';
const ROLLBACK = 'rollback sub/network.yaml --yes';

describe('[unit] iotedge-net rollback and history', () => {
  it('returns to what was applied before, step by step, whatever the file is like now', async () => {
    const { hub, run } = operator();
    for (const image of ['nginx:1', 'nginx:2', 'nginx:3']) assert.equal((await run(image, APPLY)).code, 0);
    const back = await run('broken: [', ROLLBACK);
    assert.equal(back.code, 0, back.err);
    assert.equal(imageOn(hub), 'nginx:2');
    assert.match(back.err, /^Returning to \w+, applied 2026-01-02T00:00:00\.000Z to hub\.test\.$/m);
    assert.match(back.err, /sub\/network\.yaml is as it was: change it, or the next apply goes forward again\./);
    await run('nginx:3', ROLLBACK);
    assert.equal(imageOn(hub), 'nginx:1');
    const end = await run('nginx:3', ROLLBACK);
    assert.deepEqual(
      [end.code, end.err],
      [2, 'error: There was nothing before the last application of sub/network.yaml.\n'],
    );
    await run('nginx:3', APPLY);
    assert.equal(imageOn(hub), 'nginx:3');
  });

  it('lists the history, and returns to any entry of it', async () => {
    const { hub, run } = operator();
    for (const image of ['nginx:1', 'nginx:2', 'nginx:3']) await run(image, APPLY);
    const { out } = await run('nginx:3', 'history sub/network.yaml');
    const rows = out
      .trim()
      .split('\n')
      .map((line) => line.split(/ {2,}/));
    assert.deepEqual(rows[0]?.slice(0, 5), ['ID', 'APPLIED', 'HUB', 'CHANGES', 'DEVICES']);
    assert.deepEqual(
      rows.slice(1).map((row) => row.slice(1)),
      [3, 2, 1].map((day) => [`2026-01-0${day}T00:00:00.000Z`, 'hub.test', '1', 'all']),
    );
    await run('nginx:3', `${ROLLBACK} --to ${rows[3]?.[0] ?? ''}`);
    assert.equal(imageOn(hub), 'nginx:1');
    assert.match((await run('nginx:3', 'history sub/network.yaml')).out, /returned to \w+$/m);
  });

  it('keeps placeholders, never what they stand for', async () => {
    const { hub, run, files } = operator();
    await run('nginx:${TAG}', APPLY);
    assert.equal(imageOn(hub), 'nginx:7');
    assert.match(files[HISTORY] ?? '', /nginx:\$\{TAG\}/);
    assert.doesNotMatch(files[HISTORY] ?? '', /nginx:7/);
  });

  it('notes nothing when nothing was written', async () => {
    const { run, files } = operator();
    await run('nginx:1', APPLY);
    const before = files[HISTORY];
    await run('nginx:1', APPLY);
    assert.equal(files[HISTORY], before);
  });

  const BAD: readonly { why: string; history?: string; command: string; message: RegExp }[] = [
    { why: 'no history', command: ROLLBACK, message: /Nothing is known of earlier applications of sub\/network\.yaml/ },
    {
      why: 'a history that is none',
      history: '{}',
      command: ROLLBACK,
      message: /is no history that this version understands/,
    },
    {
      why: 'broken JSON',
      history: '{',
      command: 'history sub/network.yaml',
      message: /Take it back from version control, or remove it/,
    },
  ];
  for (const { why, history, command, message } of BAD)
    it(`refuses ${why}`, async () => {
      const { run, files } = operator();
      if (history !== undefined) files[HISTORY] = history;
      const { code, err } = await run('nginx:1', command);
      assert.equal(code, 2);
      assert.match(err, message);
    });

  it('refuses an entry that is not there, and goes on when the history cannot be read', async () => {
    const { hub, run, files } = operator();
    await run('nginx:1', APPLY);
    const { code, err } = await run('nginx:1', `${ROLLBACK} --to nowhere`);
    assert.equal(code, 2);
    assert.match(err, /has no entry "nowhere"\. See iotedge-net history/);
    files[HISTORY] = '{';
    const applied = await run('nginx:2', APPLY);
    assert.equal(applied.code, 0);
    assert.match(applied.err, /^warning: .* rollback will not know of this\.$/m);
    assert.equal(imageOn(hub), 'nginx:2');
  });

  it('says that there is no history yet', async () => {
    const { run } = operator();
    const { code, out } = await run('nginx:1', 'history sub/network.yaml');
    assert.deepEqual([code, out], [0, 'Nothing is known of applications of sub/network.yaml.\n']);
    assert.deepEqual(JSON.parse((await run('nginx:1', 'history sub/network.yaml --json')).out), {
      ok: true,
      entries: [],
    });
  });

  it('finds the files of an application from wherever it is called', async () => {
    const network = (image: string): string =>
      `apiVersion: iotedge-networking/v1\nname: shop\napps:\n  web: { image: "${image}" }\ndevicesFrom: ids.csv\n`;
    const hub = memoryHub();
    const files: Record<string, string> = {};
    const run = async (day: number, command: string): Promise<Ran> => {
      const io = recordedIo({ files, hub });
      const code = await runCli(command.split(' '), {
        ...io,
        clock: { ...io.clock, now: () => Date.UTC(2026, 0, day) },
      });
      for (const [path, text] of io.written) files[path] = text;
      return { code, out: io.out(), err: io.err() };
    };
    for (const [index, image] of ['nginx:1', 'nginx:2'].entries()) {
      Object.assign(files, { '/w/sub/network.yaml': network(image), '/w/sub/ids.csv': 'id\nstore-001\n' });
      files['/w/more.csv'] = 'id\nstore-002\n';
      assert.equal((await run(index + 1, 'apply /w/sub/network.yaml --devices-from /w/more.csv --yes')).code, 0);
    }
    assert.match(
      files['/w/sub/.iotedge-net/network.yaml.history.json'] ?? '',
      /"network\.yaml": [^]*"\.\.\/more\.csv"/,
    );
    for (const [path, text] of Object.entries(files)) files[path.replace('/w/', '')] = text;
    const { code, err } = await run(3, 'rollback sub/network.yaml --yes');
    assert.equal(code, 0, err);
    assert.equal(imageOn(hub), 'nginx:1');
    assert.ok(hub.devices.has('store-002'));
  });
});
