import assert from 'node:assert/strict';
import { CoreV1Api, type V1ConfigMap, type V1Deployment, type V1Service, type V1Status } from '@kubernetes/client-node';
import { PATCH, type Wire } from './api-session.ts';
import { accepted, assertRefused, type Behaviour } from './behaviour.ts';

type ConfigMap = Wire<V1ConfigMap>;
type Deployment = Wire<V1Deployment>;
type Service = Wire<V1Service>;
type Status = Wire<V1Status>;

/** Creating, reading, replacing and deleting objects: what holds for every kind. */
export function describeObjects(behaviour: Behaviour): void {
  const configMap = async (data: Record<string, string> = { a: '1' }) => {
    const name = behaviour.unique('object');
    return behaviour.create<ConfigMap>('configmaps', { metadata: { name }, data });
  };
  const pathOf = (object: ConfigMap) => `${behaviour.collection('configmaps')}/${object.metadata?.name ?? ''}`;
  const put = (object: ConfigMap, query = '') =>
    behaviour.api.send({ method: 'PUT', path: pathOf(object) + query, body: object });

  describe('creating', () => {
    it('answers 201 with identity, version, time and owner of the fields filled in', async () => {
      const name = behaviour.unique('created');
      const path = `${behaviour.collection('configmaps')}?fieldManager=maker`;
      const { status, body } = await behaviour.api.send<ConfigMap>({
        method: 'POST',
        path,
        body: { metadata: { name }, data: { a: '1' } },
      });
      assert.equal(status, 201);
      assert.deepEqual([body.kind, body.apiVersion, body.data], ['ConfigMap', 'v1', { a: '1' }]);
      const { uid, resourceVersion, creationTimestamp, namespace, managedFields = [] } = body.metadata ?? {};
      assert.match(uid ?? '', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      assert.match(resourceVersion ?? '', /^[1-9]\d*$/);
      assert.match(String(creationTimestamp), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      assert.equal(namespace, behaviour.namespace);
      assert.deepEqual(
        managedFields.map(({ manager, operation, apiVersion, fieldsType }) => ({
          manager,
          operation,
          apiVersion,
          fieldsType,
        })),
        [{ manager: 'maker', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1' }],
      );
      assert.deepEqual(managedFields[0]?.fieldsV1, { 'f:data': { '.': {}, 'f:a': {} } });
    });

    it('refuses a name that is taken: 409 AlreadyExists', async () => {
      const { metadata } = await configMap();
      const answer = await behaviour.api.send({
        method: 'POST',
        path: behaviour.collection('configmaps'),
        body: { metadata: { name: metadata?.name } },
      });
      const message = `configmaps "${metadata?.name ?? ''}" already exists`;
      assertRefused(answer, {
        code: 409,
        reason: 'AlreadyExists',
        message,
        details: { name: metadata?.name, kind: 'configmaps' },
      });
    });

    it('refuses a namespace that does not exist: 404 NotFound', async () => {
      const path = behaviour.collection('configmaps', 'no-such-namespace');
      const answer = await behaviour.api.send({ method: 'POST', path, body: { metadata: { name: 'a' } } });
      const message = 'namespaces "no-such-namespace" not found';
      assertRefused(answer, {
        code: 404,
        reason: 'NotFound',
        message,
        details: { name: 'no-such-namespace', kind: 'namespaces' },
      });
    });

    it('refuses an object of another namespace than the path: 400 BadRequest', async () => {
      const body = { metadata: { name: 'a', namespace: 'default' } };
      const answer = await behaviour.api.send({ method: 'POST', path: behaviour.collection('configmaps'), body });
      assertRefused(answer, { code: 400, reason: 'BadRequest', message: /the namespace of the (provided )?object/i });
    });

    it('refuses an object of another kind, and text that is no JSON: 400 BadRequest', async () => {
      const path = behaviour.collection('configmaps');
      const kind = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } };
      assertRefused(await behaviour.api.send({ method: 'POST', path, body: kind }), {
        code: 400,
        reason: 'BadRequest',
      });
      assertRefused(await behaviour.api.send({ method: 'POST', path, body: '{"metadata":' }), {
        code: 400,
        reason: 'BadRequest',
      });
    });

    it('refuses a content type it does not know: 415 UnsupportedMediaType', async () => {
      const answer = await behaviour.api.send({
        method: 'POST',
        path: behaviour.collection('configmaps'),
        contentType: 'text/html',
        body: 'a',
      });
      assertRefused(answer, { code: 415, reason: 'UnsupportedMediaType' });
    });

    it('takes YAML as well', async () => {
      const name = behaviour.unique('yaml');
      const body = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  a: "1"\n`;
      const answer = await behaviour.api.send({
        method: 'POST',
        path: behaviour.collection('configmaps'),
        contentType: 'application/yaml',
        body,
      });
      assert.deepEqual(accepted<ConfigMap>(answer).data, { a: '1' });
    });

    it('makes names from generateName that differ', async () => {
      const create = () => behaviour.create<ConfigMap>('configmaps', { metadata: { generateName: 'made-' } });
      const [one, other] = [await create(), await create()];
      assert.match(one.metadata?.name ?? '', /^made-[a-z0-9]{5}$/);
      assert.notEqual(one.metadata?.name, other.metadata?.name);
    });

    it('refuses an object without a name, and one with a bad name: 422 Invalid', async () => {
      const create = (metadata: object) =>
        behaviour.api.send({ method: 'POST', path: behaviour.collection('configmaps'), body: { metadata } });
      assertRefused(await create({}), {
        code: 422,
        reason: 'Invalid',
        causes: [['FieldValueRequired', 'metadata.name']],
      });
      assertRefused(await create({ name: 'Not_Valid' }), {
        code: 422,
        reason: 'Invalid',
        details: { name: 'Not_Valid', kind: 'ConfigMap' },
        causes: [['FieldValueInvalid', 'metadata.name']],
      });
    });

    it('refuses bad labels and annotations, all causes at once', async () => {
      const metadata = {
        name: behaviour.unique('bad'),
        labels: { 'a b': 'x', ok: 'not ok!' },
        annotations: { 'c d': 'x' },
      };
      const answer = await behaviour.api.send({
        method: 'POST',
        path: behaviour.collection('configmaps'),
        body: { metadata },
      });
      assertRefused(answer, {
        code: 422,
        reason: 'Invalid',
        causes: [
          ['FieldValueInvalid', 'metadata.labels'],
          ['FieldValueInvalid', 'metadata.annotations'],
        ],
      });
    });

    it('with dryRun=All checks and fills in, but keeps nothing', async () => {
      const name = behaviour.unique('dry');
      const made = await behaviour.create<Service>(
        'services',
        { metadata: { name }, spec: { ports: [{ port: 80 }] } },
        '?dryRun=All',
      );
      assert.equal(made.spec?.type, 'ClusterIP');
      assert.equal(await behaviour.exists('services', name), false);
    });
  });

  describe('reading', () => {
    it('refuses what is not there: 404 NotFound', async () => {
      const absent = await behaviour.api.send({ path: `${behaviour.collection('services')}/absent` });
      assertRefused(absent, {
        code: 404,
        reason: 'NotFound',
        message: 'services "absent" not found',
        details: { name: 'absent', kind: 'services' },
      });
    });

    it('names the group of a kind that has one', async () => {
      const answer = await behaviour.api.send({ path: `${behaviour.collection('apps/v1/deployments')}/absent` });
      const message = 'deployments.apps "absent" not found';
      assertRefused(answer, {
        code: 404,
        reason: 'NotFound',
        message,
        details: { name: 'absent', group: 'apps', kind: 'deployments' },
      });
    });

    it('answers client-node with typed objects', async () => {
      const { metadata } = await configMap();
      const core = behaviour.api.config.makeApiClient(CoreV1Api);
      const read = await core.readNamespacedConfigMap({ name: metadata?.name ?? '', namespace: behaviour.namespace });
      assert.ok(read.metadata?.creationTimestamp instanceof Date);
      assert.equal(read.metadata.uid, metadata?.uid);
    });
  });

  describe('replacing (PUT)', () => {
    it('raises the resource version and keeps identity and creation time', async () => {
      const before = await configMap();
      const after = accepted<ConfigMap>(await put({ ...before, data: { a: '2' } }));
      assert.ok(BigInt(after.metadata?.resourceVersion ?? 0) > BigInt(before.metadata?.resourceVersion ?? 0));
      assert.deepEqual(
        [after.metadata?.uid, after.metadata?.creationTimestamp],
        [before.metadata?.uid, before.metadata?.creationTimestamp],
      );
    });

    it('with nothing changed keeps the resource version', async () => {
      const before = await configMap();
      const after = accepted<ConfigMap>(await put(before));
      assert.equal(after.metadata?.resourceVersion, before.metadata?.resourceVersion);
    });

    it('from a stale resource version is refused: 409 Conflict', async () => {
      const before = await configMap();
      await put({ ...before, data: { a: '2' } });
      const message = `Operation cannot be fulfilled on configmaps "${before.metadata?.name ?? ''}": the object has been modified; please apply your changes to the latest version and try again`;
      const stale = await put({ ...before, data: { a: '3' } });
      assertRefused(stale, {
        code: 409,
        reason: 'Conflict',
        message,
        details: { name: before.metadata?.name, kind: 'configmaps' },
      });
    });

    it('without a resource version replaces whatever is there', async () => {
      const before = await configMap();
      const after = accepted<ConfigMap>(await put({ metadata: { name: before.metadata?.name }, data: { b: '1' } }));
      assert.deepEqual(after.data, { b: '1' });
      assert.equal(after.metadata?.uid, before.metadata?.uid);
    });

    it('of an object with another uid is refused: 409 Conflict', async () => {
      const before = await configMap();
      const uid = '00000000-0000-4000-8000-000000000000';
      const answer = await put({ metadata: { name: before.metadata?.name, uid }, data: {} });
      assertRefused(answer, { code: 409, reason: 'Conflict', message: /Precondition failed: UID in precondition/ });
    });

    it('under another name than the path is refused: 400 BadRequest', async () => {
      const before = await configMap();
      const answer = await behaviour.api.send({
        method: 'PUT',
        path: pathOf(before),
        body: { metadata: { name: 'other' } },
      });
      assertRefused(answer, { code: 400, reason: 'BadRequest', message: /does not match the name on the URL/ });
    });

    it('of what is not there is refused: 404 NotFound', async () => {
      assertRefused(await put({ metadata: { name: 'absent' } }), {
        code: 404,
        reason: 'NotFound',
        message: 'configmaps "absent" not found',
      });
    });

    it('of an immutable ConfigMap is refused: 422 Invalid', async () => {
      const before = await configMap();
      accepted(await put({ ...before, immutable: true }));
      const answer = await put({ metadata: { name: before.metadata?.name }, immutable: true, data: { a: '9' } });
      assertRefused(answer, { code: 422, reason: 'Invalid', causes: [['FieldValueForbidden', 'data']] });
    });
  });

  describe('generation and status', () => {
    const deployment = () => {
      const name = behaviour.unique('generation');
      const template = { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'web', image: 'web' }] } };
      return behaviour.create<Deployment>('apps/v1/deployments', {
        metadata: { name },
        spec: { replicas: 0, selector: { matchLabels: { app: name } }, template },
      });
    };

    it('the generation counts changes of the spec only', async () => {
      const { metadata } = await deployment();
      const patch = async (body: object, subresource = '') => {
        const answer = await behaviour.patch('apps/v1/deployments', (metadata?.name ?? '') + subresource, {
          type: PATCH.merge,
          body,
        });
        return accepted<Deployment>(answer).metadata?.generation;
      };
      assert.equal(metadata?.generation, 1);
      assert.equal(await patch({ metadata: { labels: { a: 'b' } } }), 1);
      assert.equal(await patch({ status: { observedGeneration: 1 } }, '/status'), 1);
      assert.equal(await patch({ spec: { paused: true } }), 2);
      assert.equal(await patch({ spec: { paused: true } }), 2);
    });

    it('a Service has no generation', async () => {
      const made = await behaviour.create<Service>('services', {
        metadata: { name: behaviour.unique('plain') },
        spec: { ports: [{ port: 80 }] },
      });
      if (behaviour.minor < 30) assert.equal(made.metadata?.generation, undefined);
    });

    it('the status is changed by its sub-resource only, and the sub-resource changes nothing else', async () => {
      const spec = { type: 'LoadBalancer', ports: [{ port: 80 }] };
      const status = { loadBalancer: { ingress: [{ ip: '10.126.75.210' }] } };
      const made = await behaviour.create<Service>('services', {
        metadata: { name: behaviour.unique('status') },
        spec,
        status,
      });
      const name = made.metadata?.name ?? '';
      assert.deepEqual(made.status, { loadBalancer: {} });
      const main = await behaviour.patch('services', name, { type: PATCH.merge, body: { status } });
      assert.deepEqual(accepted<Service>(main).status, { loadBalancer: {} });
      const both = { status, spec: { externalTrafficPolicy: 'Local' } };
      const sub = accepted<Service>(
        await behaviour.patch('services', `${name}/status`, { type: PATCH.merge, body: both }),
      );
      assert.deepEqual(
        sub.status?.loadBalancer?.ingress?.map(({ ip }) => ip),
        ['10.126.75.210'],
      );
      assert.equal(sub.spec?.externalTrafficPolicy, 'Cluster');
      assert.deepEqual(await behaviour.read<Service>('services', name), sub);
    });

    it('the status sub-resource takes PUT with the resource version checked', async () => {
      const name = behaviour.unique('status');
      const made = await behaviour.create<Service>('services', {
        metadata: { name },
        spec: { type: 'LoadBalancer', ports: [{ port: 80 }] },
      });
      const path = `${behaviour.collection('services')}/${name}/status`;
      const body = { ...made, status: { loadBalancer: { ingress: [{ ip: '10.126.75.211' }] } } };
      accepted(await behaviour.api.send({ method: 'PUT', path, body }));
      assertRefused(await behaviour.api.send({ method: 'PUT', path, body: { ...body, status: {} } }), {
        code: 409,
        reason: 'Conflict',
      });
    });

    it('the status sub-resource changes annotations and labels too, as MetalLB uses it', async () => {
      const name = behaviour.unique('status');
      await behaviour.create('services', { metadata: { name }, spec: { type: 'LoadBalancer', ports: [{ port: 80 }] } });
      const body = { metadata: { annotations: { 'metallb.universe.tf/ip-allocated-from-pool': 'default' } } };
      const after = accepted<Service>(await behaviour.patch('services', `${name}/status`, { type: PATCH.merge, body }));
      assert.deepEqual(after.metadata?.annotations, body.metadata.annotations);
    });
  });

  describe('deleting', () => {
    const remove = (object: ConfigMap, body?: object) =>
      behaviour.api.send({ method: 'DELETE', path: pathOf(object), body });

    it('answers Success and leaves nothing', async () => {
      const made = await configMap();
      const { kind, status, details } = accepted<Status & { details: { uid: string } }>(await remove(made));
      assert.deepEqual([kind, status, details.uid], ['Status', 'Success', made.metadata?.uid]);
      assertRefused(await remove(made), { code: 404, reason: 'NotFound' });
    });

    it('with another uid, or another resource version, is refused: 409 Conflict', async () => {
      const made = await configMap();
      const uid = '00000000-0000-4000-8000-000000000000';
      assertRefused(await remove(made, { preconditions: { uid } }), {
        code: 409,
        reason: 'Conflict',
        message: /the UID in the precondition \(.*\) does not match the UID in record/,
      });
      const stale = await remove(made, { preconditions: { resourceVersion: '1' } });
      assertRefused(stale, {
        code: 409,
        reason: 'Conflict',
        message: /the ResourceVersion in the precondition \(1\) does not match/,
      });
      accepted(await remove(made, { preconditions: { uid: made.metadata?.uid } }));
    });

    it('with a finalizer only marks the object, until the finalizer is taken away', async () => {
      const made = await configMap();
      const name = made.metadata?.name ?? '';
      const finalizers = ['example.com/hold'];
      accepted(await behaviour.patch('configmaps', name, { type: PATCH.merge, body: { metadata: { finalizers } } }));
      const marked = accepted<ConfigMap>(await remove(made));
      assert.ok(marked.metadata?.deletionTimestamp !== undefined);
      assert.equal(marked.metadata.deletionGracePeriodSeconds, 0);
      const again = accepted<ConfigMap>(await remove(made));
      assert.equal(again.metadata?.deletionTimestamp, marked.metadata.deletionTimestamp);
      const more = await behaviour.patch('configmaps', name, {
        type: PATCH.merge,
        body: { metadata: { finalizers: [...finalizers, 'example.com/more'] } },
      });
      assertRefused(more, { code: 422, reason: 'Invalid', causes: [['FieldValueForbidden', 'metadata.finalizers']] });
      accepted(
        await behaviour.patch('configmaps', name, { type: PATCH.merge, body: { metadata: { finalizers: null } } }),
      );
      assert.equal(await behaviour.exists('configmaps', name), false);
    });

    it('of a collection takes what the selector names', async () => {
      const label = behaviour.unique('group');
      const create = (kept: string) =>
        behaviour.create<ConfigMap>('configmaps', {
          metadata: { generateName: 'c-', labels: { group: label, kept } },
        });
      const [one, other] = [await create('no'), await create('yes')];
      const query = `?labelSelector=${encodeURIComponent(`group=${label},kept=no`)}`;
      accepted(await behaviour.api.send({ method: 'DELETE', path: behaviour.collection('configmaps') + query }));
      assert.equal(await behaviour.exists('configmaps', one.metadata?.name ?? ''), false);
      assert.equal(await behaviour.exists('configmaps', other.metadata?.name ?? ''), true);
    });
  });

  describe('refusals of what a request asks for', () => {
    it('one key as text and as bytes', async () => {
      const body = { metadata: { name: behaviour.unique('twice') }, data: { a: 'x' }, binaryData: { a: 'eA==' } };
      const answer = await behaviour.api.send({ method: 'POST', path: behaviour.collection('configmaps'), body });
      assertRefused(answer, { code: 422, reason: 'Invalid', causes: [['FieldValueInvalid', 'data[a]']] });
    });

    for (const [title, manager, reason] of [
      ['too long', 'x'.repeat(129), 'FieldValueTooLong'],
      ['with a line break', 'a%0Ab', 'FieldValueInvalid'],
    ] as const) {
      it(`a field manager ${title}`, async () => {
        const { metadata } = await configMap();
        const patch = { type: PATCH.merge, body: { data: { b: '2' } } };
        const answer = await behaviour.patch('configmaps', `${metadata?.name ?? ''}?fieldManager=${manager}`, patch);
        const details = { group: 'meta.k8s.io', kind: 'PatchOptions' };
        assertRefused(answer, { code: 422, reason: 'Invalid', details, causes: [[reason, 'fieldManager']] });
      });
    }

    it('a way of deletion that nobody knows', async () => {
      const path = `${pathOf(await configMap())}?propagationPolicy=X`;
      const answer = await behaviour.api.send({ method: 'DELETE', path });
      const details = { group: 'meta.k8s.io', kind: 'DeleteOptions' };
      const causes = [['FieldValueNotSupported', 'propagationPolicy']] as const;
      assertRefused(answer, { code: 422, reason: 'Invalid', details, causes });
    });
  });
}
