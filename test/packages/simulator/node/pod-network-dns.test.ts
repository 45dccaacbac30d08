import assert from 'node:assert/strict';
import { searchNames } from '../../../../packages/simulator/src/node/pod-network-dns.ts';

describe('[unit] names a pod tries', () => {
  const settings = { namespace: 'shop', clusterDomain: 'cluster.local' };
  const cases: [string, string[]][] = [
    ['db', ['db.shop.svc.cluster.local', 'db.svc.cluster.local', 'db.cluster.local']],
    ['db.other', ['db.other.shop.svc.cluster.local', 'db.other.svc.cluster.local', 'db.other.cluster.local']],
    ['db.shop.svc.cluster.local.', ['db.shop.svc.cluster.local']],
    ['hub.example.', []],
  ];
  for (const [name, expected] of cases) it(name, () => assert.deepEqual(searchNames(name, settings), expected));

  it('tries a name of the cluster with fewer than five dots as it is last, with more first', () => {
    assert.equal(searchNames('db.shop.svc.cluster.local', settings).at(-1), 'db.shop.svc.cluster.local');
    assert.equal(
      searchNames('_sql._tcp.db.shop.svc.cluster.local', settings)[0],
      '_sql._tcp.db.shop.svc.cluster.local',
    );
  });
});
