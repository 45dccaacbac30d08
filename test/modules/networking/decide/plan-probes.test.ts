import assert from 'node:assert/strict';
import { decide } from '../../../../modules/networking/src/decide/decide.ts';
import type { ClusterService } from '../../../../modules/networking/src/gather/snapshot.ts';
import { desired, input, service, slice, snapshot, web } from '../support/build-snapshot.ts';

const dnsPorts = [{ name: 'dns', port: 53, targetPort: 53, protocol: 'UDP' }];
const kubeDns = service('kube-dns', {
  namespace: 'kube-system',
  type: 'ClusterIP',
  clusterIps: ['172.28.0.10'],
  ports: dnsPorts,
});
const port = (number: number, protocol = 'TCP') => ({ port: number, targetPort: number, protocol });
const held = (change: Partial<ClusterService> = {}) => service('hmi', { ingress: ['10.126.75.206'], ...change });

const probesOf = (services: readonly ClusterService[], entry: object = {}, rest: object = {}) => {
  const document = desired({ iotedge: { hmi: { expose: 'external', ...entry } } }, rest);
  const slices = services.map((one) => slice(one.name, { namespace: one.namespace }));
  return decide(input({ desired: document, snapshot: snapshot({ services, slices }) })).probes.map(({ id }) => id);
};

describe('[unit] planning probes', () => {
  const dns = 'dns://hmi.iotedge.svc.cluster.local 172.28.0.5';
  const cases: readonly (readonly [
    what: string,
    services: readonly ClusterService[],
    entry: object,
    ids: readonly string[],
  ])[] = [
    ['each address and the name', [held(), kubeDns], {}, ['tcp://10.126.75.206:8080 iotedge/hmi', dns]],
    ['no name without a DNS server', [held()], {}, ['tcp://10.126.75.206:8080 iotedge/hmi']],
    ['nothing where the entry says none', [held(), kubeDns], { probe: 'none' }, []],
    [
      'TCP ports only',
      [held({ ports: [port(53, 'UDP'), port(80), port(443)] })],
      {},
      ['tcp://10.126.75.206:80 iotedge/hmi', 'tcp://10.126.75.206:443 iotedge/hmi'],
    ],
    [
      'HTTP at the lowest port',
      [held({ ports: [port(443), port(80)] })],
      { probe: 'http:/healthz' },
      ['tcp://10.126.75.206:443 iotedge/hmi', 'http://10.126.75.206:80/healthz iotedge/hmi'],
    ],
    [
      'HTTP at a stated port',
      [held({ ports: [port(443), port(80)] })],
      { probe: 'http:443:/' },
      ['http://10.126.75.206:443/ iotedge/hmi', 'tcp://10.126.75.206:80 iotedge/hmi'],
    ],
    ['no address of a Service with source ranges', [held({ sourceRanges: ['10.0.0.0/8'] }), kubeDns], {}, [dns]],
    ['no address of a Service without one', [service('hmi'), kubeDns], {}, [dns]],
    [
      'no name of a headless Service',
      [held({ clusterIps: [] }), kubeDns],
      {},
      ['tcp://10.126.75.206:8080 iotedge/hmi'],
    ],
    ['nothing of a Service on its way out', [held({ deleting: true }), kubeDns], {}, []],
  ];
  for (const [what, services, entry, ids] of cases)
    it(`asks for ${what}`, () => assert.deepEqual(probesOf(services, entry), ids));

  it('writes IPv6 addresses in brackets', () => {
    const at = snapshot({ services: [held({ ingress: ['fd00::1'] })] }, { loadBalancer: { kind: 'none' } });
    const { probes } = decide(input({ desired: desired({}), snapshot: at }));
    assert.deepEqual(
      probes.map(({ id }) => id),
      ['tcp://[fd00::1]:8080 iotedge/hmi'],
    );
  });

  it('asks nothing where the document says so, and while there is none', () => {
    assert.deepEqual(probesOf([held(), kubeDns], {}, { options: { probe: false } }), []);
    assert.deepEqual(decide(input({ snapshot: snapshot({ services: [held(), kubeDns] }) })).probes, []);
  });

  it('asks for Services of others, too, and not for what is known to be wrong already', () => {
    const other = service('other', { namespace: 'plant', ingress: ['10.126.75.207'] });
    const broken = service('broken', { ingress: ['10.126.75.208'] });
    const slices = [slice('broken', { ready: 0, total: 1, readyNodes: [] }), slice('other', { namespace: 'plant' })];
    const at = snapshot({ services: [other, broken], slices });
    const document = desired({ iotedge: { hmi: web() } });
    const { probes } = decide(input({ desired: document, snapshot: at }));
    assert.deepEqual(
      probes.map(({ id }) => id),
      ['tcp://10.126.75.207:8080 plant/other'],
    );
  });

  it('goes on asking for what a probe found wrong, and reports it with the announcer', () => {
    const found = { reason: 'Unreachable', message: '10.126.75.206:8080 refuses connections.' } as const;
    const probes = { troubles: new Map([['iotedge/hmi', found]]), conditions: { DnsUnreachable: 'silent' } };
    const document = desired({ iotedge: { hmi: { expose: 'external' } } });
    const decision = decide(input({ desired: document, snapshot: snapshot({ services: [held()] }, { probes }) }));
    const reported = decision.report.services.iotedge?.hmi;
    assert.deepEqual(
      [reported?.state, reported?.reason, reported?.message, reported?.node],
      ['Failing', 'Unreachable', found.message, 'node-1'],
    );
    assert.deepEqual(decision.report.conditions, { DnsUnreachable: 'silent' });
    assert.equal(decision.probes.length, 1);
  });
});
