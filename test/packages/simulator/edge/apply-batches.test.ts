import assert from 'node:assert/strict';
import type { KubernetesObject } from '@iotedge-networking/edge-agent';
import { DEVICE_LABEL } from '@iotedge-networking/edge-agent';
import type {
  KubeObject,
  ObjectClient,
  ResourceRef,
} from '../../../../packages/simulator/src/cluster/object-client.ts';
import { applyBatches } from '../../../../packages/simulator/src/edge/apply-batches.ts';

const labels = { [DEVICE_LABEL]: 'd' };
const object = (kind: string, name: string, annotations: Record<string, string | null> = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, labels, annotations },
  spec: {},
});

/** An API that holds these Services and refuses writes of some names; remembers the calls. */
function recordingClient(
  services: KubeObject[],
  refused: string[] = [],
): { client: ObjectClient; calls: string[]; sent: KubeObject[] } {
  const calls: string[] = [];
  const sent: KubeObject[] = [];
  const write = (verb: string) => (ref: ResourceRef, given: KubeObject) => {
    calls.push(`${verb} ${ref.plural}/${given.metadata.name}`);
    if (refused.includes(given.metadata.name)) throw new Error('no');
    sent.push(given);
    return given;
  };
  const client = {
    list: (ref: ResourceRef) => (ref.plural === 'services' ? services : []),
    create: write('create'),
    update: write('update'),
    remove: (ref: ResourceRef, key: { name: string }) => void calls.push(`remove ${ref.plural}/${key.name}`),
  } as unknown as ObjectClient;
  return { client, calls, sent };
}

describe('[unit] batches of edgeAgent', () => {
  const place = (client: ObjectClient) => ({ client, namespace: 'iotedge', deviceLabel: 'd' });
  const old = (name: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'iotedge', labels, resourceVersion: '5' },
    spec: {},
  });

  it('go kind by kind; within a kind replacements, deletions, creations', () => {
    const { client, calls } = recordingClient([old('web'), old('gone')]);
    const batches = [
      { kind: 'ServiceAccount' as const, objects: [object('ServiceAccount', 'web')] },
      { kind: 'Service' as const, objects: [object('Service', 'new'), object('Service', 'web')] },
    ];
    assert.deepEqual(applyBatches(batches, place(client)), []);
    assert.deepEqual(calls, [
      'create serviceaccounts/web',
      'update services/web',
      'remove services/gone',
      'create services/new',
    ]);
  });

  it('are sent with namespace, without annotations that have no value', () => {
    const { client, sent } = recordingClient([]);
    applyBatches([{ kind: 'Service', objects: [object('Service', 'web', { a: '1', b: null })] }], place(client));
    assert.equal(sent[0]?.metadata.namespace, 'iotedge');
    assert.deepEqual(sent[0].metadata.annotations, { a: '1' });
  });

  it('send what stands beside a refusal and nothing that comes after it', () => {
    const { client, calls } = recordingClient([], ['bad']);
    const batches = [
      { kind: 'Service' as const, objects: [object('Service', 'bad'), object('Service', 'good')] },
      { kind: 'Deployment' as const, objects: [object('Deployment', 'good')] },
    ];
    assert.deepEqual(applyBatches(batches, place(client)), ['Service bad: no']);
    assert.deepEqual(calls, ['create services/bad', 'create services/good']);
  });
});
