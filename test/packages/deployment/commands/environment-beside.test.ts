import assert from 'node:assert/strict';
import { runCli } from '../../../../packages/deployment/src/cli.ts';
import { memoryHub } from '../memory-hub.ts';
import { recordedIo } from '../recorded-io.ts';

const network = (replicas: number): string => `apiVersion: iotedge-networking/v1
name: shop
apps:
  web: { image: "\${REGISTRY}/web:\${TAG:-1}", replicas: ${replicas} }
devices: [{ id: store-001 }]
`;

async function validate(files: Readonly<Record<string, string>>, environment: Readonly<Record<string, string>> = {}) {
  const io = recordedIo({ files: { 'sub/network.yaml': network(1), ...files }, environment });
  const code = await runCli(['generate', 'sub/network.yaml'], io);
  return { code, image: /"image": "([^"]*web:[^"]*)"/.exec(io.out())?.[1], err: io.err() };
}

describe('[unit] variables beside a network file', () => {
  it('fill in what the environment does not say', async () => {
    const env = { 'sub/.env': '# mine\nREGISTRY=r.example.com\nexport TAG="2"\n' };
    assert.equal((await validate(env)).image, 'r.example.com/web:2');
    assert.equal((await validate(env, { TAG: '3' })).image, 'r.example.com/web:3');
    assert.equal((await validate({}, { REGISTRY: 'x' })).image, 'x/web:1');
  });

  it('are asked for where neither says them; those of another folder do not count', async () => {
    const { code, err } = await validate({ '.env': 'REGISTRY=r.example.com\n' });
    assert.equal(code, 1);
    assert.match(
      err,
      /sub\/network\.yaml:4:17: unresolved-placeholder .*REGISTRY is not set\. Set it there or in \.env/,
    );
  });

  it('stay out of the history, and a rollback takes those of today', async () => {
    const hub = memoryHub();
    const files: Record<string, string> = {};
    for (const [day, command] of ['apply -y', 'apply -y', 'rollback -y'].entries()) {
      files['network.yaml'] = network(day + 1);
      files['.env'] = `REGISTRY=r${day}.example.com\n`;
      const io = recordedIo({ files, hub });
      const clock = { ...io.clock, now: () => Date.UTC(2026, 0, day + 1) };
      assert.equal(await runCli(command.split(' '), { ...io, clock }), 0, io.err());
      for (const [path, text] of io.written) files[path] = text;
    }
    assert.doesNotMatch(files['.iotedge-net/network.yaml.history.json'] ?? '', /example\.com/);
    const agent = hub.devices.get('store-001')?.twins.get('$edgeAgent')?.desired;
    const { modules } = agent as { modules: Record<string, { settings: { image: string } }> };
    assert.deepEqual(
      Object.entries(modules)
        .map(([name, { settings }]) => `${name} ${settings.image}`)
        .slice(0, 1),
      ['web r2.example.com/web:1'],
    );
    assert.equal(Object.keys(modules).includes('web2'), false);
  });
});
