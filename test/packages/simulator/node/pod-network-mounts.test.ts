import assert from 'node:assert/strict';
import { localPath } from '../../../../packages/simulator/src/node/pod-network-mounts.ts';

describe('[unit] mounted paths', () => {
  const account = '/var/run/secrets/kubernetes.io/serviceaccount';
  const mounts = [
    ['/etc/config/deep', '/tmp/b'],
    ['/etc/config', '/tmp/a'],
    [account, '/tmp/sa'],
  ] as const;
  const cases: [unknown, unknown][] = [
    [`${account}/token`, '/tmp/sa/token'],
    ['/run/secrets/kubernetes.io/serviceaccount/token', '/tmp/sa/token'],
    [account, '/tmp/sa'],
    ['/etc/config/deep/x', '/tmp/b/x'],
    ['/etc/config/x', '/tmp/a/x'],
    ['/etc/configuration', '/etc/configuration'],
    [new URL('file:///etc/config/x'), '/tmp/a/x'],
    [3, 3],
  ];
  for (const [path, expected] of cases) it(String(path), () => assert.equal(localPath(path, mounts), expected));
});
