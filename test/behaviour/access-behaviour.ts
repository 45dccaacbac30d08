import assert from 'node:assert/strict';
import { request } from 'node:https';
import type { RequestOptions } from 'node:https';
import { VersionApi, type V1SelfSubjectAccessReview, type V1SelfSubjectRulesReview } from '@kubernetes/client-node';
import { eventually } from '../support/eventually.ts';
import { openApiSession, type ApiStatus, type Wire } from './api-session.ts';
import { assertRefused, type Behaviour } from './behaviour.ts';

type SelfSubjectAccessReview = Wire<V1SelfSubjectAccessReview>;
type SelfSubjectRulesReview = Wire<V1SelfSubjectRulesReview>;

interface ResourceList {
  readonly kind: string;
  readonly groupVersion: string;
  readonly resources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly namespaced: boolean;
    readonly verbs: readonly string[];
    readonly shortNames?: readonly string[];
    readonly singularName: string;
  }[];
}

/** What the server says of itself, and who may do what. */
export function describeAccess(behaviour: Behaviour): void {
  const ask = <T>(path: string) => behaviour.api.ask<T>({ path });

  describe('discovery', () => {
    it('tells the version', async () => {
      const version = await behaviour.api.config.makeApiClient(VersionApi).getCode();
      assert.equal(version.major, '1');
      assert.match(version.gitVersion, /^v1\.\d+\.\d+/);
    });

    it('tells the core resources with kinds, short names, scope and verbs', async () => {
      const { kind, groupVersion, resources } = await ask<ResourceList>('/api/v1');
      assert.deepEqual([kind, groupVersion], ['APIResourceList', 'v1']);
      const find = (wanted: string) => resources.find(({ name }) => name === wanted);
      const { kind: serviceKind, namespaced, shortNames, verbs = [] } = find('services') ?? {};
      assert.deepEqual([serviceKind, namespaced, shortNames], ['Service', true, ['svc']]);
      for (const verb of ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'])
        assert.ok(verbs.includes(verb), verb);
      assert.deepEqual([...(find('services/status')?.verbs ?? [])].sort(), ['get', 'patch', 'update']);
      assert.deepEqual([find('nodes')?.namespaced, find('namespaces')?.shortNames], [false, ['ns']]);
    });

    it('tells the groups; EndpointSlices are v1beta1 until 1.24 and v1 from 1.21', async () => {
      const { groups } = await ask<{
        groups: { name: string; versions: { version: string }[]; preferredVersion: { version: string } }[];
      }>('/apis');
      const versions =
        groups.find(({ name }) => name === 'discovery.k8s.io')?.versions.map(({ version }) => version) ?? [];
      assert.equal(versions.includes('v1'), behaviour.minor >= 21);
      assert.equal(versions.includes('v1beta1'), behaviour.minor < 25);
      assert.equal(groups.find(({ name }) => name === 'apps')?.preferredVersion.version, 'v1');
      assert.equal((await ask<{ versions: string[] }>('/api')).versions[0], 'v1');
      assert.equal(
        (await ask<ResourceList>('/apis/apps/v1')).resources.some(({ name }) => name === 'deployments/scale'),
        true,
      );
    });

    it('serves an OpenAPI document', async () => {
      const { swagger, definitions } = await ask<{ swagger: string; definitions: Record<string, unknown> }>(
        '/openapi/v2',
      );
      assert.equal(swagger, '2.0');
      assert.ok('io.k8s.api.core.v1.Service' in definitions);
    });

    it('is healthy', async () => {
      for (const path of ['/healthz', '/livez', '/readyz'])
        assert.equal((await behaviour.api.send({ path })).body, 'ok', path);
    });

    it('refuses what it does not serve: 404, and 405 for what can not be done to it', async () => {
      assert.equal((await behaviour.api.send({ path: '/apis/no.such.group/v1/things' })).status, 404);
      const resource = await behaviour.api.send({ path: behaviour.collection('nothings') });
      assertRefused(resource, {
        code: 404,
        reason: 'NotFound',
        message: 'the server could not find the requested resource',
      });
      const method = await behaviour.api.send({ method: 'PUT', path: behaviour.collection('services'), body: {} });
      assertRefused(method, { code: 405, reason: 'MethodNotAllowed' });
    });
  });

  describe('authentication', () => {
    // Without the session's certificate.
    const bare = async (headers: Record<string, string>) => {
      const trust: RequestOptions = {};
      await behaviour.api.config.applyToHTTPSOptions(trust);
      const server = behaviour.api.config.getCurrentCluster()?.server ?? '';
      return new Promise<{ status: number; body: ApiStatus }>((resolve, reject) => {
        const options = { ca: trust.ca, agent: false as const, headers: { accept: 'application/json', ...headers } };
        const sent = request(server + behaviour.collection('services'), options, (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as ApiStatus }));
        });
        sent.on('error', reject).end();
      });
    };

    it('a token nobody knows is refused: 401 Unauthorized', async () => {
      const { status, body } = await bare({ authorization: 'Bearer nobody' });
      assert.deepEqual(
        [status, body.kind, body.reason, body.code, body.message],
        [401, 'Status', 'Unauthorized', 401, 'Unauthorized'],
      );
    });

    it('nobody at all is the user system:anonymous, who may not list: 403 Forbidden', async () => {
      const { status, body } = await bare({});
      // Where anonymous requests are switched off, there is no such user.
      if (status === 401) return;
      assert.deepEqual([status, body.reason, body.details?.kind], [403, 'Forbidden', 'services']);
      assert.equal(
        body.message,
        `services is forbidden: User "system:anonymous" cannot list resource "services" in API group "" in the namespace "${behaviour.namespace}"`,
      );
    });
  });

  describe('access reviews', () => {
    const review = (verb: string, resource: string) =>
      behaviour.api.ask<SelfSubjectAccessReview>({
        method: 'POST',
        path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        body: { spec: { resourceAttributes: { verb, resource, namespace: behaviour.namespace } } },
      });

    it('answer what the asking user may do', async () => {
      const { status, spec } = await review('create', 'services');
      assert.equal(status?.allowed, true);
      assert.deepEqual(spec.resourceAttributes, {
        verb: 'create',
        resource: 'services',
        namespace: behaviour.namespace,
      });
    });

    it('list everything that the asking user may do', async () => {
      const { status } = await behaviour.api.ask<SelfSubjectRulesReview>({
        method: 'POST',
        path: '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
        body: { spec: { namespace: behaviour.namespace } },
      });
      const everything = status?.resourceRules.some(({ verbs, apiGroups, resources }) =>
        [verbs, apiGroups, resources].every((list) => list?.includes('*')),
      );
      assert.equal(everything, true);
    });

    it('need something to review: 422 Invalid', async () => {
      const answer = await behaviour.api.send({
        method: 'POST',
        path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        body: { spec: {} },
      });
      assertRefused(answer, { code: 422, reason: 'Invalid' });
    });
  });

  describe('rights of a ServiceAccount', () => {
    it('begin at nothing and are what its bindings say; a refusal names user, verb, resource and place', async function () {
      if (!behaviour.target.capabilities.accessControl) return this.skip();
      const name = behaviour.unique('reader');
      await behaviour.create('serviceaccounts', { metadata: { name } });
      const { status } = await behaviour.api.ask<{ status: { token: string } }>({
        method: 'POST',
        path: `${behaviour.collection('serviceaccounts')}/${name}/token`,
        body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } },
      });
      const cluster = behaviour.api.config.getCurrentCluster();
      const session = await openApiSession(
        JSON.stringify({
          clusters: [
            { name: 'c', cluster: { server: cluster?.server, 'certificate-authority-data': cluster?.caData } },
          ],
          users: [{ name: 'u', user: { token: status.token } }],
          contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
          'current-context': 'x',
        }),
      );
      try {
        const read = () => session.send({ path: behaviour.collection('services') });
        const user = `system:serviceaccount:${behaviour.namespace}:${name}`;
        const message = `services is forbidden: User "${user}" cannot list resource "services" in API group "" in the namespace "${behaviour.namespace}"`;
        assertRefused(await read(), { code: 403, reason: 'Forbidden', message, details: { kind: 'services' } });
        const rbac = 'rbac.authorization.k8s.io/v1';
        await behaviour.create(`${rbac}/roles`, {
          metadata: { name },
          rules: [{ apiGroups: [''], resources: ['services'], verbs: ['list'] }],
        });
        await behaviour.create(`${rbac}/rolebindings`, {
          metadata: { name },
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
          subjects: [{ kind: 'ServiceAccount', name, namespace: behaviour.namespace }],
        });
        // The authorizer reads roles from its own watch, a moment behind.
        await eventually('the new right counts', async () => (await read()).status === 200);
        const one = await session.send({ path: `${behaviour.collection('services')}/any` });
        assertRefused(one, {
          code: 403,
          reason: 'Forbidden',
          message: /^services "any" is forbidden: User ".*" cannot get resource "services"/,
          details: { name: 'any' },
        });
        const everywhere = await session.send({ path: '/api/v1/services' });
        assertRefused(everywhere, { code: 403, reason: 'Forbidden', message: /in API group "" at the cluster scope$/ });
      } finally {
        session.close();
      }
    });
  });
}
