import assert from 'node:assert/strict';
import type { KubeObject } from '../../../../../packages/simulator/src/cluster/object-client.ts';
import { ageOf, humanDuration } from '../../../../../packages/simulator/src/cluster/table/human-duration.ts';
import { jsonPathValues } from '../../../../../packages/simulator/src/cluster/table/json-path.ts';
import { nodeAddress, nodeRoles, nodeStatus } from '../../../../../packages/simulator/src/cluster/table/node-cells.ts';
import {
  podReason,
  podRestarts,
  readinessGates,
  readyContainers,
} from '../../../../../packages/simulator/src/cluster/table/pod-cells.ts';
import {
  endpointAddresses,
  externalAddresses,
  servicePorts,
  sliceAddresses,
  slicePorts,
} from '../../../../../packages/simulator/src/cluster/table/service-cells.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const now = new Date('2024-01-02T00:00:00Z');
const object = (fields: object, metadata: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'X',
  metadata: { name: 'x', ...metadata },
  ...fields,
});

describe('[unit] kubectl columns', () => {
  const durations: readonly (readonly [number, string])[] = [
    [-2 * second, '<invalid>'],
    [-1 * second, '0s'],
    [119 * second, '119s'],
    [2 * minute, '2m'],
    [2 * minute + 5 * second, '2m5s'],
    [10 * minute, '10m'],
    [179 * minute, '179m'],
    [3 * hour, '3h'],
    [3 * hour + minute, '3h1m'],
    [47 * hour, '47h'],
    [2 * day + hour, '2d1h'],
    [8 * day, '8d'],
    [729 * day, '729d'],
    [3 * 365 * day + day, '3y1d'],
    [9 * 365 * day, '9y'],
  ];
  for (const [milliseconds, text] of durations) {
    it(`prints an age of ${milliseconds / second} seconds as ${text}`, () =>
      assert.equal(humanDuration(milliseconds), text));
  }

  it('prints the age of a time stamp, of none and of nonsense', () => {
    assert.deepEqual(
      [ageOf('2024-01-01T23:59:50Z', now), ageOf(undefined, now), ageOf('soon', now)],
      ['10s', '<unknown>', '<invalid>'],
    );
  });

  const paths: readonly (readonly [string, unknown[]])[] = [
    ['.spec.addresses', [['a', 'b']]],
    ['.spec.addresses[1]', ['b']],
    ['.spec.addresses[*]', ['a', 'b']],
    ['.spec.addresses[9]', []],
    ['.status.conditions[?(@.type=="Ready")].status', ['True']],
    ['.metadata.labels.example\\.com/x', ['y']],
    [".metadata.labels['example.com/x']", ['y']],
    ['.metadata.labels[*]', ['y']],
    ['.spec.absent.deeper', []],
    ['.spec.addresses.name', []],
  ];
  for (const [path, values] of paths) {
    it(`reads ${path}`, () => {
      const subject = {
        metadata: { labels: { 'example.com/x': 'y' } },
        spec: { addresses: ['a', 'b'] },
        status: { conditions: [{ type: 'Ready', status: 'True' }] },
      };
      assert.deepEqual(jsonPathValues(path, subject), values);
    });
  }

  const addresses: readonly (readonly [string, object, string])[] = [
    ['a LoadBalancer without one', { spec: { type: 'LoadBalancer' } }, '<pending>'],
    [
      'a LoadBalancer with two',
      {
        spec: { type: 'LoadBalancer' },
        status: { loadBalancer: { ingress: [{ ip: '10.0.0.1' }, { hostname: 'x' }] } },
      },
      '10.0.0.1,x',
    ],
    [
      'a LoadBalancer with external IPs too',
      {
        spec: { type: 'LoadBalancer', externalIPs: ['1.1.1.1'] },
        status: { loadBalancer: { ingress: [{ ip: '10.0.0.1' }] } },
      },
      '10.0.0.1,1.1.1.1',
    ],
    ['a ClusterIP', { spec: { type: 'ClusterIP' } }, '<none>'],
    [
      'a ClusterIP with external IPs',
      { spec: { type: 'ClusterIP', externalIPs: ['1.1.1.1', '2.2.2.2'] } },
      '1.1.1.1,2.2.2.2',
    ],
    ['an ExternalName', { spec: { type: 'ExternalName', externalName: 'x.example' } }, 'x.example'],
  ];
  for (const [title, fields, text] of addresses) {
    it(`prints the external address of ${title}`, () => assert.equal(externalAddresses(object(fields)), text));
  }

  it('prints ports with their node ports', () => {
    assert.equal(
      servicePorts(
        object({
          spec: {
            ports: [
              { port: 80, nodePort: 30080, protocol: 'TCP' },
              { port: 53, protocol: 'UDP' },
            ],
          },
        }),
      ),
      '80:30080/TCP,53/UDP',
    );
    assert.equal(servicePorts(object({ spec: {} })), '<none>');
  });

  it('prints three endpoints and how many more there are', () => {
    const ips = (count: number) => Array.from({ length: count }, (_, index) => ({ ip: `10.0.0.${index + 1}` }));
    const print = (subset: object) => endpointAddresses(object({ subsets: [subset] }));
    assert.equal(print({ addresses: ips(2), ports: [{ port: 80 }] }), '10.0.0.1:80,10.0.0.2:80');
    assert.equal(
      print({ addresses: ips(5), ports: [{ port: 80 }] }),
      '10.0.0.1:80,10.0.0.2:80,10.0.0.3:80 + 2 more...',
    );
    assert.equal(print({ addresses: [{ ip: 'fd00::1' }], ports: [{ port: 80 }] }), '[fd00::1]:80');
    assert.equal(print({ addresses: ips(1) }), '10.0.0.1');
    assert.equal(print({ notReadyAddresses: ips(1) }), '<none>');
    const slice = object({ endpoints: [{ addresses: ['10.0.0.1'] }], ports: [{ port: 80 }, {}] });
    assert.deepEqual(
      [sliceAddresses(slice), slicePorts(slice), sliceAddresses(object({})), slicePorts(object({}))],
      ['10.0.0.1', '80,*', '<unset>', '<unset>'],
    );
  });

  const container = (state: object, more: object = {}) => ({ containerStatuses: [{ state, ...more }] });
  const reasons: readonly (readonly [string, object, string])[] = [
    ['of its phase', { phase: 'Pending' }, 'Pending'],
    ['of its own', { phase: 'Failed', reason: 'Evicted' }, 'Evicted'],
    [
      'of a waiting container',
      { phase: 'Pending', ...container({ waiting: { reason: 'ContainerCreating' } }) },
      'ContainerCreating',
    ],
    [
      'of a container that crashes',
      { phase: 'Running', ...container({ waiting: { reason: 'CrashLoopBackOff' } }) },
      'CrashLoopBackOff',
    ],
    [
      'of a container that ended',
      { phase: 'Running', ...container({ terminated: { reason: 'Error', exitCode: 1 } }) },
      'Error',
    ],
    ['of an exit code', { phase: 'Running', ...container({ terminated: { exitCode: 3 } }) }, 'ExitCode:3'],
    ['of a signal', { phase: 'Running', ...container({ terminated: { exitCode: 137, signal: 9 } }) }, 'Signal:9'],
    [
      'of an init container',
      {
        phase: 'Pending',
        initContainerStatuses: [{ state: { terminated: { exitCode: 0 } } }, { state: { running: {} } }],
      },
      'Init:1/2',
    ],
    [
      'of a waiting init container',
      { phase: 'Pending', initContainerStatuses: [{ state: { waiting: { reason: 'ErrImagePull' } } }] },
      'Init:ErrImagePull',
    ],
    [
      'of a failed init container',
      { phase: 'Pending', initContainerStatuses: [{ state: { terminated: { exitCode: 2 } } }] },
      'Init:ExitCode:2',
    ],
  ];
  for (const [title, status, text] of reasons) {
    it(`prints the status of a pod: the reason ${title}`, () => {
      assert.equal(podReason(object({ spec: { initContainers: [{}, {}] }, status })), text);
    });
  }

  it('prints a pod with one of two containers done as running while it is ready', () => {
    const containerStatuses = [
      { state: { terminated: { reason: 'Completed', exitCode: 0 } } },
      { ready: true, state: { running: {} } },
    ];
    const pod = (ready: string) =>
      object({ status: { phase: 'Running', containerStatuses, conditions: [{ type: 'Ready', status: ready }] } });
    assert.deepEqual([podReason(pod('True')), podReason(pod('False'))], ['Running', 'NotReady']);
  });

  it('prints a pod on its way out, restarts and readiness gates', () => {
    assert.equal(podReason(object({ status: { phase: 'Running' } }, { deletionTimestamp: 'x' })), 'Terminating');
    assert.equal(
      podReason(object({ status: { phase: 'Running', reason: 'NodeLost' } }, { deletionTimestamp: 'x' })),
      'Unknown',
    );
    const ended = { restartCount: 2, lastState: { terminated: { finishedAt: '2024-01-01T23:59:00Z' } } };
    assert.equal(podRestarts(object({ status: { containerStatuses: [ended] } }), now), '2 (60s ago)');
    assert.equal(podRestarts(object({ status: {} }), now), '0');
    const gated = object({
      spec: { readinessGates: [{ conditionType: 'a' }, { conditionType: 'b' }] },
      status: { conditions: [{ type: 'a', status: 'True' }] },
    });
    assert.deepEqual([readinessGates(gated), readinessGates(object({}))], ['1/2', '<none>']);
    assert.equal(
      readyContainers(
        object({
          spec: { containers: [{}, {}] },
          status: { containerStatuses: [{ ready: true, state: { running: {} } }, { ready: false }] },
        }),
      ),
      '1/2',
    );
  });

  it('prints nodes', () => {
    const node = (status: string, unschedulable = false, labels = {}) =>
      object(
        {
          spec: { unschedulable },
          status: { conditions: [{ type: 'Ready', status }], addresses: [{ type: 'InternalIP', address: '10.0.0.1' }] },
        },
        { labels },
      );
    assert.deepEqual(
      [nodeStatus(node('True')), nodeStatus(node('False', true)), nodeStatus(object({}))],
      ['Ready', 'NotReady,SchedulingDisabled', 'Unknown'],
    );
    assert.deepEqual(
      [
        nodeRoles(node('True', false, { 'node-role.kubernetes.io/worker': '', 'kubernetes.io/role': 'edge' })),
        nodeRoles(node('True')),
      ],
      ['edge,worker', '<none>'],
    );
    assert.deepEqual(
      [nodeAddress(node('True'), 'InternalIP'), nodeAddress(node('True'), 'ExternalIP')],
      ['10.0.0.1', '<none>'],
    );
  });
});
