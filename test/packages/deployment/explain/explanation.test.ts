import assert from 'node:assert/strict';
import type { ReportedService } from '../../../../packages/contract/src/index.ts';
import {
  explainMissing,
  explainService,
  formatExplanation,
} from '../../../../packages/deployment/src/explain/explanation.ts';
import { firstBroken, walkPath } from '@iotedge-networking/contract';

const NODES = {
  'k8s-1': { ip: '10.0.0.2', role: 'master', ready: true },
  'k8s-2': { ip: '10.0.0.3', role: 'worker', ready: false },
};

const GOOD: ReportedService = {
  type: 'LoadBalancer',
  ips: '10.0.0.11',
  clusterIp: '172.28.1.2',
  ports: '8080/TCP',
  ready: '2/2',
  node: 'k8s-1',
  pool: 'default',
  dns: 'web.iotedge.svc.cluster.local',
  state: 'Ready',
  reason: '',
};

const states = (service: ReportedService): string =>
  walkPath(service, NODES)
    .map(({ state }) => ({ ok: '+', broken: '!', unknown: '?' })[state])
    .join('');

describe('[unit] path of a Service', () => {
  // client, address, announcer, service, endpoints, dns: + ok, ! broken, ? unknown.
  const CASES: readonly { why: string; parts: Partial<ReportedService>; path: string; broken?: string }[] = [
    { why: 'all is well', parts: {}, path: '?+++++' },
    { why: 'an internal Service', parts: { type: 'ClusterIP', ips: '', node: undefined }, path: '++++++' },
    {
      why: 'the address does not answer',
      parts: { state: 'Failing', reason: 'Unreachable', message: 'No answer' },
      path: '!+++++',
      broken: 'client: No answer.',
    },
    {
      why: 'the pool is exhausted',
      parts: { ips: '', node: undefined, state: 'Pending', reason: 'PoolExhausted', message: 'no available IPs' },
      path: '?!?+++',
      broken: 'address: no available IPs.',
    },
    {
      why: 'no address and no reason',
      parts: { ips: '', node: undefined, state: 'Pending' },
      path: '?!?+++',
      broken: 'address: It has no external address.',
    },
    {
      why: 'a wish was refused and the address kept',
      parts: { state: 'Failing', reason: 'AddressInUse', message: 'Keeps 10.0.0.11: in use' },
      path: '?+++++',
    },
    {
      why: 'nobody announces it',
      parts: { state: 'Failing', reason: 'NotAnnounced', node: undefined },
      path: '?+!+++',
      broken: 'announcer: NotAnnounced.',
    },
    {
      why: 'every node is excluded',
      parts: { state: 'Failing', reason: 'NodeExcluded', node: undefined, message: 'label!' },
      path: '?+!+++',
      broken: 'announcer: label!',
    },
    {
      why: 'the announcer is down',
      parts: { node: 'k8s-2' },
      path: '?+!+++',
      broken: 'announcer: k8s-2 answers for the address, but is not ready.',
    },
    { why: 'the announcer is not reported', parts: { node: undefined }, path: '?+?+++' },
    {
      why: 'the Service is refused',
      parts: { state: 'Failing', reason: 'Refused', message: 'bad port' },
      path: '?++!++',
      broken: 'service: bad port.',
    },
    {
      why: 'no pod is ready',
      parts: { state: 'Failing', reason: 'NoReadyEndpoints', ready: '0/2', message: 'None of 2 endpoints is ready.' },
      path: '?+++!+',
      broken: 'endpoints: None of 2 endpoints is ready.',
    },
    {
      why: 'no pod at all, not judged yet',
      parts: { ready: '0/1' },
      path: '?+++!+',
      broken: 'endpoints: 0 of 1 pods is ready.',
    },
    {
      why: 'the name leads elsewhere',
      parts: { state: 'Failing', reason: 'DnsMismatch', message: 'DNS says 172.28.9.9' },
      path: '?++++!',
      broken: 'dns: DNS says 172.28.9.9.',
    },
    {
      why: 'two things at once: the first from the client is told',
      parts: { state: 'Failing', reason: 'NoReadyEndpoints', node: 'k8s-2', ready: '0/2' },
      path: '?+!+!+',
      broken: 'announcer: k8s-2 answers for the address, but is not ready.',
    },
    {
      why: 'details were left out',
      parts: {
        type: undefined,
        clusterIp: undefined,
        ports: undefined,
        ready: undefined,
        node: undefined,
        pool: undefined,
        dns: undefined,
      },
      path: '?+????',
    },
    {
      why: 'everything was left out',
      parts: {
        type: undefined,
        ips: undefined,
        clusterIp: undefined,
        ports: undefined,
        ready: undefined,
        node: undefined,
        dns: undefined,
      },
      path: '++++??'.replace('++++', '+++?'),
    },
    { why: 'ports were left out', parts: { ports: undefined }, path: '?+++++' },
  ];
  for (const { why, parts, path, broken } of CASES)
    it(why, () => {
      const service = { ...GOOD, ...parts };
      assert.equal(states(service), path);
      const hop = firstBroken(walkPath(service, NODES));
      assert.equal(hop === undefined ? undefined : `${hop.hop}: ${hop.message}`, broken);
    });

  const subject = { device: 'store-001', service: 'iotedge/web', source: 'module' as const, nodes: NODES };

  it('prints a Service that works', () => {
    const explanation = explainService(GOOD, subject);
    assert.equal(explanation.ok, true);
    assert.deepEqual(formatExplanation(explanation), [
      'iotedge/web on store-001 (as its networking module answers): Ready',
      '  client      unknown   The network from the client to 10.0.0.11 cannot be seen from here.',
      '  address     ok        It has 10.0.0.11 from pool default.',
      '  announcer   ok        k8s-1 answers for the address.',
      '  service     ok        172.28.1.2 forwards 8080/TCP to the pods.',
      '  endpoints   ok        2 of 2 pods are ready.',
      '  dns         ok        In the cluster its name is web.iotedge.svc.cluster.local.',
    ]);
  });

  it('prints one that does not, with the first broken hop and what to do', () => {
    const broken = {
      ...GOOD,
      state: 'Failing' as const,
      reason: 'NoReadyEndpoints' as const,
      ready: '0/2',
      message: 'None of 2 endpoints is ready.',
    };
    const explanation = explainService(broken, { ...subject, source: 'reported', note: 'It is offline.' });
    assert.deepEqual([explanation.ok, explanation.broken], [false, 'endpoints']);
    const lines = formatExplanation(explanation);
    assert.equal(lines[0], 'iotedge/web on store-001 (as last reported): Failing, NoReadyEndpoints');
    assert.deepEqual(lines.slice(1, 2), ['  Note: It is offline.']);
    assert.deepEqual(lines.slice(-3), [
      'First broken hop: endpoints',
      'Why: None of 2 endpoints is ready.',
      'What to do: See why the pods are not ready.',
    ]);
  });

  it('is not content with a refused wish, though every hop works', () => {
    const kept = {
      ...GOOD,
      state: 'Failing' as const,
      reason: 'AddressInUse' as const,
      message: 'Keeps 10.0.0.11: in use.',
    };
    const { ok, broken, mend } = explainService(kept, subject);
    assert.deepEqual(
      [ok, broken, mend],
      [false, undefined, 'Choose another address, or give both the same sharing key.'],
    );
  });

  it('finds its words where the device has none', () => {
    assert.equal(
      explainService({ ...GOOD, ips: '', node: '', state: 'Pending' }, subject).message,
      'It has no external address.',
    );
    assert.equal(
      explainService({ ...GOOD, state: 'Failing', reason: 'DriftCorrected' }, subject).message,
      'Somebody changed what the desired properties state; it was put back.',
    );
  });

  it('says that there is no such Service', () => {
    const { ok, broken, reason } = explainMissing(subject);
    assert.deepEqual([ok, broken, reason], [false, 'service', 'ServiceNotFound']);
  });
});
