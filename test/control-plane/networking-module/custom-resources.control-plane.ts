import assert from 'node:assert/strict';
import { addPod } from '../../behaviour/cluster-objects.ts';
import type { RightsProfile } from '../support/module-rights.ts';
import { addPool } from './metallb-objects.ts';
import { useModuleStage } from './use-module-stage.ts';
import { ingressOf, type WireService } from './wire-service.ts';

const POOLS = { default: '10.126.75.206-10.126.75.215', guests: '10.126.75.220-10.126.75.221' };
const OLD = 'metallb.universe.tf';
const NEW = 'metallb.io';

/** Releases and the prefix of the annotations that they read. */
const RELEASES: readonly (readonly [version: string, prefix: string, profile: RightsProfile])[] = [
  ['0.13.12', OLD, 'kubernetes'],
  ['0.14.9', NEW, 'managed'],
];

for (const [version, prefix, profile] of RELEASES) {
  describe(`[control-plane] the networking module beside MetalLB ${version} (custom resources), rights ${profile}`, function () {
    this.timeout(60_000);
    const metalLb = { dialect: 'crd', version } as const;
    const stage = useModuleStage({ profile, metalLb, pools: POOLS, needsControllers: true });

    const web = (change: object = {}) => ({
      expose: 'external',
      ports: { http: '80:8080/TCP' },
      backends: 'selector:app=web',
      ...change,
    });
    const addWeb = (name: string, ip: string) =>
      addPod(stage().api, { namespace: 'default', name, labels: { app: 'web' }, node: 'k8s-1', ip });
    const annotation = ({ metadata }: WireService, name: string) => metadata.annotations?.[`${prefix}/${name}`];

    it('a Service with a selector has the endpoints of Kubernetes’ own controller, and none of ours', async () => {
      await addWeb('web-1', '172.27.0.21');
      await addWeb('web-2', '172.27.0.22');
      stage().desire({ shop: web() });
      await stage().startModule();
      const report = await stage().ready('shop');
      assert.equal(report.services.default?.shop?.ready, '2/2');
      assert.deepEqual(report.loadBalancer, { kind: 'metallb', dialect: 'crd', version });
      const ours = (await stage().names('endpointslices')).filter((name) => name.includes('iotedge'));
      assert.deepEqual(ours, []);
    });

    it(`the address is pinned by the annotation ${prefix}/loadBalancerIPs, never by the field`, async () => {
      await addWeb('web-1', '172.27.0.21');
      stage().desire({ shop: web() });
      await stage().startModule();
      const isPinned = (service: WireService) => annotation(service, 'loadBalancerIPs') === ingressOf(service);
      const service = await stage().serviceIs('shop', 'is pinned', (one) => ingressOf(one) !== '' && isPinned(one));
      const others = Object.keys(service.metadata.annotations ?? {}).filter((key) => !key.startsWith(`${prefix}/`));
      assert.deepEqual([service.spec.loadBalancerIP, others], [undefined, []]);
    });

    it('a pool is chosen by name, and changed', async () => {
      await addWeb('web-1', '172.27.0.21');
      stage().desire({ shop: web({ pool: 'guests' }) });
      await stage().startModule();
      const inPool = (pool: string) =>
        stage().reported(pool, ({ services }) => {
          const { pool: found, state } = services.default?.shop ?? {};
          return found === pool && state === 'Ready';
        });
      const { services } = await inPool('guests');
      assert.equal(services.default?.shop?.ips, '10.126.75.220');
      stage().desire({ shop: { pool: 'default' } });
      await inPool('default');
    });

    it('TCP and UDP share an address by the annotation', async () => {
      await addWeb('web-1', '172.27.0.21');
      const half = (port: string) => web({ ports: { dns: port }, shareAddress: 'dns' });
      stage().desire({ tcp: half('53:8080/TCP'), udp: half('53:8080/UDP') });
      await stage().startModule();
      const report = await stage().ready('tcp', 'udp');
      assert.equal(report.services.default?.tcp?.ips, report.services.default?.udp?.ips);
    });

    it('a pool that comes later is seen, and a Service that waited for it is served', async () => {
      await addWeb('web-1', '172.27.0.21');
      stage().desire(
        { shop: web({ address: '10.126.75.230' }) },
        { computeNetwork: { externalServiceIps: { ...POOLS, later: '10.126.75.230' } } },
      );
      await stage().startModule();
      await stage().reported('outside', ({ services }) => services.default?.shop?.reason === 'AddressOutsidePools');
      await addPool(stage().api, 'later', '10.126.75.230-10.126.75.230');
      const report = await stage().ready('shop');
      assert.equal(report.services.default?.shop?.ips, '10.126.75.230');
    });
  });
}
