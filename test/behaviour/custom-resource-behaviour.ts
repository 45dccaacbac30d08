import assert from 'node:assert/strict';
import type { V1CustomResourceDefinition, V1ListMeta } from '@kubernetes/client-node';
import { CustomObjectsApi, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { eventually } from '../support/eventually.ts';
import { PATCH, type Wire } from './api-session.ts';
import { accepted, assertRefused, type Behaviour } from './behaviour.ts';
import { openWatch } from './watch-lines.ts';

type CustomResourceDefinition = Wire<V1CustomResourceDefinition>;
type ListMeta = Wire<V1ListMeta>;

interface Pool {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly resourceVersion?: string;
    readonly generation?: number;
    readonly uid?: string;
  };
  readonly spec?: {
    readonly addresses?: string[];
    readonly autoAssign?: boolean;
    readonly avoidBuggyIPs?: boolean;
    readonly [field: string]: unknown;
  };
  readonly status?: { readonly assigned?: number };
}

interface PoolList {
  readonly kind: string;
  readonly metadata: ListMeta;
  readonly items: readonly Pool[];
}

/** Custom resources, in the shape MetalLB's pools have. */
export function describeCustomResources(behaviour: Behaviour): void {
  const group = `${behaviour.unique('metallb')}.example`;
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  const definition = `${definitions}/ipaddresspools.${group}`;
  const resource = `${group}/v1beta1/ipaddresspools`;
  const body = (name: string, spec: unknown) => ({
    apiVersion: `${group}/v1beta1`,
    kind: 'IPAddressPool',
    metadata: { name },
    spec,
  });
  const post = (spec: unknown, name = behaviour.unique('pool')) =>
    behaviour.api.send({ method: 'POST', path: behaviour.collection(resource), body: body(name, spec) });
  const create = async (spec: unknown) => accepted<Pool>(await post(spec));
  const good = { addresses: ['10.126.75.206-10.126.75.215'] };

  before(async () => {
    await behaviour.api.ask({ method: 'POST', path: definitions, body: poolDefinition(group) });
    behaviour.removeLater(definition);
    await eventually('the resource is served', async () => {
      const { body: made } = await behaviour.api.send<CustomResourceDefinition>({ path: definition });
      const isEstablished =
        made.status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True') === true;
      return isEstablished && (await behaviour.api.send({ path: behaviour.collection(resource) })).status === 200;
    });
  });

  it('appear in discovery with their verbs and sub-resource', async () => {
    const found = await eventually('discovery tells the group', async () => {
      const { status, body: list } = await behaviour.api.send<{
        resources: { name: string; kind: string; shortNames?: string[]; verbs: string[] }[];
      }>({ path: `/apis/${group}/v1beta1` });
      return status === 200 && list.resources;
    });
    assert.deepEqual(
      found.map(({ name, kind }) => `${name} ${kind}`),
      ['ipaddresspools IPAddressPool', 'ipaddresspools/status IPAddressPool'],
    );
    assert.deepEqual(found[0]?.shortNames, ['iap']);
    for (const verb of ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'])
      assert.ok(found[0].verbs.includes(verb), verb);
    const { groups } = await behaviour.api.ask<{ groups: { name: string }[] }>({ path: '/apis' });
    assert.ok(groups.some(({ name }) => name === group));
  });

  it('are filled in from the defaults of the schema, and start at generation 1', async () => {
    const made = await create(good);
    assert.deepEqual(made.spec, { ...good, autoAssign: true, avoidBuggyIPs: false });
    assert.equal(made.metadata.generation, 1);
  });

  it('lose fields that the schema does not know', async () => {
    const made = await create({ ...good, colour: 'red' });
    assert.equal('colour' in (made.spec ?? {}), false);
  });

  const refused: readonly (readonly [string, unknown, readonly (readonly [string, string])[]])[] = [
    ['a missing field', {}, [['FieldValueRequired', 'spec.addresses']]],
    ['a field of the wrong type', { addresses: 'all' }, [['FieldValueInvalid', 'spec.addresses']]],
    ['an element of the wrong type', { addresses: [1] }, [['FieldValueInvalid', 'spec.addresses']]],
    ['a number below the minimum', { ...good, priority: -1 }, [['FieldValueInvalid', 'spec.priority']]],
    ['a text outside the list', { ...good, family: 'IPv5' }, [['FieldValueNotSupported', 'spec.family']]],
    ['a text that does not match', { ...good, owner: 'No Spaces' }, [['FieldValueInvalid', 'spec.owner']]],
    ['a list that is too short', { addresses: [] }, [['FieldValueInvalid', 'spec.addresses']]],
  ];
  for (const [title, spec, causes] of refused) {
    it(`are refused with ${title}: 422 Invalid`, async () => {
      const answer = await post(spec, 'refused');
      assertRefused(answer, {
        code: 422,
        reason: 'Invalid',
        message: /^IPAddressPool\.\S+ "refused" is invalid: /,
        details: { name: 'refused', group, kind: 'IPAddressPool' },
      });
      const found = (answer.body.details?.causes ?? []).map(({ reason = '', field = '' }) => {
        // Newer servers tell wrong types apart and point at the element.
        const isNewer = behaviour.minor > 20;
        return `${isNewer ? reason.replace('TypeInvalid', 'Invalid') : reason} ${isNewer ? field.replace(/\[0\]$/, '') : field}`;
      });
      assert.deepEqual(
        found,
        causes.map((cause) => cause.join(' ')),
        JSON.stringify(answer.body),
      );
    });
  }

  it('take JSON patch, merge patch and apply, but no strategic merge patch', async () => {
    const { metadata } = await create(good);
    const send = (kind: keyof typeof PATCH, patch: unknown, query = '') =>
      behaviour.patch(resource, metadata.name + query, { type: PATCH[kind], body: patch });
    assert.equal(accepted<Pool>(await send('merge', { spec: { autoAssign: false } })).spec?.autoAssign, false);
    assert.equal(
      accepted<Pool>(await send('json', [{ op: 'replace', path: '/spec/avoidBuggyIPs', value: true }])).spec
        ?.avoidBuggyIPs,
      true,
    );
    const applied = accepted<Pool>(
      await send('apply', body(metadata.name, { ...good, owner: 'me' }), '?fieldManager=one&force=true'),
    );
    assert.equal(applied.spec?.owner, 'me');
    assertRefused(await send('strategic', { spec: {} }), { code: 415, reason: 'UnsupportedMediaType' });
  });

  it('conflict in apply as other objects do, lists being one value', async () => {
    const { metadata } = await create(good);
    const apply = (manager: string, addresses: string[], force = false) =>
      behaviour.patch(resource, `${metadata.name}?fieldManager=${manager}&force=${String(force)}`, {
        type: PATCH.apply,
        body: body(metadata.name, { addresses }),
      });
    accepted(await apply('one', ['10.0.0.1-10.0.0.2'], true));
    assertRefused(await apply('two', ['10.0.0.3-10.0.0.4']), {
      code: 409,
      reason: 'Conflict',
      causes: [['FieldManagerConflict', '.spec.addresses']],
    });
  });

  it('keep status and spec apart, and count generations of the spec only', async () => {
    const made = await create(good);
    const { name } = made.metadata;
    const patch = async (subresource: string, change: object) =>
      accepted<Pool>(await behaviour.patch(resource, name + subresource, { type: PATCH.merge, body: change }));
    assert.equal((await patch('', { status: { assigned: 3 } })).status, undefined);
    const sub = await patch('/status', { status: { assigned: 3 }, spec: { autoAssign: false } });
    assert.deepEqual([sub.status, sub.spec?.autoAssign, sub.metadata.generation], [{ assigned: 3 }, true, 1]);
    assert.equal((await patch('', { metadata: { labels: { a: 'b' } } })).metadata.generation, 1);
    assert.equal((await patch('', { spec: { autoAssign: false } })).metadata.generation, 2);
  });

  it('need a resource version to be replaced: 422 Invalid without, 409 Conflict when it is stale', async () => {
    const made = await create(good);
    const put = (object: object) =>
      behaviour.api.send({
        method: 'PUT',
        path: `${behaviour.collection(resource)}/${made.metadata.name}`,
        body: object,
      });
    assertRefused(await put(body(made.metadata.name, good)), {
      code: 422,
      reason: 'Invalid',
      causes: [['FieldValueInvalid', 'metadata.resourceVersion']],
    });
    accepted(await put({ ...made, spec: { ...good, autoAssign: false } }));
    assertRefused(await put({ ...made, spec: good }), { code: 409, reason: 'Conflict' });
  });

  it('are listed with kind and version in every item, and watched', async () => {
    const list = await behaviour.api.ask<PoolList>({ path: behaviour.collection(resource) });
    assert.equal(list.kind, 'IPAddressPoolList');
    assert.ok(
      list.items.length > 0 &&
        list.items.every(({ kind, apiVersion }) => kind === 'IPAddressPool' && apiVersion === `${group}/v1beta1`),
    );
    const watch = await openWatch(
      behaviour.api,
      `${behaviour.collection(resource)}?resourceVersion=${list.metadata.resourceVersion ?? ''}`,
    );
    try {
      const made = await create(good);
      const [line] = await watch.until('the event', (lines) => lines.length > 0);
      assert.deepEqual([line?.type, line?.object.metadata?.name], ['ADDED', made.metadata.name]);
    } finally {
      watch.close();
    }
  });

  it('have the columns of their definition as Table', async () => {
    const { metadata } = await create(good);
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
    const table = await behaviour.api.ask<{ columnDefinitions: { name: string }[]; rows: { cells: unknown[] }[] }>({
      path: `${behaviour.collection(resource)}?fieldSelector=metadata.name%3D${metadata.name}`,
      accept,
    });
    assert.deepEqual(
      table.columnDefinitions.map(({ name }) => name),
      ['Name', 'Auto Assign', 'Addresses'],
    );
    assert.deepEqual(
      table.rows.map(({ cells }) => cells),
      [[metadata.name, true, JSON.stringify(good.addresses)]],
    );
  });

  it('go through client-node', async () => {
    const { metadata } = await create(good);
    const custom = behaviour.api.config.makeApiClient(CustomObjectsApi);
    const place = {
      group,
      version: 'v1beta1',
      namespace: behaviour.namespace,
      plural: 'ipaddresspools',
      name: metadata.name,
    };
    const patched = (await custom.patchNamespacedCustomObject(
      { ...place, body: { spec: { autoAssign: false } } },
      setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
    )) as Pool;
    assert.equal(patched.spec?.autoAssign, false);
    await custom.deleteNamespacedCustomObject(place);
    assert.equal(await behaviour.exists(resource, metadata.name), false);
  });

  describe('definitions', () => {
    it('whose name is not plural and group are refused: 422 Invalid', async () => {
      const wrong = { ...poolDefinition(group), metadata: { name: `pools.${group}` } };
      assertRefused(await behaviour.api.send({ method: 'POST', path: definitions, body: wrong }), {
        code: 422,
        reason: 'Invalid',
        causes: [['FieldValueInvalid', 'metadata.name']],
      });
    });

    it('need a schema: 422 Invalid', async () => {
      const other = behaviour.unique('other');
      const wrong = poolDefinition(`${other}.example`);
      const versions = wrong.spec.versions.map(({ name, served, storage }) => ({ name, served, storage }));
      const answer = await behaviour.api.send({
        method: 'POST',
        path: definitions,
        body: { ...wrong, spec: { ...wrong.spec, versions } },
      });
      assertRefused(answer, {
        code: 422,
        reason: 'Invalid',
        causes: [['FieldValueRequired', 'spec.versions[0].schema.openAPIV3Schema']],
      });
    });

    it('take resource and objects with them when they are deleted', async () => {
      const other = `${behaviour.unique('gone')}.example`;
      await behaviour.api.ask({ method: 'POST', path: definitions, body: poolDefinition(other) });
      const path = behaviour.collection(`${other}/v1beta1/ipaddresspools`);
      await eventually('the resource is served', async () => (await behaviour.api.send({ path })).status === 200);
      await eventually('an object can be made', async () => {
        const object = {
          apiVersion: `${other}/v1beta1`,
          kind: 'IPAddressPool',
          metadata: { generateName: 'p-' },
          spec: good,
        };
        return (await behaviour.api.send({ method: 'POST', path, body: object })).status === 201;
      });
      accepted(await behaviour.api.send({ method: 'DELETE', path: `${definitions}/ipaddresspools.${other}` }));
      await eventually('the resource is gone', async () => (await behaviour.api.send({ path })).status === 404, 15_000);
    });
  });
}

function poolDefinition(group: string) {
  const text = { type: 'string' };
  const spec = {
    type: 'object',
    required: ['addresses'],
    properties: {
      addresses: { type: 'array', minItems: 1, items: text },
      autoAssign: { type: 'boolean', default: true },
      avoidBuggyIPs: { type: 'boolean', default: false },
      priority: { type: 'integer', minimum: 0 },
      family: { type: 'string', enum: ['IPv4', 'IPv6'] },
      owner: { type: 'string', pattern: '^[a-z]*$' },
    },
  };
  const status = { type: 'object', properties: { assigned: { type: 'integer' } } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `ipaddresspools.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: {
        kind: 'IPAddressPool',
        listKind: 'IPAddressPoolList',
        plural: 'ipaddresspools',
        singular: 'ipaddresspool',
        shortNames: ['iap'],
      },
      versions: [
        {
          name: 'v1beta1',
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: [
            { name: 'Auto Assign', type: 'boolean', jsonPath: '.spec.autoAssign' },
            { name: 'Addresses', type: 'string', jsonPath: '.spec.addresses' },
          ],
          schema: { openAPIV3Schema: { type: 'object', required: ['spec'], properties: { spec, status } } },
        },
      ],
    },
  };
}
