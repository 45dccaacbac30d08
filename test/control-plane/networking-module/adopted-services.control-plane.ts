import assert from 'node:assert/strict';
import { useModuleStage } from './use-module-stage.ts';
import { ingressOf, type WireService } from './wire-service.ts';

const RANGE = '10.126.75.206-10.126.75.215';
const EXTERNAL = { expose: 'external' };

describe('[control-plane] the networking module adopts Services that somebody else makes', function () {
  this.timeout(60_000);
  const stage = useModuleStage({ pools: { default: RANGE } });

  /** A Service as edgeAgent makes it from createOptions. */
  const byEdgeAgent = (change: object = {}) => ({
    metadata: { name: 'webserver', labels: { 'net.azure-devices.edge.module': 'webserver' } },
    spec: {
      type: 'LoadBalancer',
      selector: { 'net.azure-devices.edge.module': 'webserver' },
      ports: [{ name: 'hostport-8080', port: 8080, targetPort: 80, protocol: 'TCP' }],
      ...change,
    },
  });
  const asks = (address: string) => (service: WireService) => service.spec.loadBalancerIP === address;
  const holds = (address: string) => (service: WireService) => ingressOf(service) === address;

  it('asks for the stated address and touches no other field', async () => {
    const before = (await stage().create('services', byEdgeAgent())) as WireService;
    stage().desire({ webserver: { ...EXTERNAL, address: '10.126.75.212' } });
    await stage().startModule();
    const after = await stage().serviceIs('webserver', 'has the address', holds('10.126.75.212'));
    assert.deepEqual(
      { ...after.spec, loadBalancerIP: undefined },
      { ...before.spec, loadBalancerIP: undefined },
      'everything but the request is as its maker left it',
    );
    assert.deepEqual(after.metadata.labels, before.metadata.labels);
    const own = after.metadata.managedFields?.find(({ manager }) => manager === 'iotedge-networking');
    assert.deepEqual(own?.fieldsV1, { 'f:spec': { 'f:loadBalancerIP': {} } });
    await stage().reported('the address, and whose Service it is', ({ services }) => {
      const { owner, ips } = services.iotedge?.webserver ?? {};
      return owner === 'other' && ips === '10.126.75.212';
    });
  });

  it('pins the address that was assigned, so that MetalLB gives it again', async () => {
    await stage().create('services', byEdgeAgent());
    stage().desire({ webserver: EXTERNAL });
    await stage().startModule();
    const { spec } = await stage().serviceIs('webserver', 'is pinned', ({ spec: { loadBalancerIP } }) =>
      Boolean(loadBalancerIP),
    );
    assert.equal(spec.loadBalancerIP, '10.126.75.206');
  });

  it('puts the address back when edgeAgent rewrites its Service', async () => {
    await stage().create('services', byEdgeAgent());
    stage().desire({ webserver: { ...EXTERNAL, address: '10.126.75.213' } });
    await stage().startModule();
    await stage().serviceIs('webserver', 'has it', holds('10.126.75.213'));
    await stage().applied();
    const { metadata, spec } = await stage().serviceIs('webserver', 'exists', () => true);
    const rewritten = byEdgeAgent({ clusterIP: spec.clusterIP });
    await stage().api.ask({
      method: 'PUT',
      path: `${stage().path('services')}/webserver`,
      body: { ...rewritten, metadata: { ...rewritten.metadata, resourceVersion: metadata.resourceVersion } },
    });
    await stage().serviceIs('webserver', 'asks again', asks('10.126.75.213'));
    await stage().serviceIs('webserver', 'has it again', holds('10.126.75.213'));
    const event = await stage().hub.awaitMessage(({ body }) => body.toString().includes('DriftCorrected'), 10_000);
    assert.match(event.body.toString(), /"service":"iotedge\/webserver"/);
  });

  it('gives a Service that is deleted and made again the address it had, stated or not', async () => {
    await stage().create('services', byEdgeAgent());
    stage().desire({ webserver: EXTERNAL });
    const module = await stage().startModule();
    await stage().serviceIs('webserver', 'is pinned', asks('10.126.75.206'));
    await stage().applied();
    await stage().remove('services', 'webserver');
    // Somebody else takes the address meanwhile offered first.
    const rival = { metadata: { name: 'rival' }, spec: { type: 'LoadBalancer', ports: [{ port: 1 }] } };
    await stage().create('services', {
      ...rival,
      spec: { ...rival.spec, loadBalancerIP: '10.126.75.207' },
    });
    await stage().create('services', byEdgeAgent());
    await stage().serviceIs('webserver', 'asks for its address', asks('10.126.75.206'));
    await stage().serviceIs('webserver', 'has its address', holds('10.126.75.206'));
    assert.equal(module.log.filter(({ msg }) => msg === 'unexpected error, restarting').length, 0);
  });

  it('leaves the Service and its address alone when the entry is removed', async () => {
    await stage().create('services', byEdgeAgent());
    stage().desire({ webserver: { ...EXTERNAL, address: '10.126.75.211' } });
    await stage().startModule();
    await stage().serviceIs('webserver', 'has it', holds('10.126.75.211'));
    const { metadata } = await stage().serviceIs('webserver', 'exists', () => true);
    await stage().applied();
    stage().desire({ webserver: null });
    await stage().applied();
    const after = await stage().serviceIs('webserver', 'exists', () => true);
    assert.deepEqual([after.metadata.uid, ingressOf(after)], [metadata.uid, '10.126.75.211']);
  });

  it('says that there is nothing to adopt yet, and adopts it when it comes', async () => {
    stage().desire({ webserver: { ...EXTERNAL, address: '10.126.75.215' } });
    await stage().startModule();
    const reasonIs = (reason: string) =>
      stage().reported(reason, ({ services }) => services.iotedge?.webserver?.reason === reason);
    await reasonIs('ServiceNotFound');
    await stage().create('services', byEdgeAgent());
    await stage().serviceIs('webserver', 'has it', holds('10.126.75.215'));
  });

  it('never takes a Service over by making one of the same name', async () => {
    const { metadata } = await stage().create('services', byEdgeAgent());
    stage().desire({ webserver: { ...EXTERNAL, ports: { http: '80/TCP' }, backends: 'modules:webserver' } });
    await stage().startModule();
    await stage().reported('NameTaken', ({ services }) => services.iotedge?.webserver?.reason === 'NameTaken');
    const after = await stage().serviceIs('webserver', 'exists', () => true);
    assert.equal(after.metadata.uid, metadata.uid);
    assert.deepEqual(
      after.spec.ports.map(({ port }) => port),
      [8080],
    );
  });
});
