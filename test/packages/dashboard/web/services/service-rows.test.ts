import assert from 'node:assert/strict';
import { age, externalIp, kubectlTable } from '../../../../../packages/dashboard/src/web/services/kubectl-table.ts';
import { reachability } from '../../../../../packages/dashboard/src/web/services/reachability.ts';
import { serviceRows, type ServiceColumn } from '../../../../../packages/dashboard/src/web/services/service-rows.ts';
import { backEnds, chosenApplication } from '../../../../../packages/dashboard/src/web/path/applications.ts';
import { sampleService } from '../sample-device.ts';

const services = [
  sampleService('web', { type: 'LoadBalancer', ips: ['10.0.0.20'], owner: 'module', urls: ['http://10.0.0.20'] }),
  sampleService('hub', { type: 'LoadBalancer', ips: ['10.0.0.3'], namespace: 'edge', clusterIp: '172.28.0.12' }),
  sampleService('db', { state: 'Failing', reason: 'NoReadyEndpoints', type: undefined, clusterIp: undefined }),
];
const names = (list: readonly { readonly name: string }[]): string => list.map(({ name }) => name).join();

describe('[unit] serviceRows', () => {
  const orders: readonly [ServiceColumn, boolean, string][] = [
    ['namespace', false, 'hub,db,web'],
    ['name', false, 'db,hub,web'],
    ['type', false, 'db,hub,web'],
    ['externalIp', false, 'hub,web,db'],
    ['externalIp', true, 'db,web,hub'],
    ['clusterIp', false, 'web,hub,db'],
    ['ports', false, 'hub,db,web'],
    ['ready', false, 'db,hub,web'],
    ['reason', false, 'db,hub,web'],
    ['owner', true, 'web,hub,db'],
  ];
  for (const [column, descending, expected] of orders)
    it(`by ${column}${descending ? ', descending' : ''}`, () =>
      assert.equal(names(serviceRows(services, '', { column, descending })), expected));
  for (const [text, expected] of [
    ['10.0.0.3', 'hub'],
    ['iotedge READY', 'db,web'],
    ['noready', 'db'],
    ['nothing', ''],
  ] as const)
    it(`with "${text}"`, () =>
      assert.equal(names(serviceRows(services, text, { column: 'name', descending: false })), expected));
});

describe('[unit] kubectlTable', () => {
  const now = Date.parse('2026-01-02T00:00:00Z');
  it('prints the columns of kubectl', () =>
    assert.equal(
      kubectlTable([{ ...sampleService('web'), since: '2026-01-01T21:00:00Z' }], now),
      'NAMESPACE   NAME   TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE\n' +
        'iotedge     web    ClusterIP   172.28.0.7   <none>        80/TCP    3h\n',
    ));
  it('says what it does not know', () =>
    assert.match(
      kubectlTable([sampleService('web', { type: undefined, clusterIp: undefined, ports: [] })], now),
      /<unknown> {3}<none> {7}<none> {8}<none> {4}<unknown>/,
    ));
  it('knows a pending address', () => assert.equal(externalIp({ type: 'LoadBalancer', ips: [] }), '<pending>'));
  for (const [since, expected] of [
    ['2026-01-01T23:59:15Z', '45s'],
    ['2026-01-01T23:48:00Z', '12m'],
    ['2025-12-29T00:00:00Z', '4d'],
    ['2027-01-01T00:00:00Z', '0s'],
  ] as const)
    it(`${since} is ${expected} ago`, () => assert.equal(age(since, now), expected));
});

describe('[unit] reachability', () => {
  const cases: readonly [string, Parameters<typeof reachability>[0], string][] = [
    ['inside', sampleService('a'), 'inside'],
    ['answers', sampleService('a', { ips: ['10.0.0.1'] }), 'yes'],
    ['has no address yet', sampleService('a', { type: 'LoadBalancer', state: 'Pending' }), 'no'],
    ['is failing', sampleService('a', { ips: ['10.0.0.1'], state: 'Failing' }), 'no'],
    ['is pending with an address', sampleService('a', { ips: ['10.0.0.1'], state: 'Pending' }), 'unknown'],
  ];
  for (const [name, service, expected] of cases) it(name, () => assert.equal(reachability(service), expected));
});

describe('[unit] the application whose path is drawn', () => {
  const web = sampleService('web', { ips: ['10.0.0.1'] });
  const hub = sampleService('edgehub', { ips: ['10.0.0.2'] });
  const db = sampleService('db');
  const bad = sampleService('bad', { ips: ['10.0.0.3'], state: 'Failing' });
  const cases: readonly [string, Parameters<typeof chosenApplication>[0], string, string | undefined][] = [
    ['the wanted one', [web, db], 'iotedge/db', 'db'],
    ['the operator’s own before edgeHub', [hub, web], '', 'web'],
    ['a failing one first', [web, bad], 'x/gone', 'bad'],
    ['edgeHub when there is no other', [db, hub], '', 'edgehub'],
    ['any other when none is external', [db], '', 'db'],
    ['none of none', [], '', undefined],
  ];
  for (const [name, list, wanted, expected] of cases)
    it(name, () => assert.equal(chosenApplication(list, wanted)?.name, expected));
  it('has back ends inside its own namespace', () => {
    const strange = sampleService('strange', { namespace: 'other' });
    const silent = sampleService('silent', { ports: [] });
    assert.equal(names(backEnds([web, hub, db, strange, silent], web)), 'db');
    assert.deepEqual(backEnds([web, db], db), []);
  });
});
