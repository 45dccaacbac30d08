import assert from 'node:assert/strict';
import { REASON_TOKENS, type Reason, type Reported } from '@iotedge-networking/contract';
import { decide } from '../../../../modules/networking/src/decide/decide.ts';
import { deriveEvents, NOTHING_TOLD } from '../../../../modules/networking/src/events/derive-events.ts';
import type { ClusterService, LoadBalancerView, Snapshot } from '../../../../modules/networking/src/gather/snapshot.ts';
import {
  AGENT,
  crd,
  desired,
  input,
  legacy,
  node,
  pools,
  service,
  slice,
  snapshot,
  web,
} from '../support/build-snapshot.ts';
import { managedCrd, ownPool } from '../support/managed-metallb.ts';

type MetalLb = Extract<LoadBalancerView, { readonly kind: 'metallb' }>;

/** A world in which the reason is the right answer: services of the cluster, entries of the document, and the rest. */
interface World {
  readonly services?: readonly ClusterService[];
  readonly entries?: object;
  readonly rest?: object;
  readonly change?: Partial<Snapshot>;
}

const IP = '10.126.75.206';
const one = { default: `${IP}-${IP}` };
const adopt = (change: object = {}) => ({ a: { expose: 'external', ...change } });
const a = (change: Partial<ClusterService> = {}) => service('a', { labels: AGENT, ...change });
const held = (name: string, change: Partial<ClusterService> = {}) => service(name, { ingress: [IP], ...change });
const excluded = { 'node.kubernetes.io/exclude-from-external-load-balancers': '' };
const unannounced: LoadBalancerView = {
  ...(crd() as MetalLb),
  config: { ...pools({ default: `${IP}-${IP}` }), l2Advertisements: [] },
};
const trouble = (reason: 'Unreachable' | 'DnsMismatch') => ({
  probes: { troubles: new Map([['iotedge/a', { reason, message: 'x' }]]), conditions: {} },
});
const failure = (reason: Reason) => ({ failures: new Map([['iotedge/a', { reason, message: 'x' }]]) });

/** Reasons of single Services. */
const OF_SERVICES: Readonly<Partial<Record<Reason, World>>> = {
  WaitingForAddress: { services: [a()], entries: adopt() },
  PoolExhausted: { services: [a(), held('b')], entries: adopt(), change: { loadBalancer: legacy(one) } },
  AddressOutsidePools: { services: [a({ loadBalancerIp: '192.0.2.1' })] },
  AddressInUse: { services: [a({ loadBalancerIp: IP }), held('b')] },
  SharingConflict: {
    services: [
      a({ loadBalancerIp: IP, annotations: { 'metallb.universe.tf/allow-shared-ip': 'k' } }),
      held('b', { annotations: { 'metallb.universe.tf/allow-shared-ip': 'k' } }),
    ],
  },
  PoolNotFound: { services: [a({ annotations: { 'metallb.universe.tf/address-pool': 'none' } })] },
  FamilyMismatch: { services: [a({ loadBalancerIp: 'fd00::1' })] },
  RequestConflict: {
    services: [a({ loadBalancerIp: IP, annotations: { 'metallb.universe.tf/loadBalancerIPs': IP } })],
  },
  NotAnnounced: { services: [held('a')], change: { loadBalancer: unannounced } },
  NodeExcluded: {
    services: [held('a')],
    change: { loadBalancer: crd(), nodes: [node('node-1', { labels: excluded })] },
  },
  NoReadyEndpoints: { services: [held('a')], change: { slices: new Map([['iotedge/a', [slice('a', { ready: 0 })]]]) } },
  NoMatchingPods: { services: [held('a')], change: { slices: new Map() } },
  DnsMismatch: { services: [held('a')], change: trouble('DnsMismatch') },
  Unreachable: { services: [held('a')], change: trouble('Unreachable') },
  LoadBalancerMissing: { services: [a()], change: { loadBalancer: { kind: 'none' } } },
  Forbidden: { entries: { a: web() }, change: failure('Forbidden') },
  ApiUnavailable: { entries: { a: web() }, change: failure('ApiUnavailable') },
  Refused: { entries: { a: web() }, change: failure('Refused') },
  NameTaken: { services: [service('a')], entries: { a: web() } },
  ServiceNotFound: { entries: adopt() },
  NamespaceNotFound: { entries: { a: web() }, change: { namespaces: new Map() } },
};

const declared = (computeNetwork: object) => ({ computeNetwork });
const owned = managedCrd({ pools: [ownPool('default', `${IP}-10.126.75.209`)] });

/** Reasons of the whole device. */
const OF_DEVICE: Readonly<Partial<Record<Reason, World>>> = {
  Forbidden: { change: { conditions: { Forbidden: 'x' } } },
  ApiUnavailable: { change: { conditions: { ApiUnavailable: 'x' } } },
  DnsUnreachable: { change: { probes: { troubles: new Map(), conditions: { DnsUnreachable: 'x' } } } },
  Unreachable: { change: { probes: { troubles: new Map(), conditions: { Unreachable: 'x' } } } },
  NodeIpsMismatch: { rest: declared({ nodeIps: '192.0.2.1-192.0.2.2' }) },
  PoolsMismatch: { rest: declared({ externalServiceIps: { default: '192.0.2.1' } }) },
  SubnetMismatch: { services: [held('a')], rest: declared({ clusterIpSubnet: '10.96.0.0/16' }) },
  RangesOverlap: { change: { loadBalancer: legacy({ default: '10.126.75.200-10.126.75.215' }) } },
  ConfigurationStale: { change: { loadBalancer: { ...(crd() as MetalLb), stale: 'x' } } },
  NotAnnounced: { change: { loadBalancer: unannounced } },
  NodeExcluded: { change: { loadBalancer: crd(), nodes: [node('n', { labels: excluded })] } },
  PoolChangeRefused: { rest: declared({ managePools: true }), change: { loadBalancer: owned } },
  AddressTakenAway: {
    services: [held('a')],
    rest: declared({ managePools: true, externalServiceIps: { default: '10.126.75.207-10.126.75.209' } }),
    change: { loadBalancer: owned },
  },
};

function reportOf({ services = [], entries = {}, rest = {}, change = {} }: World): Reported {
  const document = desired({ iotedge: entries }, rest);
  return decide(input({ desired: document, snapshot: snapshot({ services }, change) })).report;
}

describe('[unit] every reason arises', () => {
  for (const [reason, world] of Object.entries(OF_SERVICES))
    it(`${reason} of a Service`, () => {
      const found = reportOf(world).services.iotedge?.a;
      assert.equal(found?.reason, reason, JSON.stringify(found));
      assert.notEqual(found.message, undefined);
    });

  for (const [reason, world] of Object.entries(OF_DEVICE))
    it(`${reason} of the device`, () => assert.ok(reportOf(world).conditions?.[reason] !== undefined));

  it('Ready is a state, InvalidDesired a state of the document with an event', () => {
    const document = desired({ iotedge: { a: web() } });
    const at = snapshot({ services: [held('b')] });
    const status = { version: 8, state: 'rejected', problems: [], inForce: 7 } as const;
    const { report } = decide(input({ desired: document, desiredStatus: status, snapshot: at }));
    assert.equal(report.services.iotedge?.b?.state, 'Ready');
    assert.equal(report.desired.state, 'rejected');
    assert.ok(deriveEvents(NOTHING_TOLD, report, 'now').some(({ kind }) => kind === 'DesiredRejected'));
  });

  it('and none is left out', () => {
    const others = ['Ready', 'InvalidDesired', 'DriftCorrected'];
    const covered = new Set([...Object.keys(OF_SERVICES), ...Object.keys(OF_DEVICE), ...others]);
    assert.deepEqual(
      REASON_TOKENS.filter((token) => !covered.has(token)),
      [],
    );
  });
});
