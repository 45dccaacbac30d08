import assert from 'node:assert/strict';
import {
  administrator,
  serviceAccountUser,
  type User,
} from '../../../../../packages/simulator/src/cluster/api/authenticate.ts';
import {
  allowAuthenticated,
  refuseAccess,
  type Access,
} from '../../../../../packages/simulator/src/cluster/api/authorize.ts';
import { rbacAuthorizer } from '../../../../../packages/simulator/src/cluster/api/rbac-authorizer.ts';
import { negotiate } from '../../../../../packages/simulator/src/cluster/api/represent.ts';
import {
  deleteOptions,
  numberParameter,
  parseResourcePath,
  verbOf,
} from '../../../../../packages/simulator/src/cluster/api/request-info.ts';
import type { ResourceRef } from '../../../../../packages/simulator/src/cluster/object-client.ts';
import { documentV2 } from '../../../../../packages/simulator/src/cluster/openapi/document-v2.ts';
import { documentV3 } from '../../../../../packages/simulator/src/cluster/openapi/document-v3.ts';
import { encodeDocumentV2 } from '../../../../../packages/simulator/src/cluster/openapi/encode-v2.ts';
import { gnosticProto } from '../../../../../packages/simulator/src/cluster/openapi/gnostic-proto.ts';
import protobuf from 'protobufjs';
import { bareCluster } from '../support/bare-cluster.ts';

const rbac = (plural: string): ResourceRef => ({ group: 'rbac.authorization.k8s.io', version: 'v1', plural });

describe('[unit] requests', () => {
  const paths: readonly (readonly [string, string])[] = [
    ['/api/v1/services', ' v1 services - - -'],
    ['/api/v1/namespaces/x', ' v1 namespaces - x -'],
    ['/api/v1/namespaces/x/status', ' v1 namespaces - x status'],
    ['/api/v1/namespaces/x/services/a/status', ' v1 services x a status'],
    ['/apis/apps/v1/namespaces/x/deployments/a%20b', 'apps v1 deployments x a b -'],
  ];
  for (const [path, expected] of paths) {
    it(`reads ${path}`, () => {
      const {
        group,
        version,
        plural,
        namespace = '-',
        name = '-',
        subresource = '-',
      } = parseResourcePath(path) ?? assert.fail();
      assert.equal([group, version, plural, namespace, name, subresource].join(' '), expected);
    });
  }

  it('leaves other paths to others', () => {
    for (const path of [
      '/',
      '/api',
      '/api/v1',
      '/apis/apps/v1',
      '/version',
      '/api/v1/a/b/c/d',
      '/api/v1/namespaces/x/a/b/c/d',
    ])
      assert.equal(parseResourcePath(path), undefined, path);
  });

  it('finds the verb', () => {
    const verb = (method: string, path: string, query = '') =>
      verbOf(method, parseResourcePath(path) ?? assert.fail(), new URLSearchParams(query));
    const one = '/api/v1/namespaces/x/pods/a';
    const all = '/api/v1/pods';
    assert.deepEqual(
      [
        verb('GET', one),
        verb('GET', all),
        verb('GET', all, 'watch=1'),
        verb('POST', all),
        verb('PUT', one),
        verb('PATCH', one),
        verb('DELETE', one),
        verb('DELETE', all),
        verb('PUT', all),
        verb('PATCH', all),
        verb('LINK', all),
      ],
      [
        'get',
        'list',
        'watch',
        'create',
        'update',
        'patch',
        'delete',
        'deletecollection',
        undefined,
        undefined,
        undefined,
      ],
    );
  });

  it('reads delete options from body and query', () => {
    const query = new URLSearchParams('gracePeriodSeconds=5&propagationPolicy=Foreground&dryRun=All');
    assert.deepEqual(deleteOptions(query, undefined), {
      gracePeriodSeconds: 5,
      propagationPolicy: 'Foreground',
      preconditions: undefined,
      dryRun: true,
    });
    assert.equal(deleteOptions(new URLSearchParams(), { orphanDependents: true }).propagationPolicy, 'Orphan');
    assert.throws(
      () => deleteOptions(new URLSearchParams('propagationPolicy=Maybe'), undefined),
      /propagationPolicy: Unsupported value: "Maybe"/,
    );
    assert.throws(() => numberParameter(new URLSearchParams('limit=x'), 'limit'), /invalid syntax/);
  });

  it('answers in the form that is asked for', () => {
    const form = (accept: string | undefined, query = '') => negotiate(accept, new URLSearchParams(query), new Date(0));
    assert.deepEqual(
      [
        form(undefined).as,
        form('application/yaml').yaml,
        form('application/json;as=Table;g=meta.k8s.io;v=v1beta1').metaVersion,
      ],
      ['object', true, 'v1beta1'],
    );
    assert.equal(form('application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1').as, 'metadata');
    assert.equal(
      form('application/json;as=Table;g=meta.k8s.io;v=v1', 'includeObject=None').table.includeObject,
      'None',
    );
    assert.equal(form('application/vnd.kubernetes.protobuf,application/json').as, 'object');
    assert.throws(() => form('application/vnd.kubernetes.protobuf'), {
      message: /only the following media types are accepted/,
    });
  });
});

describe('[unit] RBAC', () => {
  it('allows what roles and bindings say, and nothing else', async () => {
    const { client, controlPlane } = await bareCluster();
    const authorize = rbacAuthorizer(controlPlane.environment.store);
    const reader = serviceAccountUser('plant', 'reader');
    const group = 'rbac.authorization.k8s.io';
    const bind = (kind: 'Role' | 'ClusterRole', rules: object[], subject: object, namespace?: string): void => {
      const name = `r-${Math.random().toString(36).slice(2)}`;
      client.create(rbac(kind === 'Role' ? 'roles' : 'clusterroles'), {
        apiVersion: `${group}/v1`,
        kind,
        metadata: { name, namespace: kind === 'Role' ? 'default' : undefined },
        rules,
      });
      const binding = namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding';
      const plural = namespace === undefined ? 'clusterrolebindings' : 'rolebindings';
      client.create(rbac(plural), {
        apiVersion: `${group}/v1`,
        kind: binding,
        metadata: { name, namespace },
        subjects: [subject],
        roleRef: { kind, name },
      });
    };
    const service = (verb: string, more: object = {}): Access => ({
      verb,
      group: '',
      resource: 'services',
      namespace: 'default',
      ...more,
    });
    assert.equal(authorize(reader, service('get')), false);
    bind(
      'Role',
      [{ verbs: ['get'], apiGroups: [''], resources: ['services'], resourceNames: ['web'] }],
      { kind: 'ServiceAccount', name: 'reader', namespace: 'plant' },
      'default',
    );
    assert.deepEqual(
      [
        authorize(reader, service('get', { name: 'web' })),
        authorize(reader, service('get', { name: 'db' })),
        authorize(reader, service('list')),
      ],
      [true, false, false],
    );
    assert.equal(authorize(reader, service('get', { name: 'web', namespace: 'plant' })), false);
    bind(
      'ClusterRole',
      [
        { verbs: ['*'], apiGroups: ['*'], resources: ['services/status', '*/scale'] },
        { verbs: ['get'], nonResourceURLs: ['/metrics*'] },
      ],
      { kind: 'Group', name: 'system:serviceaccounts' },
    );
    assert.deepEqual(
      [
        authorize(reader, service('patch', { subresource: 'status' })),
        authorize(reader, service('patch')),
        authorize(reader, { verb: 'get', path: '/metrics/x' }),
        authorize(reader, { verb: 'get', group: 'apps', resource: 'deployments', subresource: 'scale' }),
      ],
      [true, false, true, true],
    );
    bind('ClusterRole', [{ verbs: ['list'], apiGroups: [''], resources: ['*'] }], { kind: 'User', name: reader.name });
    assert.deepEqual(
      [authorize(reader, service('list')), authorize({ name: 'x', groups: [] }, service('list'))],
      [true, false],
    );
  });

  it('lets everybody ask about themselves and read what is public', async () => {
    const { controlPlane } = await bareCluster();
    const authorize = rbacAuthorizer(controlPlane.environment.store);
    const nobody: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] };
    const somebody = serviceAccountUser('a', 'b');
    assert.deepEqual(
      [
        authorize(nobody, { verb: 'get', path: '/version' }),
        authorize(nobody, { verb: 'get', path: '/api' }),
        authorize(somebody, { verb: 'get', path: '/api/v1' }),
      ],
      [true, false, true],
    );
    assert.equal(
      authorize(somebody, { verb: 'create', group: 'authorization.k8s.io', resource: 'selfsubjectaccessreviews' }),
      true,
    );
    assert.deepEqual(
      [
        authorize(administrator, { verb: 'x', path: '/y' }),
        allowAuthenticated(somebody, { verb: 'x', path: '/y' }),
        allowAuthenticated(nobody, { verb: 'x', path: '/y' }),
      ],
      [true, true, false],
    );
  });

  it('refuses in the words of the real server', () => {
    const user = serviceAccountUser('plant', 'reader');
    const who = 'User "system:serviceaccount:plant:reader" cannot';
    const access = {
      verb: 'patch',
      group: 'apps',
      resource: 'deployments',
      subresource: 'scale',
      namespace: 'x',
      name: 'web',
    };
    assert.throws(() => refuseAccess(user, access), {
      message: `deployments.apps "web" is forbidden: ${who} patch resource "deployments/scale" in API group "apps" in the namespace "x"`,
    });
    assert.throws(() => refuseAccess(user, { verb: 'list', group: '', resource: 'nodes' }), {
      message: `nodes is forbidden: ${who} list resource "nodes" in API group "" at the cluster scope`,
    });
    assert.throws(() => refuseAccess(user, { verb: 'get', path: '/metrics' }), {
      message: `forbidden: ${who} get path "/metrics"`,
    });
  });
});

describe('[unit] OpenAPI', () => {
  it('names every kind with its fields and merge keys, in JSON and in protobuf', async () => {
    const { controlPlane } = await bareCluster();
    const kinds = controlPlane.environment.registry.all();
    const document = documentV2(kinds, { version: '1.28.15', fieldValidation: true }) as {
      definitions: Record<string, { properties?: Record<string, Record<string, unknown>> }>;
      paths: object;
    };
    const { ports } = document.definitions['io.k8s.api.V1ServiceSpec']?.properties ?? {};
    assert.deepEqual(
      [ports?.['x-kubernetes-patch-merge-key'], ports?.['x-kubernetes-list-map-keys']],
      ['port', ['port', 'protocol']],
    );
    for (const name of JSON.stringify(document).matchAll(/"#\/definitions\/([^"]+)"/g))
      assert.ok(name[1] !== undefined && name[1] in document.definitions, name[1]);
    const type = protobuf.parse(gnosticProto, { keepCase: true }).root.lookupType('openapi.v2.Document');
    const decoded = type.toObject(type.decode(encodeDocumentV2(document))) as {
      definitions: { additional_properties: { name: string }[] };
      paths: { path: unknown[] };
    };
    assert.equal(decoded.definitions.additional_properties.length, Object.keys(document.definitions).length);
    assert.equal(decoded.paths.path.length, Object.keys(document.paths).length);
    const three = JSON.stringify(documentV3(kinds, { version: '1.28.15', fieldValidation: true }));
    assert.ok(three.includes('"name":"fieldValidation"') && !three.includes('#/definitions/'));
    assert.ok(
      !JSON.stringify(documentV2(kinds, { version: '1.20.15', fieldValidation: false })).includes('fieldValidation'),
    );
  });
});
