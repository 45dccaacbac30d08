import assert from 'node:assert/strict';
import { setPodReady } from '../../behaviour/cluster-objects.ts';
import { useModuleStage } from './use-module-stage.ts';
import { ingressOf } from './wire-service.ts';

const RANGE = '10.126.75.206-10.126.75.215';
const HTTP = { expose: 'external', ports: { http: '8080:80/TCP' }, backends: 'modules:web1,web2' };

describe('[control-plane] the networking module makes Services on the device’s Kubernetes', function () {
  this.timeout(60_000);
  const stage = useModuleStage({ pools: { default: RANGE } });

  interface Slice {
    readonly metadata: {
      readonly labels: Readonly<Record<string, string>>;
      readonly ownerReferences: readonly { readonly kind: string; readonly name: string }[];
    };
    readonly endpoints: readonly { readonly addresses: readonly string[]; readonly conditions: object }[];
    readonly ports: readonly { readonly name: string; readonly port: number; readonly protocol: string }[];
  }

  it('a LoadBalancer over two singleton modules: Service, EndpointSlice (v1beta1), address, and a twin that says all of it', async () => {
    await stage().addModulePod('web1', '172.27.0.11');
    await stage().addModulePod('web2', '172.27.0.12');
    stage().desire({ shop: { ...HTTP, address: '10.126.75.210' } }, computeNetwork());
    await stage().startModule();
    const report = await stage().ready('shop');
    const { since, clusterIp, ...shop } = report.services.iotedge?.shop ?? {};
    assert.match(since ?? '', /^\d{4}-/);
    assert.match(clusterIp ?? '', /^172\.28\./);
    assert.deepEqual(shop, {
      type: 'LoadBalancer',
      ips: '10.126.75.210',
      ports: '8080/TCP',
      ready: '2/2',
      node: 'k8s-1',
      pool: 'default',
      dns: 'shop.iotedge.svc.cluster.local',
      state: 'Ready',
      reason: '',
      owner: 'module',
    });
    assert.deepEqual(report.loadBalancer, { kind: 'metallb', dialect: 'configmap', version: '0.12.1' });
    assert.deepEqual(report.pools, { default: { ranges: RANGE, total: 10, used: 1 } });
    assert.deepEqual(report.addresses, { '10_126_75_210': 'iotedge/shop' });
    assert.deepEqual(report.nodes['k8s-1'], { ip: '10.126.75.200', role: 'worker', ready: true, inRange: true });
    assert.equal(report.conditions, undefined);
    const slice = await stage().find<Slice>('endpointslices', 'shop-iotedge-ipv4-0');
    assert.deepEqual(
      slice?.endpoints.map(({ addresses, conditions }) => [addresses.join(), conditions]),
      [
        ['172.27.0.11', { ready: true }],
        ['172.27.0.12', { ready: true }],
      ],
    );
    assert.deepEqual(slice.ports, [{ name: 'http', port: 80, protocol: 'TCP' }]);
    assert.equal(slice.metadata.labels['kubernetes.io/service-name'], 'shop');
    assert.deepEqual(
      slice.metadata.ownerReferences.map(({ kind, name }) => `${kind}/${name}`),
      ['Service/shop'],
    );
  });

  it('endpoints follow the pods: not ready, ready again, gone', async () => {
    const pod = await stage().addModulePod('web1', '172.27.0.11');
    await stage().addModulePod('web2', '172.27.0.12', false);
    stage().desire({ shop: HTTP });
    await stage().startModule();
    const says = (ready: string) => stage().reported(ready, (report) => report.services.iotedge?.shop?.ready === ready);
    await says('1/2');
    await setPodReady(stage().api, { ...pod, name: 'web2', ip: '172.27.0.12' }, true);
    await says('2/2');
    await setPodReady(stage().api, pod, false);
    await says('1/2');
    await stage().api.ask({ method: 'DELETE', path: `${stage().path('pods')}/web1?gracePeriodSeconds=0` });
    await says('1/1');
  });

  it('a ClusterIP Service for what is internal: no address, no external traffic policy', async () => {
    await stage().addModulePod('db', '172.27.0.13');
    stage().desire({ database: { expose: 'internal', ports: { sql: '5432/TCP' }, backends: 'modules:db' } });
    await stage().startModule();
    const { services } = await stage().ready('database');
    assert.equal(services.iotedge?.database?.ips, '');
    const { spec } = await stage().serviceIs('database', 'exists', () => true);
    assert.deepEqual([spec.type, spec.loadBalancerIP, spec.externalTrafficPolicy], ['ClusterIP', undefined, undefined]);
  });

  it('TCP and UDP of two Services share one address, by one sharing key', async () => {
    await stage().addModulePod('dns', '172.27.0.14');
    const half = (port: string) => ({
      expose: 'external',
      ports: { dns: port },
      backends: 'modules:dns',
      shareAddress: 'dns',
      address: '10.126.75.214',
    });
    stage().desire({ 'dns-tcp': half('53/TCP'), 'dns-udp': half('53/UDP') });
    await stage().startModule();
    const report = await stage().ready('dns-tcp', 'dns-udp');
    assert.deepEqual(report.addresses, { '10_126_75_214': 'iotedge/dns-tcp,iotedge/dns-udp' });
    assert.equal(report.pools.default?.used, 1);
  });

  it('traffic policy Local, and back to Cluster', async () => {
    await stage().addModulePod('web1', '172.27.0.11');
    stage().desire({ shop: { ...HTTP, externalTrafficPolicy: 'Local' } });
    await stage().startModule();
    await stage().serviceIs('shop', 'is Local', ({ spec }) => spec.externalTrafficPolicy === 'Local');
    const before = await stage().ready('shop');
    stage().desire({ shop: { externalTrafficPolicy: 'Cluster' } });
    await stage().serviceIs('shop', 'is Cluster', ({ spec }) => spec.externalTrafficPolicy === 'Cluster');
    const after = await stage().ready('shop');
    assert.equal(after.services.iotedge?.shop?.ips, before.services.iotedge?.shop?.ips);
  });

  it('ports change in place, external becomes internal and external again at the same address', async () => {
    await stage().addModulePod('web1', '172.27.0.11');
    stage().desire({ shop: HTTP });
    await stage().startModule();
    const { services } = await stage().ready('shop');
    const first = services.iotedge?.shop?.ips ?? '';
    const { metadata } = await stage().serviceIs('shop', 'exists', () => true);
    stage().desire({ shop: { ports: { http: '8081:80/TCP', metrics: '9100/TCP' } } });
    const changed = await stage().serviceIs('shop', 'has two ports', ({ spec }) => spec.ports.length === 2);
    assert.deepEqual(
      changed.spec.ports.map(({ name, port, targetPort }) => [name, port, targetPort]),
      [
        ['http', 8081, 80],
        ['metrics', 9100, 9100],
      ],
    );
    assert.deepEqual([changed.metadata.uid, ingressOf(changed)], [metadata.uid, first]);
    stage().desire({ shop: { expose: 'internal' } });
    const internal = await stage().serviceIs('shop', 'is internal', ({ spec }) => spec.type === 'ClusterIP');
    assert.deepEqual(
      internal.spec.ports.map(({ nodePort }) => nodePort),
      [undefined, undefined],
    );
    stage().desire({ shop: { expose: 'external' } });
    const again = await stage().serviceIsServed('shop');
    assert.deepEqual([again.metadata.uid, ingressOf(again)], [metadata.uid, first]);
  });

  it('an entry that is removed takes its Service and its endpoints away, and nothing else', async () => {
    await stage().addModulePod('web1', '172.27.0.11');
    await stage().create('services', { metadata: { name: 'kept' }, spec: { ports: [{ port: 80 }] } });
    stage().desire({ shop: HTTP, second: HTTP });
    await stage().startModule();
    await stage().ready('shop', 'second');
    stage().desire({ shop: null });
    await stage().isGone('services', 'shop');
    await stage().isGone('endpointslices', 'shop-iotedge-ipv4-0');
    const report = await stage().reported('the removal', ({ services }) => services.iotedge?.shop === undefined);
    assert.equal(report.services.iotedge?.second?.state, 'Ready');
    assert.deepEqual(await stage().names('services'), ['kept', 'second']);
  });

  it('more Services than addresses: the last one waits, says why, and is served when one is freed', async () => {
    await stage().addModulePod('web1', '172.27.0.11');
    const names = Array.from({ length: 11 }, (_, index) => `s${String(index).padStart(2, '0')}`);
    stage().desire(Object.fromEntries(names.map((name) => [name, HTTP])));
    await stage().startModule();
    const full = await stage().reported(
      'one waiting',
      ({ summary }) => summary.services === 11 && summary.ready === 10,
    );
    const waiting = Object.entries(full.services.iotedge ?? {}).filter(([, { state }]) => state !== 'Ready');
    assert.deepEqual(
      waiting.map(([, { reason }]) => reason),
      ['PoolExhausted'],
    );
    const freed = names.find((name) => name !== waiting[0]?.[0]) ?? '';
    stage().desire({ [freed]: null });
    await stage().ready(waiting[0]?.[0] ?? '');
  });

  function computeNetwork() {
    const nodeIps = '10.126.75.200-10.126.75.201';
    return { computeNetwork: { nodeIps, externalServiceIps: { default: RANGE } } };
  }
});
