import assert from 'node:assert/strict';
import { LoadBalancerModel, wouldAccept } from '@iotedge-networking/metallb';
import { addressesOf, modelWith, service } from './builders.ts';

const few = { p: ['10.0.0.1-10.0.0.3'] };

describe('[unit] would accept', () => {
  it('says what a served Service would lose for an impossible request, and leaves it alone', () => {
    const model = modelWith(few);
    model.apply(service('d/a'));
    assert.deepEqual(wouldAccept(model, service('d/a', { loadBalancerIP: '192.0.2.1' })), {
      accepted: false,
      reason: 'AddressOutsidePools',
      message: '["192.0.2.1"] is not allowed in config',
      loses: ['10.0.0.1'],
      keeps: [],
    });
    assert.deepEqual(addressesOf(model, 'd/a'), ['10.0.0.1']);
    assert.deepEqual(model.holders('10.0.0.1'), ['d/a']);
  });

  it('says that both ways of asking at once are refused and cost a served Service nothing', () => {
    const model = modelWith(few);
    model.apply(service('d/a'));
    const both = { loadBalancerIP: '10.0.0.2', annotations: { 'metallb.io/loadBalancerIPs': '10.0.0.2' } };
    const verdict = wouldAccept(model, service('d/a', both));
    assert.deepEqual(verdict.accepted ? undefined : [verdict.reason, verdict.loses, verdict.keeps], [
      'RequestConflict',
      [],
      ['10.0.0.1'],
    ]);
  });

  it('says which address a move gives and which it costs', () => {
    const model = modelWith(few);
    model.apply(service('d/a'));
    assert.deepEqual(wouldAccept(model, service('d/a', { loadBalancerIP: '10.0.0.3' })), {
      accepted: true,
      addresses: ['10.0.0.3'],
      pool: 'p',
      alternatives: [['10.0.0.3']],
      loses: ['10.0.0.1'],
    });
    assert.deepEqual(wouldAccept(model, service('d/a')), {
      accepted: true,
      addresses: ['10.0.0.1'],
      pool: 'p',
      alternatives: [['10.0.0.1']],
      loses: [],
    });
  });

  it('tells everything that chance may bring', () => {
    const model = modelWith({ x: ['10.0.0.1/32'], y: ['10.0.1.1/32'] });
    const verdict = wouldAccept(model, service('d/a'));
    assert.deepEqual(verdict.accepted ? verdict.alternatives : [], [['10.0.0.1'], ['10.0.1.1']]);
  });

  it('accepts a Service that asks for nothing, telling what it gives up', () => {
    const model = modelWith(few);
    model.apply(service('d/a'));
    const verdict = wouldAccept(model, service('d/a', { type: 'ClusterIP' }));
    assert.deepEqual(verdict.accepted ? [verdict.addresses, verdict.loses] : [], [[], ['10.0.0.1']]);
  });

  it('goes by the status of a Service it has not seen', () => {
    const verdict = wouldAccept(modelWith(few), service('d/a', { status: ['10.0.0.2'], loadBalancerIP: '10.0.0.9' }));
    assert.deepEqual(verdict.accepted ? undefined : verdict.loses, ['10.0.0.2']);
  });

  it('refuses for want of a controller that looks at the Service', () => {
    const reasonFor = (model: LoadBalancerModel, loadBalancerClass?: string): string => {
      const verdict = wouldAccept(model, service('d/a', { loadBalancerClass }));
      return verdict.accepted ? '' : `${verdict.reason}: ${verdict.message}`;
    };
    assert.equal(reasonFor(new LoadBalancerModel()), 'LoadBalancerMissing: no valid configuration has been read');
    assert.equal(
      reasonFor(modelWith(few), 'other'),
      'LoadBalancerMissing: the controller handles only Services without a class, the Service names "other"',
    );
    assert.equal(
      reasonFor(modelWith(few, { loadBalancerClass: 'ours' })),
      'LoadBalancerMissing: the controller handles only class "ours", the Service names ""',
    );
  });

  const causes: [title: string, parts: Parameters<typeof service>[1], reason: string][] = [
    ['a full pool', {}, 'PoolExhausted'],
    ['an address in use', { loadBalancerIP: '10.0.0.1' }, 'AddressInUse'],
    [
      'a key that differs',
      { loadBalancerIP: '10.0.0.2', annotations: { 'metallb.io/allow-shared-ip': 'z' } },
      'SharingConflict',
    ],
    ['a pool that does not exist', { annotations: { 'metallb.io/address-pool': 'ghost' } }, 'PoolNotFound'],
    ['an address that is none', { loadBalancerIP: '10.0.0' }, 'AddressOutsidePools'],
    ['an IPv6 address that is none', { loadBalancerIP: 'fd00::x' }, 'AddressOutsidePools'],
    ['addresses that are none', { annotations: { 'metallb.io/loadBalancerIPs': '10.0.0.1,x' } }, 'AddressOutsidePools'],
    [
      'two addresses of one family',
      { annotations: { 'metallb.io/loadBalancerIPs': '10.0.0.1,10.0.0.2' } },
      'AddressOutsidePools',
    ],
    ['an address of the other family', { loadBalancerIP: 'fd00::1' }, 'FamilyMismatch'],
    [
      'addresses of two pools',
      { clusterIPs: ['10.96.0.1', 'fd00:96::1'], annotations: { 'metallb.io/loadBalancerIPs': '10.0.0.1,fd00::1' } },
      'AddressOutsidePools',
    ],
  ];
  for (const [title, parts, reason] of causes) {
    it(`gives ${reason} for ${title}`, () => {
      const model = modelWith({ p: ['10.0.0.1-10.0.0.2'], six: ['fd00::/126'] });
      model.apply(service('d/x'));
      model.apply(service('d/y', { annotations: { 'metallb.io/allow-shared-ip': 'k' } }));
      const verdict = wouldAccept(model, service('d/a', parts));
      assert.equal(verdict.accepted ? 'accepted' : verdict.reason, reason);
    });
  }
});
