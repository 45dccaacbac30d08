import assert from 'node:assert/strict';
import { decide } from '../../../../modules/networking/src/decide/decide.ts';
import { AGENT, desired, input, service, snapshot } from '../support/build-snapshot.ts';

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
