import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CREATION_STRING, DEVICE_LABEL, reconcile, translateDeployment } from '@iotedge-networking/edge-agent';
import type { KubernetesObject, LiveObject, ObjectKind, ReconcileChange } from '@iotedge-networking/edge-agent';
import { DEVICE, publishing, web } from './samples.ts';

const label = 'ase-dev-1';
const modules = [
  web(publishing({ '80': '80' })),
  web({ HostConfig: { Mounts: [{ Type: 'volume', Source: 'share', Target: '/a' }] } }, { name: 'db' }),
  web(undefined, { name: 'edgeAgent', system: true }),
];
const { batches } = translateDeployment(modules, { ...DEVICE, storageClassName: 'fast' });

function wantedOf(kind: ObjectKind): readonly KubernetesObject[] {
  return batches.find((batch) => batch.kind === kind)?.objects ?? [];
}

/** An object as the API returns it. */
function live(object: KubernetesObject, change: Partial<LiveObject> = {}): LiveObject {
  return {
    ...object,
    metadata: { ...object.metadata, resourceVersion: '7', ...change.metadata },
    spec: { ...object.spec, clusterIP: '172.28.3.4', ...change.spec },
  };
}

function decide(kind: ObjectKind, existing: readonly LiveObject[]): readonly ReconcileChange<KubernetesObject>[] {
  return reconcile({ kind, wanted: wantedOf(kind), existing, deviceLabel: label });
}

function actions(kind: ObjectKind, existing: readonly LiveObject[]): readonly string[] {
  return decide(kind, existing).map(({ action, name }) => `${action} ${name}`);
}

const kinds: readonly ObjectKind[] = ['ServiceAccount', 'Service', 'Deployment', 'PersistentVolumeClaim'];

describe('[unit] what the agent does to bring objects in line', () => {
  for (const kind of kinds) {
    it(`creates every ${kind} that is not there, and nothing that is`, () => {
      assert.deepEqual(
        actions(kind, []),
        wantedOf(kind).map(({ metadata }) => `create ${metadata.name}`),
      );
      assert.deepEqual(
        actions(
          kind,
          wantedOf(kind).map((object) => live(object)),
        ),
        [],
      );
    });
  }

  it('an applied state needs nothing, whatever else is in the namespace', () => {
    const foreign = fc.array(fc.record({ metadata: fc.record({ name: fc.string() }) }));
    fc.assert(
      fc.property(fc.constantFrom(...kinds), foreign, (kind, others) => {
        const own = wantedOf(kind).map((object) => live(object));
        const names = new Set(own.map(({ metadata }) => metadata.name));
        const apart = others.filter(({ metadata }) => !names.has(metadata.name));
        assert.deepEqual(decide(kind, [...own, ...apart]), []);
      }),
    );
  });

  it('deletes what carries the device label and is not wanted', () => {
    const stray = { metadata: { name: 'stray', labels: { [DEVICE_LABEL]: label } } };
    const other = { metadata: { name: 'other', labels: { [DEVICE_LABEL]: 'another' } } };
    for (const kind of kinds) {
      const own = wantedOf(kind).map((object) => live(object));
      assert.deepEqual(actions(kind, [...own, stray, other, { metadata: { name: 'plain', labels: null } }]), [
        'delete stray',
      ]);
    }
  });

  it('leaves foreign edits alone as long as the creation string is the same', () => {
    const [service] = wantedOf('Service');
    assert.deepEqual(
      actions('Service', [live(service!, { spec: { type: 'NodePort', loadBalancerIP: '10.0.0.1' } })]),
      [],
    );
  });

  it('replaces in full when the creation string differs, keeping resourceVersion and clusterIP', () => {
    const [service] = wantedOf('Service');
    const annotations = { [CREATION_STRING]: 'other' };
    const old = live(service!, {
      metadata: { ...service!.metadata, annotations, resourceVersion: '9' },
      spec: { loadBalancerIP: '1' },
    });
    assert.deepEqual(decide('Service', [old]), [
      {
        action: 'replace',
        name: 'web',
        object: {
          ...service,
          metadata: { ...service?.metadata, resourceVersion: '9' },
          spec: { ...service?.spec, clusterIP: '172.28.3.4' },
        },
      },
    ]);
    const bare = { ...old, spec: null };
    assert.equal((decide('Service', [bare])[0] as { object: KubernetesObject }).object.spec!['clusterIP'], undefined);
  });

  it('replaces an object whose creation string was removed', () => {
    const [service] = wantedOf('Service');
    const bare = live(service!, { metadata: { ...service!.metadata, annotations: null } });
    assert.deepEqual(actions('Service', [bare]), ['replace web']);
  });

  it('an object of that name without the label is not seen and created again', () => {
    const [service] = wantedOf('Service');
    const blank = { ...live(service!), metadata: { name: 'web' } };
    assert.deepEqual(actions('Service', [blank]), ['create web']);
  });

  it('ServiceAccounts are compared by labels and annotations', () => {
    const [account, ...rest] = wantedOf('ServiceAccount').map((object) => live(object));
    const edited = { ...account!, metadata: { ...account!.metadata, annotations: { x: 'y' } } };
    assert.deepEqual(actions('ServiceAccount', [edited, ...rest]), ['replace web']);
    const noted = { ...account!, metadata: { ...account!.metadata, annotations: null } };
    assert.deepEqual(actions('ServiceAccount', [noted, ...rest]), ['replace web']);
    const labelled = { ...account!, metadata: { ...account!.metadata, labels: { [DEVICE_LABEL]: label } } };
    assert.deepEqual(actions('ServiceAccount', [labelled, ...rest]), ['replace web']);
  });

  it("the agent's own Deployment is replaced only for another image", () => {
    const [web1, db, agent] = wantedOf('Deployment').map((object) => live(object));
    const pod = (containers: unknown): LiveObject => ({
      metadata: { ...agent!.metadata, annotations: { [CREATION_STRING]: 'other' } },
      spec: { template: { spec: { containers } } },
    });
    const proxy = { name: 'proxy', image: 'azureiotedge/azureiotedge-proxy:0.1.0-beta15' };
    const same = { name: 'edgeagent', image: 'nginx:1.25', env: [] };
    assert.deepEqual(actions('Deployment', [web1!, db!, pod([same, proxy, { name: 'more' }])]), []);
    assert.deepEqual(actions('Deployment', [web1!, db!, pod([{ ...same, image: 'x' }, proxy])]), ['replace edgeagent']);
    assert.deepEqual(actions('Deployment', [web1!, db!, pod([same])]), ['replace edgeagent']);
    assert.deepEqual(actions('Deployment', [web1!, db!, pod(null)]), ['replace edgeagent']);
  });

  it("claims of the user are left alone, the agent's own follow size and modes", () => {
    const [claim] = wantedOf('PersistentVolumeClaim');
    const users = { metadata: { name: 'share' }, spec: { accessModes: ['ReadWriteOnce'] } };
    assert.deepEqual(actions('PersistentVolumeClaim', [users]), []);
    assert.deepEqual(
      actions('PersistentVolumeClaim', [live(claim!, { spec: { volumeName: 'pv', storageClassName: 'fast' } })]),
      [],
    );
    assert.deepEqual(
      actions('PersistentVolumeClaim', [live(claim!, { spec: { volumeName: 'pv', storageClassName: 'b' } })]),
      ['replace share'],
    );
    assert.deepEqual(actions('PersistentVolumeClaim', [live(claim!, { spec: { accessModes: [] } })]), [
      'replace share',
    ]);
    const label2 = { [DEVICE_LABEL]: label, more: 'x' };
    assert.deepEqual(
      actions('PersistentVolumeClaim', [live(claim!, { metadata: { ...claim!.metadata, labels: label2 } })]),
      ['replace share'],
    );
  });

  it('calls come as replacements, deletions, creations', () => {
    const [service] = wantedOf('Service');
    const stray = live({ ...service!, metadata: { ...service!.metadata, name: 'stray' } });
    const edited = live(service!, { metadata: { ...service!.metadata, annotations: {} } });
    const wanted = [service!, { ...service!, metadata: { ...service!.metadata, name: 'added' } }];
    const changes = reconcile({ kind: 'Service', wanted, existing: [stray, edited], deviceLabel: label });
    assert.deepEqual(
      changes.map(({ action, name }) => `${action} ${name}`),
      ['replace web', 'delete stray', 'create added'],
    );
  });
});
