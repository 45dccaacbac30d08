import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ApiError } from '../../../../../packages/simulator/src/cluster/api-error.ts';
import { refs } from '../../../../../packages/simulator/src/cluster/controllers/refs.ts';
import type { ControlPlaneClient } from '../../../../../packages/simulator/src/cluster/local-client.ts';
import {
  differenceOf,
  fieldSetFromJson,
  fieldSetToJson,
  intersectionOf,
  printFieldPaths,
  sameFieldSet,
  unionOf,
} from '../../../../../packages/simulator/src/cluster/ownership/field-set.ts';
import type { ServiceObject } from '../../../../../packages/simulator/src/cluster/service-object.ts';
import { bareCluster, serviceOf } from '../support/bare-cluster.ts';

const key = { namespace: 'default', name: 'web' };

describe('[unit] server-side apply', () => {
  let client: ControlPlaneClient;
  beforeEach(async () => ({ client } = await bareCluster()));

  const apply = (fieldManager: string, spec: object, force = false): ServiceObject => {
    const body = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec };
    return client.patch(refs.services, key, { kind: 'apply', fieldManager, force, body }) as ServiceObject;
  };
  const ports = ({ spec }: ServiceObject): string[] =>
    (spec.ports ?? []).map(({ name = '', port, targetPort = '' }) => `${name} ${port}>${targetPort}`);
  const managers = ({ metadata }: ServiceObject): string[] =>
    (metadata.managedFields as { manager: string; operation: string }[]).map(
      ({ manager, operation }) => `${manager} ${operation}`,
    );

  it('creates what is not there, and changes nothing the second time', () => {
    const made = apply('one', { ports: [{ name: 'a', port: 80 }] });
    assert.deepEqual([ports(made), managers(made)], [['a 80>80'], ['one Apply']]);
    assert.equal(
      apply('one', { ports: [{ name: 'a', port: 80 }] }).metadata.resourceVersion,
      made.metadata.resourceVersion,
    );
  });

  it('removes what left the configuration, with the defaults inside it, and nothing else', () => {
    apply('one', {
      ports: [
        { name: 'a', port: 80 },
        { name: 'b', port: 81 },
      ],
      sessionAffinity: 'ClientIP',
    });
    const after = apply('one', { ports: [{ name: 'a', port: 80 }] });
    assert.deepEqual([ports(after), after.spec.sessionAffinity, after.spec.type], [['a 80>80'], 'None', 'ClusterIP']);
  });

  it('keeps what another applier has too', () => {
    apply('one', {
      ports: [
        { name: 'a', port: 80 },
        { name: 'b', port: 81 },
      ],
    });
    apply('two', { ports: [{ name: 'b', port: 81 }] });
    assert.deepEqual(ports(apply('one', { ports: [{ name: 'a', port: 80 }] })), ['a 80>80', 'b 81>81']);
  });

  it('refuses to change what others own, names all of it, and takes it by force', () => {
    client.create(refs.services, serviceOf('web', { sessionAffinity: 'ClientIP' }));
    const change = { ports: [{ port: 80, targetPort: 8080 }], sessionAffinity: 'None' };
    assert.throws(
      () => apply('one', change),
      (error) => {
        assert.ok(error instanceof ApiError);
        assert.deepEqual(
          error.status.details?.causes?.map(({ field, message }) => `${field ?? ''} ${message ?? ''}`).sort(),
          [
            '.spec.ports[port=80,protocol="TCP"].targetPort conflict with "test" using v1',
            '.spec.sessionAffinity conflict with "test" using v1',
          ],
        );
        return error.code === 409;
      },
    );
    const forced = apply('one', change, true);
    assert.deepEqual([ports(forced), forced.spec.sessionAffinity], [[' 80>8080'], 'None']);
    assert.doesNotThrow(() => apply('one', change));
  });

  it('shares a value that is the same', () => {
    apply('one', { ports: [{ port: 80 }], sessionAffinity: 'ClientIP' });
    assert.deepEqual(managers(apply('two', { ports: [{ port: 80 }], sessionAffinity: 'ClientIP' })), [
      'one Apply',
      'two Apply',
    ]);
  });

  it('owns atomic parts as a whole', () => {
    apply('one', { ports: [{ port: 80 }], selector: { app: 'web' } });
    assert.throws(
      () => apply('two', { ports: [{ port: 80 }], selector: { app: 'web', tier: 'x' } }),
      /conflict with "one": \.spec\.selector/,
    );
  });

  it('gives an object that nobody tracked to "before-first-apply"', () => {
    client.create(refs.services, { ...serviceOf('web'), metadata: { name: 'web', namespace: 'default' } });
    client.patch(refs.services, key, { kind: 'merge', body: { metadata: { managedFields: [{}] } } });
    assert.throws(
      () => apply('one', { ports: [{ port: 80, targetPort: 1 }] }),
      /conflict with "before-first-apply" using v1/,
    );
  });

  it('lets an update take fields without asking, and tells so in managedFields', () => {
    apply('one', { ports: [{ port: 80 }], sessionAffinity: 'ClientIP' });
    client.patch(refs.services, key, { kind: 'merge', body: { spec: { sessionAffinity: 'None' } } });
    assert.throws(
      () => apply('one', { ports: [{ port: 80 }], sessionAffinity: 'ClientIP' }),
      /conflict with "test" using v1: \.spec\.sessionAffinity/,
    );
  });

  it('refuses an element that names no key, and a field nobody declared', () => {
    assert.throws(
      () => apply('one', { ports: [{ name: 'a' }] }),
      /\.spec\.ports: element 0: associative list with keys has an element that omits key field "port"/,
    );
    assert.throws(() => apply('one', { colour: 'red' }), /\.spec\.colour: field not declared in schema/);
  });

  it('on 1.20 refuses a port without protocol', async () => {
    ({ client } = await bareCluster({ version: '1.20.15' }));
    assert.throws(() => apply('one', { ports: [{ port: 80 }] }), /omits key field "protocol"/);
    assert.deepEqual(ports(apply('one', { ports: [{ port: 80, protocol: 'TCP' }] })), [' 80>80']);
  });
});

describe('[unit] field sets', () => {
  const leaf = fc.constant({});
  const { json } = fc.letrec<{ json: object; node: object }>((tie) => ({
    json: fc.dictionary(fc.constantFrom('f:a', 'f:b', 'k:{"x":1}', 'v:"y"'), tie('node'), {
      maxKeys: 3,
    }),
    node: fc.oneof({ maxDepth: 3 }, leaf, tie('json')),
  }));
  const set = json.map(fieldSetFromJson);

  it('are read and written without loss', () => {
    fc.assert(fc.property(set, (one) => sameFieldSet(fieldSetFromJson(fieldSetToJson(one)), one)));
  });

  it('obey the laws of sets', () => {
    fc.assert(
      fc.property(set, set, (a, b) => {
        const both = intersectionOf(a, b);
        assert.ok(sameFieldSet(unionOf(differenceOf(a, b), both), a));
        assert.ok(sameFieldSet(unionOf(a, b), unionOf(b, a)));
        assert.equal(
          printFieldPaths(unionOf(a, b)).length,
          printFieldPaths(a).length + printFieldPaths(b).length - printFieldPaths(both).length,
        );
      }),
    );
  });
});
