import assert from 'node:assert/strict';
import { EXCLUDE_LABEL, explain, LoadBalancerModel } from '@iotedge-networking/metallb';
import type {
  ExplainSurroundings,
  LoadBalancerService,
  MetalLbResources,
  ModelOptions,
} from '@iotedge-networking/metallb';
import { configOf, modelWith, resource, service, sha256 } from './builders.ts';

const specs = { p: ['10.0.0.1-10.0.0.2'], q: { addresses: ['10.0.1.1/32'], autoAssign: false } };

function explained(parts: Partial<LoadBalancerService>, options: ModelOptions = {}, filled = true): string[] {
  const model = modelWith(specs, options);
  if (filled) {
    model.apply(service('d/x'));
    model.apply(service('d/y', { annotations: { 'metallb.io/allow-shared-ip': 'k' } }));
  }
  model.apply(service('d/a', parts));
  const { reason, message, fix } = explain(model, 'd/a');
  return [reason, message, fix];
}

const poolList = 'p (10.0.0.1-10.0.0.2); q (10.0.1.1/32)';

describe('[unit] explain', () => {
  const cases: [title: string, parts: Partial<LoadBalancerService>, explanation: string[]][] = [
    [
      'a full pool',
      {},
      [
        'PoolExhausted',
        'd/a does not get what it asks for: no available IPs.',
        'Extend a pool, free an address, or let Services share one (allow-shared-ip).',
      ],
    ],
    [
      'an address outside the pools',
      { loadBalancerIP: '192.0.2.1' },
      [
        'AddressOutsidePools',
        'd/a does not get what it asks for: ["192.0.2.1"] is not allowed in config.',
        `Ask for an address of a pool that serves this Service: ${poolList}.`,
      ],
    ],
    [
      'an address in use',
      { loadBalancerIP: '10.0.0.1' },
      [
        'AddressInUse',
        'd/a does not get what it asks for: can\'t change sharing key for "d/a", address also in use by d/x.',
        'Ask for another address, or give both Services the same allow-shared-ip key.',
      ],
    ],
    [
      'a sharing conflict',
      { loadBalancerIP: '10.0.0.2', annotations: { 'metallb.io/allow-shared-ip': 'k' } },
      [
        'SharingConflict',
        'd/a does not get what it asks for: port TCP/80 is already in use on "10.0.0.2".',
        'Use one allow-shared-ip key, ports that differ, and the same externalTrafficPolicy.',
      ],
    ],
    [
      'an unknown pool',
      { annotations: { 'metallb.io/address-pool': 'ghost' } },
      [
        'PoolNotFound',
        'd/a does not get what it asks for: unknown pool "ghost".',
        `Name one of the pools there are: ${poolList}.`,
      ],
    ],
    [
      'a family that is not its own',
      { loadBalancerIP: 'fd00::1' },
      [
        'FamilyMismatch',
        'd/a does not get what it asks for: requested loadBalancer IP(s) ["fd00::1"] does not match the ipFamily of the service.',
        'Ask for addresses of the families that the Service has cluster IPs of.',
      ],
    ],
    [
      'two ways of asking',
      { loadBalancerIP: '10.0.0.1', annotations: { 'metallb.io/loadBalancerIPs': '10.0.0.1' } },
      [
        'RequestConflict',
        'd/a does not get what it asks for: service can not have both metallb.io/loadBalancerIPs and svc.Spec.LoadBalancerIP.',
        'Keep one request: spec.loadBalancerIP or the annotation, and a pool that holds it.',
      ],
    ],
    [
      'a class of somebody else',
      { loadBalancerClass: 'other' },
      [
        'LoadBalancerMissing',
        'd/a does not get what it asks for: the controller handles only Services without a class, the Service names "other".',
        'Leave spec.loadBalancerClass out.',
      ],
    ],
    [
      'a Service that asks for nothing',
      { type: 'ClusterIP' },
      ['Ready', 'd/a is of type ClusterIP and asks for no external address.', ''],
    ],
  ];
  for (const [title, parts, explanation] of cases) {
    it(`explains ${title}`, () => assert.deepEqual(explained(parts), explanation));
  }

  it('explains a class that the Service would have to name, and a controller without configuration', () => {
    assert.equal(
      explained({}, { loadBalancerClass: 'ours' })[2],
      'Set spec.loadBalancerClass to the class of the controller.',
    );
    const model = new LoadBalancerModel();
    model.apply(service('d/a', { status: ['10.0.0.1'] }));
    assert.deepEqual(explain(model, 'd/a'), {
      reason: 'LoadBalancerMissing',
      message: 'd/a does not get what it asks for (it keeps 10.0.0.1): no valid configuration has been read.',
      fix: 'Give MetalLB a valid configuration.',
    });
    assert.equal(explain(model, 'd/ghost').reason, 'ServiceNotFound');
  });

  it('explains a served Service', () => {
    assert.deepEqual(explained({}, {}, false), ['Ready', 'd/a has 10.0.0.1.', '']);
  });

  const surroundings: ExplainSurroundings = { nodes: [{ name: 'k8s-1' }], sha256 };
  const selecting = { serviceSelectors: [{ matchLabels: { app: 'a' } }] };
  const hops: [
    title: string,
    resources: MetalLbResources,
    parts: Partial<ExplainSurroundings>,
    reason: string,
    message: RegExp,
    fix: RegExp,
  ][] = [
    [
      'an announcing node',
      { l2Advertisements: [resource('l', {})] },
      {},
      'Ready',
      /^d\/a has 10.0.0.1 and node k8s-1 answers for it\.$/,
      /^$/,
    ],
    ['announcing by BGP', { bgpAdvertisements: [resource('b', {})] }, {}, 'Ready', /k8s-1 announce it by BGP/, /^$/],
    ['no advertisement', {}, {}, 'NotAnnounced', /nobody answers for it: no L2Advertisement/, /Add an L2Advertisement/],
    [
      'no endpoint',
      { l2Advertisements: [resource('l', {})] },
      { endpoints: [] },
      'NoReadyEndpoints',
      /no endpoint/,
      /pods/,
    ],
    [
      'an excluded node',
      { l2Advertisements: [resource('l', {})] },
      { nodes: [{ name: 'k8s-1', labels: { [EXCLUDE_LABEL]: '' } }] },
      'NodeExcluded',
      /label/,
      /--ignore-exclude-lb/,
    ],
    [
      'a shared address with service selectors',
      { l2Advertisements: [resource('l', selecting)] },
      {},
      'NotAnnounced',
      /sharedIP/,
      /Drop allow-shared-ip/,
    ],
    [
      'an interface that is not there',
      { l2Advertisements: [resource('l', { interfaces: ['eth9'] })] },
      { nodes: [{ name: 'k8s-1', interfaces: ['eth0'] }] },
      'NotAnnounced',
      /interfaces/,
      /Name interfaces that the node has/,
    ],
  ];
  for (const [title, resources, parts, reason, message, fix] of hops) {
    it(`explains ${title}`, () => {
      const config = configOf({ pools: [resource('p', { addresses: ['10.0.0.1/32'] })], ...resources });
      const model = new LoadBalancerModel({ config });
      model.apply(service('d/a', { labels: { app: 'a' }, annotations: { 'metallb.io/allow-shared-ip': 'k' } }));
      const explanation = explain(model, 'd/a', { ...surroundings, ...parts });
      assert.equal(explanation.reason, reason);
      assert.match(explanation.message, message);
      assert.match(explanation.fix, fix);
    });
  }
});
