import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { V1ResourceRule, V1SelfSubjectAccessReview, V1SelfSubjectRulesReview } from '@kubernetes/client-node';
import { assertRefused } from '../behaviour/behaviour.ts';
import { openApiSession, type ApiSession, type Wire } from '../behaviour/api-session.ts';
import { openWatch } from '../behaviour/watch-lines.ts';
import { eventually } from '../support/eventually.ts';
import type { ControlPlane } from './support/control-plane.ts';
import { grantRights, type RightsProfile } from './support/module-rights.ts';
import { requirePrograms, sharedControlPlane } from './support/shared-control-plane.ts';

type ResourceRule = Wire<V1ResourceRule>;
type SelfSubjectAccessReview = Wire<V1SelfSubjectAccessReview>;
type SelfSubjectRulesReview = Wire<V1SelfSubjectRulesReview>;

const READ = 'get list watch';
const WRITE = 'create patch delete';
const METALLB =
  'ipaddresspools l2advertisements bgpadvertisements bgppeers bfdprofiles communities servicel2statuses servicebgpstatuses configurationstates';

/** `group/resource` or `resource`, with `=name` where the right is for one object: the verbs. */
type Rights = Readonly<Record<string, string>>;

const CLUSTER: Rights = {
  services: READ,
  nodes: READ,
  namespaces: READ,
  'discovery.k8s.io/endpointslices': READ,
  'crd.projectcalico.org/ippools': READ,
  'crd.projectcalico.org/ipamblocks': READ,
};
const SERVED: Rights = {
  ...CLUSTER,
  services: `${READ} ${WRITE}`,
  'discovery.k8s.io/endpointslices': `${READ} ${WRITE}`,
  pods: READ,
};
const METALLB_READ: Rights = {
  ...CLUSTER,
  ...Object.fromEntries(METALLB.split(' ').map((name) => [`metallb.io/${name}`, READ])),
  'configmaps=config': READ,
  'apps/deployments': 'get list',
};
const MANAGED = 'ipaddresspools l2advertisements bgpadvertisements bgppeers'.split(' ');
const METALLB_MANAGE: Rights = {
  ...METALLB_READ,
  ...Object.fromEntries(MANAGED.map((name) => [`metallb.io/${name}`, `${READ} ${WRITE}`])),
  'configmaps=config': `${READ} patch`,
};

/** Exact rights by namespace; a namespace that is not named has those of the cluster. */
const PROFILES: Readonly<Record<RightsProfile, Readonly<Record<string, Rights>>>> = {
  'ase-k8s': { iotedge: SERVED, 'metallb-system': METALLB_READ, default: CLUSTER, 'kube-system': CLUSTER },
  vm: { iotedge: SERVED, 'metallb-system': METALLB_READ, default: CLUSTER, 'kube-system': CLUSTER },
  kubernetes: { default: SERVED, 'metallb-system': METALLB_READ, iotedge: CLUSTER, 'iotedge-networking': CLUSTER },
  managed: { default: SERVED, 'metallb-system': METALLB_MANAGE, iotedge: CLUSTER, 'kube-system': CLUSTER },
};

for (const [profile, rights] of Object.entries(PROFILES)) {
  describe(`[control-plane] rights of the profile ${profile}`, function () {
    this.timeout(30_000);
    let plane: ControlPlane;
    let opened: ApiSession | undefined;
    const module = () => opened ?? assert.fail('the session is opened before the tests');

    before(async function () {
      this.timeout(120_000);
      requirePrograms(this);
      plane = await sharedControlPlane();
      const session = await openApiSession(await grantRights(plane, profile as RightsProfile));
      opened = session;
      await eventually(
        'the rights count',
        async () => (await session.send({ path: '/api/v1/services' })).status === 200,
      );
    });
    after(() => opened?.close());

    const allowed = async (verb: string, resource: string, namespace?: string) => {
      const [kind = '', name] = resource.split('=');
      const [group, plural] = kind.includes('/') ? kind.split('/') : ['', kind];
      const review = await module().ask<SelfSubjectAccessReview>({
        method: 'POST',
        path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        body: { spec: { resourceAttributes: { verb, group, resource: plural, namespace, name } } },
      });
      return review.status?.allowed === true;
    };

    for (const [namespace, expected] of Object.entries(rights)) {
      it(`in ${namespace} are exactly these, by the rules that the server tells`, async () => {
        const everybody = await rulesOf(await anybody(), namespace);
        const [wanted, find] = [asSet(expected), async () => difference(await rulesOf(module(), namespace), everybody)];
        // The server reads bindings from its own watch, a moment behind; what differs for good is shown by the assertion.
        await eventually('the rights arrive', async () => isDeepStrictEqual(await find(), wanted)).catch(
          () => undefined,
        );
        assert.deepEqual(await find(), wanted);
      });

      it(`in ${namespace} are granted when asked for one by one`, async () => {
        for (const [resource, verbs] of Object.entries(expected)) {
          for (const verb of verbs.split(' '))
            assert.equal(await allowed(verb, resource, namespace), true, `${verb} ${resource}`);
        }
      });
    }

    let other: ApiSession | undefined;
    const anybody = async () => (other ??= await openApiSession(await plane.userKubeconfig({ user: 'somebody' })));
    after(() => other?.close());

    const never: readonly (readonly [verb: string, resource: string, namespace?: string])[] = [
      ['get', 'secrets', 'iotedge'],
      ['list', 'secrets', 'metallb-system'],
      ['list', 'secrets'],
      ['create', 'services'],
      ['delete', 'services', 'kube-system'],
      ['list', 'pods'],
      ['create', 'pods/exec', 'iotedge'],
      ['get', 'configmaps', 'metallb-system'],
      ['get', 'configmaps=other', 'metallb-system'],
      ['get', 'configmaps=config', 'iotedge'],
      ['delete', 'configmaps=config', 'metallb-system'],
      ['update', 'services/status', 'iotedge'],
      ['patch', 'nodes'],
      ['create', 'namespaces'],
      ['delete', 'apps/deployments', 'metallb-system'],
      ['create', 'rbac.authorization.k8s.io/rolebindings', 'iotedge'],
      ['impersonate', 'users'],
    ];
    it('leave out everything else: secrets, other configuration, other namespaces, status, roles', async () => {
      for (const [verb, resource, namespace] of never) {
        assert.equal(
          await allowed(verb, resource, namespace),
          false,
          `${verb} ${resource} in ${namespace ?? 'the cluster'}`,
        );
      }
    });

    it('let the one ConfigMap be listed and watched by its name, and refuse the list of all', async () => {
      const path = '/api/v1/namespaces/metallb-system/configmaps';
      const byName = `${path}?fieldSelector=metadata.name%3Dconfig`;
      assert.equal((await module().send({ path: byName })).status, 200);
      const watch = await openWatch(module(), byName);
      watch.close();
      assert.equal(watch.status, 200);
      const message =
        /^configmaps is forbidden: User ".*" cannot list resource "configmaps" in API group "" in the namespace "metallb-system"$/;
      assertRefused(await module().send({ path }), { code: 403, reason: 'Forbidden', message });
    });
  });
}

/** Every right as `verb group/resource=name`. */
async function rulesOf(session: ApiSession, namespace: string): Promise<ReadonlySet<string>> {
  const { status } = await session.ask<SelfSubjectRulesReview>({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
    body: { spec: { namespace } },
  });
  return new Set((status?.resourceRules ?? []).flatMap(expand));
}

function expand({ verbs, apiGroups = [], resources = [], resourceNames = [''] }: ResourceRule): string[] {
  const kinds = apiGroups.flatMap((group) =>
    resources.map((resource) => (group === '' ? resource : `${group}/${resource}`)),
  );
  const objects = kinds.flatMap((kind) => resourceNames.map((name) => (name === '' ? kind : `${kind}=${name}`)));
  return verbs.flatMap((verb) => objects.map((object) => `${verb} ${object}`));
}

function difference(own: ReadonlySet<string>, everybody: ReadonlySet<string>): readonly string[] {
  return [...own].filter((right) => !everybody.has(right)).sort();
}

function asSet(rights: Rights): readonly string[] {
  return Object.entries(rights)
    .flatMap(([resource, verbs]) => verbs.split(' ').map((verb) => `${verb} ${resource}`))
    .sort();
}
