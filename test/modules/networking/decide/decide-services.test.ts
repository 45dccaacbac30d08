import assert from 'node:assert/strict';
import { decide } from '../../../../modules/networking/src/decide/decide.ts';
import { AGENT, crd, desired, input, legacy, service, snapshot } from '../support/build-snapshot.ts';

describe('[unit] requests for addresses while no load balancer is installed', () => {
  const changesOf = (loadBalancerIp: string, address?: string) => {
    const services = [service('a', { labels: AGENT, ingress: ['10.126.75.210'], loadBalancerIp })];
    const document = desired({ iotedge: { a: { expose: 'external', address } } });
    const at = snapshot({ services }, { loadBalancer: { kind: 'none' } });
    return decide(input({ desired: document, snapshot: at })).changes.map((change) =>
      change.kind === 'edit-service' ? change.edit : change.kind,
    );
  };

  it('are not written where there is none', () => {
    assert.deepEqual(changesOf(''), []);
  });

  it('that were withdrawn are put right, so that the address in use is not lost when one is installed', () => {
    assert.deepEqual(changesOf('10.126.75.209'), [{ loadBalancerIp: '10.126.75.210' }]);
    assert.deepEqual(changesOf('10.126.75.210'), []);
  });
});

describe('[unit] a stated address that another Service holds, while no load balancer is installed', () => {
  const [X, Y] = ['10.126.75.206', '10.126.75.207'] as const;
  const held = (name: string, ip: string, annotations = {}) =>
    service(name, { labels: AGENT, ingress: [ip], loadBalancerIp: ip, annotations });
  const editsOf = (services: readonly ReturnType<typeof service>[], entries: Record<string, object>) => {
    const iotedge = Object.fromEntries(
      Object.entries(entries).map(([name, entry]) => [name, { expose: 'external', ...entry }]),
    );
    const at = snapshot({ services }, { loadBalancer: { kind: 'none' } });
    const { changes, report } = decide(input({ desired: desired({ iotedge }), snapshot: at }));
    return {
      edits: changes.map((change) => (change.kind === 'edit-service' ? change.edit.loadBalancerIp : change.kind)),
      reason: report.services.iotedge?.a?.reason,
    };
  };

  it('is not asked for: whoever is installed later would take it away from the other', () => {
    const found = editsOf([held('a', X), held('b', Y)], { a: { address: Y }, b: {} });
    assert.deepEqual(found, { edits: [], reason: 'AddressInUse' });
  });
  it('is not exchanged either', () => {
    const found = editsOf([held('a', X), held('b', Y)], { a: { address: Y }, b: { address: X } });
    assert.deepEqual(found, { edits: [], reason: 'AddressInUse' });
  });
  it('is asked for where both share it, where it is free, and by a Service that has none', () => {
    const key = { 'metallb.universe.tf/allow-shared-ip': 'k' };
    const shared = [held('a', X, key), held('b', Y, key)];
    assert.deepEqual(editsOf(shared, { a: { address: Y, shareAddress: 'k' } }).edits, [Y]);
    assert.deepEqual(editsOf([held('a', X)], { a: { address: Y } }).edits, [Y]);
    assert.deepEqual(editsOf([service('a', { labels: AGENT }), held('b', Y)], { a: { address: Y } }).edits, [Y]);
  });
});

describe('[unit] a Service that shares its address', () => {
  it('is not moved by a traffic policy that the other one does not have, not even where its stated pool is refused', () => {
    const annotations = { 'metallb.universe.tf/allow-shared-ip': 'k' };
    const shared = { labels: AGENT, annotations, ingress: ['10.126.75.206'] };
    const udp = [{ name: 'dns', port: 53, targetPort: 53, protocol: 'UDP' }];
    const services = [service('a', shared), service('b', { ...shared, ports: udp })];
    const iotedge = { a: { expose: 'external', pool: 'none', externalTrafficPolicy: 'Local' } };
    for (const loadBalancer of [legacy(), crd()]) {
      const at = snapshot({ services }, { loadBalancer });
      const { changes, report } = decide(input({ desired: desired({ iotedge }), snapshot: at }));
      const edits = changes.map((change) => (change.kind === 'edit-service' ? change.edit : change.kind));
      assert.ok(edits.every((edit) => !JSON.stringify(edit).includes('Local')));
      assert.equal(report.services.iotedge?.a?.state, 'Failing');
    }
  });
});
