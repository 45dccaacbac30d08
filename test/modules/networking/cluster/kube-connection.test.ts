import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { KubeConnection } from '../../../../modules/networking/src/cluster/kube-connection.ts';

describe('[unit] the connection to the API server', () => {
  let folder = '';
  let now = 0;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kube-connection-'));
    now = 0;
    await writeFile(join(folder, 'ca.pem'), 'first authority');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const connect = (server: string): KubeConnection => {
    const config = new KubeConfig();
    const caFile = join(folder, 'ca.pem');
    config.loadFromClusterAndUser({ name: 'c', server, caFile, skipTLSVerify: false }, { name: 'u', token: 'secret' });
    return new KubeConnection(config, () => now);
  };

  const places: readonly [string, { hostname: string; port: string; root: string }][] = [
    ['https://10.0.0.1:6443', { hostname: '10.0.0.1', port: '6443', root: '' }],
    ['https://[fd00::1]:6443/', { hostname: 'fd00::1', port: '6443', root: '' }],
    [
      'https://gate.example.org/k8s/clusters/c-1/',
      { hostname: 'gate.example.org', port: '', root: '/k8s/clusters/c-1' },
    ],
  ];
  for (const [server, expected] of places)
    it(`finds ${server}`, async () => {
      const { protocol, hostname, port, root, options } = await connect(server).endpoint();
      assert.deepEqual({ hostname, port, root }, expected);
      assert.equal(protocol, 'https:');
      assert.deepEqual(options.headers, { Authorization: 'Bearer secret' });
    });

  it('reads credentials once a second, and gives a rotated authority connections of its own', async () => {
    const connection = connect('https://10.0.0.1:6443');
    const first = await connection.endpoint();
    await writeFile(join(folder, 'ca.pem'), 'second authority');
    now = 999;
    assert.equal(await connection.endpoint(), first);
    now = 1_000;
    const second = await connection.endpoint();
    assert.equal(String(second.options.ca), 'second authority');
    assert.notEqual(second.agent, first.agent);
    now = 2_000;
    assert.equal((await connection.endpoint()).agent, second.agent);
  });

  it('does not hold on to a failure', async () => {
    const connection = connect('https://10.0.0.1:6443');
    await rm(join(folder, 'ca.pem'));
    await assert.rejects(connection.endpoint(), /ENOENT/);
    await writeFile(join(folder, 'ca.pem'), 'an authority');
    assert.equal(String((await connection.endpoint()).options.ca), 'an authority');
  });

  it('names a kubeconfig without a cluster', () =>
    assert.rejects(new KubeConnection(new KubeConfig()).endpoint(), /names no current cluster/));
});
