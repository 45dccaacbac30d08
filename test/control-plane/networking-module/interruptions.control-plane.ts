import assert from 'node:assert/strict';
import type { Reported } from '@iotedge-networking/contract';
import { eventually } from '../../support/eventually.ts';
import { useModuleStage } from './use-module-stage.ts';
import { ingressOf, type WireService } from './wire-service.ts';

const RANGE = '10.126.75.206-10.126.75.245';
const entry = (change: object = {}) => ({
  expose: 'external',
  ports: { http: '8080:80/TCP' },
  backends: 'modules:web1',
  ...change,
});

describe('[control-plane] the networking module through interruptions', function () {
  this.timeout(90_000);
  const stage = useModuleStage({ pools: { default: RANGE } });

  beforeEach(async () => {
    await stage().addModulePod('web1', '172.27.0.11');
  });

  const addresses = ({ services }: Reported): Record<string, string | undefined> =>
    Object.fromEntries(Object.entries(services.iotedge ?? {}).map(([name, { ips }]) => [name, ips]));
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`s${String(index).padStart(2, '0')}`, entry()]));

  it('kill -9 in the middle of making 30 Services: the next start finishes, nothing is made twice or moved', async () => {
    stage().desire(many(30));
    const module = await stage().startModule();
    await eventually('some are made', async () => (await stage().names('services')).length > 4, 20_000);
    await module.end('SIGKILL');
    const made = await Promise.all((await stage().names('services')).map((name) => stage().find('services', name)));
    await stage().startModule();
    const report = await stage().ready(...Object.keys(many(30)));
    assert.equal(new Set(Object.values(addresses(report))).size, 30);
    for (const before of made) {
      const after = await stage().find('services', before?.metadata.name ?? '');
      assert.equal(after?.metadata.uid, before?.metadata.uid);
    }
  });

  it('addresses are kept when the module is killed and its Services are deleted meanwhile', async () => {
    stage().desire(many(5));
    const module = await stage().startModule();
    const before = addresses(await stage().ready(...Object.keys(many(5))));
    await module.end('SIGKILL');
    for (const name of Object.keys(many(5)).reverse()) await stage().remove('services', name);
    await stage().startModule();
    await stage().serviceIsServed('s00');
    assert.deepEqual(addresses(await stage().ready(...Object.keys(many(5)))), before);
  });

  it('the API server is killed and starts again: the module says so, catches up, and no address moves', async () => {
    stage().desire(many(5));
    const module = await stage().startModule();
    const before = addresses(await stage().ready(...Object.keys(many(5))));
    await stage().plane.stopApiServer('SIGKILL');
    stage().desire({ late: entry() });
    await stage().reported('ApiUnavailable', ({ conditions }) => conditions?.ApiUnavailable !== undefined);
    await stage().plane.startApiServer();
    const after = await stage().ready('late', ...Object.keys(many(5)));
    assert.deepEqual({ ...addresses(after), late: undefined }, { ...before, late: undefined });
    await stage().reported('no condition', ({ conditions }) => conditions === undefined);
    assert.equal(module.log.filter(({ msg }) => msg === 'unexpected error, restarting').length, 0);
  });

  it('what changed while the watch was away and etcd was compacted (410) is found by listing anew', async () => {
    stage().desire({ kept: entry(), lost: entry() });
    await stage().startModule();
    const { services } = await stage().ready('kept', 'lost');
    await stage().plane.stopApiServer('SIGKILL');
    await stage().plane.startApiServer();
    await stage().remove('services', 'lost');
    await stage().change('services', 'kept', { spec: { ports: [{ name: 'http', port: 9999, protocol: 'TCP' }] } });
    await stage().plane.compact();
    // The API server answers from its own memory of events as well.
    await stage().plane.stopApiServer('SIGKILL');
    await stage().plane.startApiServer();
    const isRight = ({ spec }: WireService) => spec.ports[0]?.port === 8080;
    await stage().serviceIs('kept', 'is put back', isRight);
    const again = await stage().serviceIsServed('lost');
    assert.equal(ingressOf(again), services.iotedge?.lost?.ips);
  });

  it('drift is corrected: ports, labels, request, endpoints, and a Service deleted by hand', async () => {
    stage().desire({ shop: entry() });
    await stage().startModule();
    const { services } = await stage().ready('shop');
    const ips = services.iotedge?.shop?.ips ?? '';
    const edits: readonly (readonly [string, object, (service: WireService) => boolean])[] = [
      [
        'ports',
        { spec: { ports: [{ name: 'http', port: 1, protocol: 'TCP' }] } },
        ({ spec }) => spec.ports[0]?.port === 8080,
      ],
      ['selector', { spec: { selector: { app: 'x' } } }, ({ spec }) => spec.selector === undefined],
      ['request', { spec: { loadBalancerIP: null } }, ({ spec }) => spec.loadBalancerIP === ips],
      [
        'traffic policy',
        { spec: { externalTrafficPolicy: 'Local' } },
        ({ spec }) => spec.externalTrafficPolicy === 'Cluster',
      ],
    ];
    for (const [what, body, isRight] of edits) {
      const changed = (await stage().change('services', 'shop', body)) as WireService;
      assert.equal(isRight(changed), false, `${what} was changed`);
      await stage().serviceIs('shop', `has its ${what} back`, isRight);
    }
    const slice = 'shop-iotedge-ipv4-0';
    await stage().change('endpointslices', slice, { endpoints: [] });
    await eventually('the endpoint is back', async () => {
      const found = await stage().find('endpointslices', slice);
      return (found?.endpoints as readonly unknown[] | undefined)?.length === 1;
    });
    await stage().remove('endpointslices', slice);
    await eventually('the slice is back', async () => (await stage().find('endpointslices', slice)) !== undefined);
    const before = await stage().find('services', 'shop');
    await stage().remove('services', 'shop');
    const again = await stage().serviceIsServed('shop');
    assert.notEqual(again.metadata.uid, before?.metadata.uid);
    assert.equal(ingressOf(again), ips);
    await stage().ready('shop');
  });

  it('somebody who edits the same Service all the time neither stops the module nor is fought without pause', async () => {
    stage().desire({ shop: entry() });
    const module = await stage().startModule();
    await stage().ready('shop');
    for (let round = 0; round < 20; round += 1) {
      await stage().tryChange('services', 'shop', { metadata: { annotations: { round: String(round) } } });
      await stage().tryChange('services', 'shop', { spec: { externalTrafficPolicy: 'Local' } });
    }
    await stage().serviceIs('shop', 'is as stated', ({ spec }) => spec.externalTrafficPolicy === 'Cluster');
    const written = module.log.filter(({ msg }) => msg === 'applied');
    assert.ok(written.length < 20, `${written.length} writes`);
  });

  it('MetalLB is away: Services are made and say that they wait; when it is back they are served', async () => {
    await stage().stopMetalLb();
    stage().desire({ shop: entry() });
    await stage().startModule();
    await stage().reported('waiting', ({ services }) => services.iotedge?.shop?.reason === 'WaitingForAddress');
    await stage().startMetalLb();
    await stage().ready('shop');
  });
});
