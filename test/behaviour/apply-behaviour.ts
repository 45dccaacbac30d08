import assert from 'node:assert/strict';
import type { V1ConfigMap, V1ManagedFieldsEntry, V1Service } from '@kubernetes/client-node';
import { PATCH, type Wire } from './api-session.ts';
import { accepted, assertRefused, type Behaviour } from './behaviour.ts';

type ConfigMap = Wire<V1ConfigMap>;
type ManagedFieldsEntry = Wire<V1ManagedFieldsEntry>;
type Service = Wire<V1Service>;

interface Owned {
  readonly metadata?: { readonly managedFields?: readonly ManagedFieldsEntry[] };
}

/** Server-side apply: who owns which field, what conflicts, what leaving a field out does. */
export function describeApply(behaviour: Behaviour): void {
  const apply = (resource: string, name: string, options: { manager?: string; force?: boolean; body: object }) => {
    const { manager = 'one', force = false, body } = options;
    const query = `?fieldManager=${manager}${force ? '&force=true' : ''}`;
    const apiVersion = resource === 'services' || resource === 'configmaps' ? 'v1' : 'apps/v1';
    const kind = { services: 'Service', configmaps: 'ConfigMap' }[resource] ?? 'Deployment';
    return behaviour.patch(resource, name + query, {
      type: PATCH.apply,
      body: { apiVersion, kind, metadata: { name }, ...body },
    });
  };
  const data = (name: string, manager: string, values: Record<string, string>, force = false) =>
    apply('configmaps', name, { manager, force, body: { data: values } });
  const port = (values: object) => ({ protocol: 'TCP', ...values });

  it('creates what is not there: 201, and the applier owns what it named', async () => {
    const name = behaviour.unique('applied');
    const answer = await data(name, 'one', { a: '1' });
    assert.equal(answer.status, 201);
    assert.deepEqual(owners(accepted<ConfigMap>(answer)), [['one', 'Apply', { 'f:data': { 'f:a': {} } }]]);
  });

  it('the same again changes nothing, not even the resource version', async () => {
    const name = behaviour.unique('applied');
    const first = accepted<ConfigMap>(await data(name, 'one', { a: '1' }));
    const second = await data(name, 'one', { a: '1' });
    assert.equal(second.status, 200);
    assert.equal(accepted<ConfigMap>(second).metadata?.resourceVersion, first.metadata?.resourceVersion);
  });

  it('takes YAML', async () => {
    const name = behaviour.unique('applied');
    const body = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  a: "1"\n`;
    const answer = await behaviour.patch('configmaps', `${name}?fieldManager=one`, { type: PATCH.apply, body });
    assert.deepEqual(accepted<ConfigMap>(answer).data, { a: '1' });
  });

  it('without a manager is refused', async () => {
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };
    const answer = await behaviour.patch('configmaps', 'a', { type: PATCH.apply, body });
    assertRefused(answer, { code: 422, reason: 'Invalid', causes: [['FieldValueRequired', 'fieldManager']] });
  });

  it('without kind and version is refused', async () => {
    const answer = await behaviour.patch('configmaps', 'a?fieldManager=one', {
      type: PATCH.apply,
      body: { metadata: { name: 'a' } },
    });
    assert.ok(answer.status === 400 || answer.status === 500, JSON.stringify(answer.body));
  });

  it('with managedFields in the object is refused: 400 BadRequest', async () => {
    const name = behaviour.unique('applied');
    const { metadata } = accepted<ConfigMap>(await data(name, 'one', { a: '1' }));
    const answer = await apply('configmaps', name, {
      body: { metadata: { name, managedFields: metadata?.managedFields } },
    });
    assertRefused(answer, { code: 400, reason: 'BadRequest', message: /metadata.managedFields must be nil/ });
  });

  it('of a field nobody knows is refused', async () => {
    const name = behaviour.unique('applied');
    const answer = await apply('configmaps', name, { body: { extra: 1 } });
    assert.ok(answer.status === 400 || answer.status === 500, JSON.stringify(answer.body));
    assert.match(answer.body.message, /field not declared in schema/);
    assert.equal(await behaviour.exists('configmaps', name), false);
  });

  it('a value that another applier set differently is a conflict that names manager and field', async () => {
    const name = behaviour.unique('applied');
    accepted(await data(name, 'one', { a: '1', b: '1' }));
    const answer = await data(name, 'two', { a: '2', b: '1', c: '1' });
    assertRefused(answer, {
      code: 409,
      reason: 'Conflict',
      message: /^Apply failed with 1 conflict: conflict with "one"/,
      causes: [['FieldManagerConflict', '.data.a']],
    });
    assert.deepEqual((await behaviour.read<ConfigMap>('configmaps', name)).data, { a: '1', b: '1' });
  });

  it('a value that was set by update is a conflict too, and the message says by whom', async () => {
    const name = behaviour.unique('applied');
    await behaviour.create('configmaps', { metadata: { name }, data: { a: '1' } }, '?fieldManager=editor');
    const answer = await data(name, 'one', { a: '2' });
    assertRefused(answer, {
      code: 409,
      reason: 'Conflict',
      message: /conflict with "editor" using v1/,
      causes: [['FieldManagerConflict', '.data.a']],
    });
  });

  it('the same value is owned by both, and stays when one of them leaves it out', async () => {
    const name = behaviour.unique('applied');
    accepted(await data(name, 'one', { a: '1', b: '1' }));
    accepted(await data(name, 'two', { a: '1' }));
    const after = accepted<ConfigMap>(await data(name, 'one', { b: '1' }));
    assert.deepEqual(after.data, { a: '1', b: '1' });
    assert.deepEqual(
      owners(after).map(([manager, , fields]) => [manager, fields]),
      [
        ['one', { 'f:data': { 'f:b': {} } }],
        ['two', { 'f:data': { 'f:a': {} } }],
      ],
    );
  });

  it('force takes the field over, and the former owner loses it', async () => {
    const name = behaviour.unique('applied');
    accepted(await data(name, 'one', { a: '1', b: '1' }));
    const after = accepted<ConfigMap>(await data(name, 'two', { a: '2' }, true));
    assert.deepEqual(after.data, { a: '2', b: '1' });
    assert.deepEqual(
      owners(after).map(([manager, , fields]) => [manager, fields]),
      [
        ['one', { 'f:data': { 'f:b': {} } }],
        ['two', { 'f:data': { 'f:a': {} } }],
      ],
    );
  });

  it('leaving a field out removes it when nobody else owns it', async () => {
    const name = behaviour.unique('applied');
    accepted(await data(name, 'one', { a: '1', b: '1' }));
    assert.deepEqual(accepted<ConfigMap>(await data(name, 'one', { b: '1' })).data, { b: '1' });
  });

  it('leaves fields of others alone, and a change by update moves the ownership', async () => {
    const name = behaviour.unique('applied');
    accepted(await data(name, 'one', { a: '1', b: '1' }));
    const body = { data: { a: '3', x: '9' } };
    accepted(await behaviour.patch('configmaps', `${name}?fieldManager=editor`, { type: PATCH.merge, body }));
    assertRefused(await data(name, 'one', { a: '1', b: '1' }), {
      code: 409,
      reason: 'Conflict',
      causes: [['FieldManagerConflict', '.data.a']],
    });
    const after = accepted<ConfigMap>(await data(name, 'one', { b: '1' }));
    assert.deepEqual(after.data, { a: '3', b: '1', x: '9' });
  });

  it('with a stale resource version is refused: 409 Conflict', async () => {
    const name = behaviour.unique('applied');
    const first = accepted<ConfigMap>(await data(name, 'one', { a: '1' }));
    accepted(await data(name, 'one', { a: '2' }));
    const metadata = { name, resourceVersion: first.metadata?.resourceVersion };
    const answer = await apply('configmaps', name, { body: { metadata, data: { a: '3' } } });
    assertRefused(answer, { code: 409, reason: 'Conflict', message: /the object has been modified/ });
  });

  it('owns the ports of a Service one by one, keyed by number and protocol', async () => {
    const name = behaviour.unique('applied');
    const one = (ports: object[]) => apply('services', name, { body: { spec: { ports } } });
    accepted(await one([port({ name: 'a', port: 1 }), port({ name: 'b', port: 2 })]));
    const two = await apply('services', name, {
      manager: 'two',
      body: { spec: { ports: [port({ name: 'c', port: 3 })] } },
    });
    const after = accepted<Service>(two);
    assert.deepEqual(
      after.spec?.ports?.map((each) => each.name),
      ['a', 'b', 'c'],
    );
    assert.deepEqual(fieldsOf(after, 'two'), {
      'f:spec': {
        'f:ports': { 'k:{"port":3,"protocol":"TCP"}': { '.': {}, 'f:name': {}, 'f:port': {}, 'f:protocol': {} } },
      },
    });
    const left = accepted<Service>(await one([port({ name: 'b', port: 2 })]));
    assert.deepEqual(
      left.spec?.ports?.map((each) => each.name),
      ['b', 'c'],
    );
  });

  it('names a conflicting port by its key', async () => {
    const name = behaviour.unique('applied');
    const ports = (targetPort: number) => ({ body: { spec: { ports: [port({ port: 80, targetPort })] } } });
    accepted(await apply('services', name, ports(8080)));
    const answer = await apply('services', name, { manager: 'two', ...ports(8081) });
    assertRefused(answer, {
      code: 409,
      reason: 'Conflict',
      causes: [['FieldManagerConflict', '.spec.ports[port=80,protocol="TCP"].targetPort']],
    });
  });

  it('a Service port without protocol is refused on 1.20 as an element without its key', async () => {
    const name = behaviour.unique('applied');
    const answer = await apply('services', name, { body: { spec: { ports: [{ port: 80 }] } } });
    if (behaviour.minor > 20) return void accepted(answer);
    assert.equal(answer.status, 500);
    assert.match(answer.body.message, /omits key field "protocol"/);
  });

  it('does not touch what the server filled in', async () => {
    const name = behaviour.unique('applied');
    const body = { spec: { type: 'LoadBalancer', ports: [port({ port: 80 })] } };
    const first = accepted<Service>(await apply('services', name, { body }));
    const second = accepted<Service>(
      await apply('services', name, { body: { ...body, metadata: { name, labels: { a: 'b' } } } }),
    );
    assert.deepEqual(second.spec, first.spec);
  });

  it('of the status goes through the sub-resource', async () => {
    const name = behaviour.unique('applied');
    accepted(await apply('services', name, { body: { spec: { type: 'LoadBalancer', ports: [port({ port: 80 })] } } }));
    const body = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      status: { loadBalancer: { ingress: [{ ip: '10.126.75.213' }] } },
    };
    const answer = await behaviour.patch('services', `${name}/status?fieldManager=balancer`, {
      type: PATCH.apply,
      body,
    });
    assert.deepEqual(
      accepted<Service>(answer).status?.loadBalancer?.ingress?.map(({ ip }) => ip),
      ['10.126.75.213'],
    );
  });

  it('an update records manager, operation and fields beside the applier', async () => {
    const name = behaviour.unique('applied');
    accepted(await data(name, 'one', { a: '1' }));
    const body = { metadata: { labels: { x: 'y' } } };
    const after = accepted<ConfigMap>(
      await behaviour.patch('configmaps', `${name}?fieldManager=editor`, { type: PATCH.merge, body }),
    );
    assert.deepEqual(owners(after).sort(), [
      ['editor', 'Update', { 'f:metadata': { 'f:labels': { '.': {}, 'f:x': {} } } }],
      ['one', 'Apply', { 'f:data': { 'f:a': {} } }],
    ]);
  });

  it('an empty managedFields list in an update clears the record', async () => {
    const name = behaviour.unique('applied');
    accepted(await data(name, 'one', { a: '1' }));
    const answer = await behaviour.patch('configmaps', name, {
      type: PATCH.merge,
      body: { metadata: { managedFields: [{}] } },
    });
    assert.equal(accepted<ConfigMap>(answer).metadata?.managedFields, undefined);
  });
}

function owners({ metadata }: Owned): (readonly [string, string, object])[] {
  return (metadata?.managedFields ?? [])
    .map(({ manager = '', operation = '', fieldsV1 }) => [manager, operation, (fieldsV1 ?? {}) as object] as const)
    .sort(([one], [other]) => one.localeCompare(other));
}

function fieldsOf(object: Owned, manager: string): object | undefined {
  return owners(object).find(([name]) => name === manager)?.[2];
}
