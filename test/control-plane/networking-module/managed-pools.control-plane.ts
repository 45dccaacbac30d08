import assert from 'node:assert/strict';
import { addPod } from '../../behaviour/cluster-objects.ts';
import type { WireObject } from './followed-collection.ts';
import type { MetalLbPart } from './metallb-controller.ts';
import { addPool, installMetalLb, removeMetalLb } from './metallb-objects.ts';
import type { ModuleStage } from './module-stage.ts';
import { DEVICE_METALLB, useModuleStage } from './use-module-stage.ts';

const CRD: MetalLbPart = { dialect: 'crd', version: '0.14.9' };
const RESOURCES = '/apis/metallb.io/v1beta1/namespaces/metallb-system';
const CONFIG = '/api/v1/namespaces/metallb-system/configmaps/config';

const web = (change: object = {}) => ({
  expose: 'external',
  ports: { http: '80:8080/TCP' },
  backends: 'selector:app=web',
  ...change,
});

/** A stage with one pod behind what will be made. */
function useStageWithPod(metalLb: MetalLbPart): () => ModuleStage {
  const pools = { theirs: '10.126.75.240-10.126.75.241' };
  const stage = useModuleStage({ profile: 'managed', metalLb, pools, needsControllers: true });
  beforeEach(async () => {
    const pod = { namespace: 'default', name: 'web-1', labels: { app: 'web' }, node: 'k8s-1', ip: '172.27.0.21' };
    await addPod(stage().api, pod);
  });
  return stage;
}

const managing = (externalServiceIps: Readonly<Record<string, string | null>>) =>
  ({ computeNetwork: { externalServiceIps, managePools: true } }) as object;

/** A pool of the module beside that of others, and a Service that has its first address. */
async function isServedFromPlant(stage: ModuleStage): Promise<void> {
  stage.desire({ shop: web({ pool: 'plant' }) }, managing({ theirs: null, plant: '10.126.75.206-10.126.75.207' }));
  await stage.startModule();
  const report = await stage.ready('shop');
  assert.equal(report.services.default?.shop?.ips, '10.126.75.206');
}

describe('[control-plane] the networking module manages the pools of MetalLB, with the rights of manage-pools.yaml', function () {
  this.timeout(60_000);

  describe('as custom resources', () => {
    const stage = useStageWithPod(CRD);
    const specs = async (plural: string): Promise<Readonly<Record<string, unknown>>> => {
      const { items } = await stage().api.ask<{ items: readonly WireObject[] }>({ path: `${RESOURCES}/${plural}` });
      return Object.fromEntries(items.map(({ metadata, ...rest }) => [metadata.name, rest['spec']]));
    };

    it('makes, changes and removes its own, with their advertisements; what others made stays', async () => {
      await isServedFromPlant(stage());

      stage().desire({}, managing({ plant: '10.126.75.206-10.126.75.209', dmz: '10.126.75.220' }));
      await stage().reported('two pools of its own', ({ pools }) => pools.plant?.total === 4 && pools.dmz?.total === 1);
      const theirs = { addresses: ['10.126.75.240-10.126.75.241'] };
      const plant = { addresses: ['10.126.75.206-10.126.75.209'] };
      const found = await specs('ipaddresspools');
      assert.deepEqual(Object.keys(found), ['dmz', 'plant', 'theirs']);
      for (const [name, { addresses }] of Object.entries({ theirs, plant }))
        assert.deepEqual((found[name] as { addresses: unknown }).addresses, addresses);
      assert.deepEqual(Object.keys(await specs('l2advertisements')), ['dmz', 'layer2', 'plant']);

      stage().desire({ shop: null }, managing({ dmz: null, plant: '10.126.75.206' }));
      await stage().reported('one pool of its own', ({ pools }) => pools.dmz === undefined && pools.plant?.total === 1);
      assert.deepEqual(Object.keys(await specs('l2advertisements')), ['layer2', 'plant']);
    });

    it('says it where somebody else has a pool of the same name', async () => {
      await addPool(stage().api, 'lab', '10.126.75.230-10.126.75.231');
      stage().desire({}, managing({ plant: null, lab: '10.126.75.232' }));
      await stage().startModule();
      await stage().reported('whose pool it is', ({ conditions = {} }) => JSON.stringify(conditions).includes('lab'));
      const { lab } = await specs('ipaddresspools');
      assert.deepEqual((lab as { addresses: unknown }).addresses, ['10.126.75.230-10.126.75.231']);
    });

    it('MetalLB that is installed later is found, its pools are made, and who waited is served', async () => {
      await stage().stopMetalLb();
      await removeMetalLb(stage().api, CRD);
      stage().desire({ shop: web() }, managing({ plant: null, lab: null, hall: '10.126.75.210-10.126.75.211' }));
      await stage().startModule();
      await stage().reported(
        'nobody there',
        ({ services }) => services.default?.shop?.reason === 'LoadBalancerMissing',
      );
      await installMetalLb(stage().api, stage().options);
      await stage().startMetalLb();
      const request = { methodName: 'reconcile', payload: {} };
      const answer = await stage().hub.invokeMethod(stage().device, 'networking', request);
      assert.equal(answer.status, 202);
      // The played controller needs no discovery: it may serve the Service before the module has looked again.
      const { loadBalancer } = await stage().reported('everything there', ({ services, pools }) => {
        return services.default?.shop?.state === 'Ready' && pools.hall !== undefined;
      });
      assert.deepEqual(loadBalancer, { kind: 'metallb', ...CRD });
    });
  });

  describe('in the ConfigMap', () => {
    const stage = useStageWithPod(DEVICE_METALLB);

    it('adds and removes its own entries, and leaves the others', async () => {
      await isServedFromPlant(stage());
      stage().desire({ shop: null }, managing({ plant: null, dmz: '10.126.75.220' }));
      await stage().reported('the other pool', ({ pools }) => pools.plant === undefined && pools.dmz?.total === 1);
      const { data } = await stage().api.ask<{ data: { config: string } }>({ path: CONFIG });
      assert.match(data.config, /theirs/);
      assert.match(data.config, /dmz/);
      assert.doesNotMatch(data.config, /plant/);
    });
  });
});
