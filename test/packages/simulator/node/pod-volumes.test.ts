import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pod } from '../../../../packages/simulator/src/node/pod.ts';
import { podVolumes, serviceAccountPath } from '../../../../packages/simulator/src/node/pod-volumes.ts';
import { emptyCluster, podObject } from '../../../support/node-objects.ts';

describe('[unit] volumes of a pod', () => {
  it('writes the ServiceAccount, configMap and secret volumes, and removes them', async () => {
    const client = await emptyCluster();
    client.create(
      { group: '', version: 'v1', plural: 'configmaps' },
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'settings', namespace: 'shop' },
        data: { a: '1', b: '2' },
      },
    );
    const volumeMounts = [
      { name: 'all', mountPath: '/etc/all' },
      { name: 'some', mountPath: '/etc/some', subPath: 'deep' },
      { name: 'scratch', mountPath: '/scratch' },
    ];
    const volumes = [
      { name: 'all', configMap: { name: 'settings' } },
      {
        name: 'some',
        configMap: {
          name: 'settings',
          items: [
            { key: 'b', path: 'deep/b' },
            { key: 'a', path: '../../outside' },
          ],
        },
      },
      { name: 'none', secret: { secretName: 'none', optional: true } },
      { name: 'scratch', emptyDir: {} },
    ];
    const pod = podObject('p', { volumeMounts }, { volumes }) as Pod;
    const directory = join(mkdtempSync(join(tmpdir(), 'volumes-')), 'pod');
    const made = podVolumes(pod, { token: 't', ca: 'c', namespace: 'shop' }, { directory, client });
    const [container] = pod.spec.containers;
    assert.ok(container);
    const mounts = new Map(made.mounts(container));
    assert.deepEqual([...mounts.keys()], [serviceAccountPath, '/etc/all', '/etc/some']);
    assert.equal(readFileSync(join(mounts.get('/etc/all') ?? '', 'a'), 'utf8'), '1');
    assert.equal(readFileSync(join(mounts.get('/etc/some') ?? '', 'b'), 'utf8'), '2');
    assert.equal(readFileSync(join(made.serviceAccountDirectory, 'token'), 'utf8'), 't');
    assert.equal(existsSync(join(directory, 'outside')), false);
    const without = podVolumes(
      { ...pod, spec: { ...pod.spec, automountServiceAccountToken: false } },
      { token: '', ca: '', namespace: '' },
      { directory, client },
    );
    assert.deepEqual(
      without.mounts(container).map(([path]) => path),
      ['/etc/all', '/etc/some'],
    );
    made.remove();
    assert.equal(existsSync(directory), false);
  });
});
