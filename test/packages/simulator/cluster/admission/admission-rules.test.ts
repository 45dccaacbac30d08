import assert from 'node:assert/strict';
import {
  clusterIpAllocator,
  addressOfSubnet,
} from '../../../../../packages/simulator/src/cluster/admission/cluster-ip-allocator.ts';
import { nodePortAllocator } from '../../../../../packages/simulator/src/cluster/admission/node-port-allocator.ts';
import { generatedName, qualifiedName } from '../../../../../packages/simulator/src/cluster/admission/names.ts';
import { ApiError } from '../../../../../packages/simulator/src/cluster/api-error.ts';
import { refs } from '../../../../../packages/simulator/src/cluster/controllers/refs.ts';
import type { ControlPlaneClient } from '../../../../../packages/simulator/src/cluster/local-client.ts';
import type { KubeObject, ResourceRef } from '../../../../../packages/simulator/src/cluster/object-client.ts';
import { serverFeatures } from '../../../../../packages/simulator/src/cluster/server-version.ts';
import type { ServiceObject } from '../../../../../packages/simulator/src/cluster/service-object.ts';
import { bareCluster, deployment, serviceOf } from '../support/bare-cluster.ts';

/** The causes of a refusal, as `reason field`. */
function causes(act: () => unknown): string[] {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof ApiError, String(error));
    return (error.status.details?.causes ?? [])
      .map(({ reason = '', field = '' }) => `${reason.replace('FieldValue', '')} ${field}`)
      .sort();
  }
  return [];
}

const container = { name: 'web', image: 'web:1' };
const pod = (spec: object): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', namespace: 'default' },
  spec: { containers: [container], ...spec },
});

describe('[unit] rules of objects', () => {
  let client: ControlPlaneClient;
  before(async () => ({ client } = await bareCluster()));

  const refused: readonly (readonly [string, ResourceRef, () => KubeObject, string[]])[] = [
    ['a pod without containers', refs.pods, () => pod({ containers: [] }), ['Required spec.containers']],
    [
      'a container without name and image',
      refs.pods,
      () => pod({ containers: [{}] }),
      ['Required spec.containers[0].image', 'Required spec.containers[0].name'],
    ],
    [
      'a container twice',
      refs.pods,
      () => pod({ containers: [container, container] }),
      ['Duplicate spec.containers[1].name'],
    ],
    [
      'a bad container port',
      refs.pods,
      () => pod({ containers: [{ ...container, ports: [{ containerPort: 0, protocol: 'X', name: 'Bad' }] }] }),
      [
        'Invalid spec.containers[0].ports[0].containerPort',
        'Invalid spec.containers[0].ports[0].name',
        'NotSupported spec.containers[0].ports[0].protocol',
      ],
    ],
    [
      'a port name twice',
      refs.pods,
      () =>
        pod({
          containers: [
            {
              ...container,
              ports: [
                { containerPort: 1, name: 'a' },
                { containerPort: 2, name: 'a' },
              ],
            },
          ],
        }),
      ['Duplicate spec.containers[0].ports[1].name'],
    ],
    [
      'a variable without name',
      refs.pods,
      () => pod({ containers: [{ ...container, env: [{ value: 'x' }] }] }),
      ['Required spec.containers[0].env[0].name'],
    ],
    [
      'a mount of no volume',
      refs.pods,
      () => pod({ containers: [{ ...container, volumeMounts: [{ name: 'x', mountPath: '/x' }] }] }),
      ['Invalid spec.containers[0].volumeMounts[0].name'],
    ],
    [
      'an unknown restart policy',
      refs.pods,
      () => pod({ restartPolicy: 'Maybe' }),
      ['NotSupported spec.restartPolicy'],
    ],
    [
      'a bad host name and account',
      refs.pods,
      () => pod({ hostname: 'A', serviceAccountName: 'B' }),
      ['Invalid spec.hostname', 'Invalid spec.serviceAccountName'],
    ],
    [
      'a Deployment whose selector misses its pods',
      refs.deployments,
      () => deployment('x', 1, { selector: { matchLabels: { app: 'other' } } }),
      ['Invalid spec.template.metadata.labels'],
    ],
    [
      'a Deployment without selector',
      refs.deployments,
      () => deployment('x', 1, { selector: null }),
      ['Required spec.selector'],
    ],
    [
      'a Deployment with an empty selector',
      refs.deployments,
      () => deployment('x', 1, { selector: {} }),
      ['Invalid spec.selector'],
    ],
    [
      'a Deployment that could not roll',
      refs.deployments,
      () => deployment('x', 1, { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: '0%' } } }),
      ['Invalid spec.strategy.rollingUpdate.maxUnavailable'],
    ],
    [
      'a Deployment with nonsense amounts',
      refs.deployments,
      () => deployment('x', 1, { strategy: { rollingUpdate: { maxSurge: -1, maxUnavailable: 'many' } } }),
      ['Invalid spec.strategy.rollingUpdate.maxSurge', 'Invalid spec.strategy.rollingUpdate.maxUnavailable'],
    ],
    [
      'a Recreate with rolling parameters',
      refs.deployments,
      () => deployment('x', 1, { strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } }),
      ['Forbidden spec.strategy.rollingUpdate'],
    ],
    [
      'an unknown strategy',
      refs.deployments,
      () => deployment('x', -1, { strategy: { type: 'Magic' } }),
      ['Invalid spec.replicas', 'NotSupported spec.strategy.type'],
    ],
    [
      'bad selector expressions',
      refs.deployments,
      () =>
        deployment('x', 1, {
          selector: {
            matchExpressions: [
              { key: 'app', operator: 'In' },
              { key: 'app', operator: 'Exists', values: ['x'] },
              { key: 'app', operator: 'Near' },
            ],
          },
        }),
      [
        'Forbidden spec.selector.matchExpressions[1].values',
        'Invalid spec.selector.matchExpressions[2].operator',
        'Invalid spec.template.metadata.labels',
        'Required spec.selector.matchExpressions[0].values',
      ],
    ],
    [
      'a bad key of a ConfigMap',
      refs.configMaps,
      () => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'x', namespace: 'default' },
        data: { 'a b': 'x' },
      }),
      ['Invalid data[a b]'],
    ],
    [
      'an event in another namespace than its object',
      refs.events,
      () => ({
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: 'x', namespace: 'default' },
        involvedObject: { namespace: 'other' },
      }),
      ['Invalid involvedObject.namespace'],
    ],
    [
      'two controllers, an owner without uid, a bare finalizer',
      refs.configMaps,
      () => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: {
          name: 'x',
          namespace: 'default',
          finalizers: ['hold'],
          ownerReferences: [
            { apiVersion: 'v1', kind: 'X', name: 'a', uid: 'u', controller: true },
            { apiVersion: '', kind: '', name: '', uid: '', controller: true },
          ],
        },
      }),
      [
        'Invalid metadata.finalizers',
        'Invalid metadata.ownerReferences',
        'Invalid metadata.ownerReferences[1].apiVersion',
        'Invalid metadata.ownerReferences[1].kind',
        'Invalid metadata.ownerReferences[1].name',
        'Invalid metadata.ownerReferences[1].uid',
      ],
    ],
    [
      'annotations of more than 256 KiB',
      refs.configMaps,
      () => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'x', namespace: 'default', annotations: { a: 'x'.repeat(262_145) } },
      }),
      ['TooLong metadata.annotations'],
    ],
    [
      'a binding without role',
      { group: 'rbac.authorization.k8s.io', version: 'v1', plural: 'rolebindings' },
      () => ({
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata: { name: 'x:y', namespace: 'default' },
      }),
      ['Required roleRef.name'],
    ],
    [
      'an incomplete CustomResourceDefinition',
      refs.customResourceDefinitions,
      () => ({
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: 'x' },
        spec: { names: {}, versions: [{ name: 'v1' }] },
      }),
      [
        'Invalid metadata.name',
        'Invalid spec.versions',
        'NotSupported spec.scope',
        'Required spec.group',
        'Required spec.names.kind',
        'Required spec.names.plural',
        'Required spec.versions[0].schema.openAPIV3Schema',
      ],
    ],
  ];
  for (const [title, ref, make, expected] of refused) {
    it(`refuse ${title}`, () =>
      assert.deepEqual(
        causes(() => client.create(ref, make())),
        expected,
      ));
  }

  it('fill in what a pod leaves out', () => {
    const made = client.create(
      refs.pods,
      pod({
        serviceAccount: 'x',
        hostNetwork: true,
        volumes: [{ name: 'a' }, { name: 'b', configMap: { name: 'b' } }, { name: 'c', hostPath: { path: '/' } }],
        containers: [
          {
            ...container,
            image: 'reg:5000/web',
            ports: [{ containerPort: 80 }],
            livenessProbe: { httpGet: { port: 80 } },
            resources: { limits: { cpu: 1, memory: '1Gi' } },
            env: [{ name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
          },
        ],
      }),
    ) as unknown as {
      spec: {
        containers: Record<string, unknown>[];
        volumes: unknown[];
        serviceAccountName: string;
        tolerations: unknown[];
      };
      status: { qosClass: string };
    };
    const [first] = made.spec.containers;
    assert.deepEqual(first?.['ports'], [{ containerPort: 80, hostPort: 80, protocol: 'TCP' }]);
    assert.deepEqual(first['livenessProbe'], {
      httpGet: { path: '/', port: 80, scheme: 'HTTP' },
      timeoutSeconds: 1,
      periodSeconds: 10,
      successThreshold: 1,
      failureThreshold: 3,
    });
    assert.deepEqual(
      [first['imagePullPolicy'], made.spec.serviceAccountName, made.spec.tolerations.length, made.status.qosClass],
      ['Always', 'x', 2, 'Guaranteed'],
    );
    assert.deepEqual(made.spec.volumes, [
      { name: 'a', emptyDir: {} },
      { name: 'b', configMap: { name: 'b', defaultMode: 420 } },
      { name: 'c', hostPath: { path: '/', type: '' } },
    ]);
  });

  it('turn the texts of a Secret into data, and keep its type', () => {
    const made = client.create(refs.secrets, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's', namespace: 'default' },
      stringData: { a: 'b' },
    });
    assert.deepEqual([made['data'], made['type'], made['stringData']], [{ a: 'Yg==' }, 'Opaque', undefined]);
    assert.deepEqual(
      causes(() => client.update(refs.secrets, { ...made, type: 'other' })),
      ['Invalid type'],
    );
  });

  it('let a Service change its type back and forth without leaving anything behind', () => {
    const service = client.create(
      refs.services,
      serviceOf('types', { type: 'LoadBalancer', externalTrafficPolicy: 'Local', loadBalancerClass: 'example.com/x' }),
    ) as ServiceObject;
    assert.ok((service.spec.healthCheckNodePort ?? 0) > 0);
    const to = (spec: object) =>
      client.patch(refs.services, service.metadata, { kind: 'merge', body: { spec } }) as ServiceObject;
    const plain = to({ type: 'ClusterIP' }).spec;
    assert.deepEqual(
      [plain.healthCheckNodePort, plain.loadBalancerClass, plain.externalTrafficPolicy, plain.ports?.[0]?.nodePort],
      [undefined, undefined, undefined, undefined],
    );
    const external = to({ type: 'ExternalName', externalName: 'x.example' }).spec;
    assert.deepEqual([external.clusterIP, external.clusterIPs, external.ipFamilies], [undefined, undefined, undefined]);
    assert.match(to({ type: 'ClusterIP', externalName: null }).spec.clusterIP ?? '', /^172\.28\./);
  });

  const services: readonly (readonly [string, object, string[]])[] = [
    ['a headless LoadBalancer', { type: 'LoadBalancer', clusterIP: 'None' }, ['Invalid spec.clusterIPs[0]']],
    [
      'an ExternalName without name but with an address',
      { type: 'ExternalName', clusterIP: '172.28.9.9' },
      ['Forbidden spec.clusterIPs', 'Required spec.externalName'],
    ],
    [
      'a class on a ClusterIP',
      { loadBalancerClass: 'example.com/x', allocateLoadBalancerNodePorts: true },
      ['Forbidden spec.allocateLoadBalancerNodePorts', 'Forbidden spec.loadBalancerClass'],
    ],
    ['the kubelet port', { type: 'LoadBalancer', ports: [{ port: 10_250 }] }, ['Invalid spec.ports[0].port']],
    [
      'an unknown internal policy and a health check port',
      { internalTrafficPolicy: 'Near', healthCheckNodePort: 30_000 },
      ['Invalid spec.healthCheckNodePort', 'NotSupported spec.internalTrafficPolicy'],
    ],
    ['a family the cluster lacks', { ipFamilies: ['IPv6'] }, ['Invalid spec.ipFamilies[0]']],
    ['two families on a cluster of one', { ipFamilyPolicy: 'RequireDualStack' }, ['Invalid spec.ipFamilyPolicy']],
    [
      'addresses that do not agree',
      { clusterIP: '172.28.1.1', clusterIPs: ['172.28.1.2'] },
      ['Invalid spec.clusterIPs'],
    ],
    ['a list of addresses alone', { clusterIPs: ['172.28.1.2'] }, ['Invalid spec.clusterIPs']],
    [
      'a node port twice',
      {
        type: 'NodePort',
        ports: [
          { name: 'a', port: 1, nodePort: 30_001 },
          { name: 'b', port: 2, nodePort: 30_001 },
        ],
      },
      ['Duplicate spec.ports[1].nodePort'],
    ],
    ['a bad application protocol', { ports: [{ port: 1, appProtocol: 'a b' }] }, ['Invalid spec.ports[0].appProtocol']],
  ];
  for (const [title, spec, expected] of services) {
    it(`refuse a Service with ${title}`, () =>
      assert.deepEqual(
        causes(() => client.create(refs.services, serviceOf('refused', spec))),
        expected,
      ));
  }

  it('refuse a load balancer address that is none', () => {
    const service = client.create(refs.services, serviceOf('status', { type: 'LoadBalancer' }));
    const status = { loadBalancer: { ingress: [{ ip: 'x' }, { hostname: '1.2.3.4' }] } };
    assert.deepEqual(
      causes(() => client.updateStatus(refs.services, { ...service, status })),
      ['Invalid status.loadBalancer.ingress[0].ip', 'Invalid status.loadBalancer.ingress[1].hostname'],
    );
  });
});

describe('[unit] two families', () => {
  it('give a Service an address of each where it wants them', async () => {
    const { client } = await bareCluster({ clusterIpSubnets: ['172.28.0.0/16', 'fd00:28::/112'] });
    const create = (name: string, spec: object) =>
      (client.create(refs.services, serviceOf(name, spec)) as ServiceObject).spec;
    assert.deepEqual(create('single', {}).ipFamilies, ['IPv4']);
    const dual = create('dual', { ipFamilyPolicy: 'PreferDualStack' });
    assert.deepEqual(
      [dual.ipFamilies, dual.clusterIPs?.length, dual.clusterIP],
      [['IPv4', 'IPv6'], 2, dual.clusterIPs?.[0]],
    );
    assert.match(create('six', { ipFamilies: ['IPv6'] }).clusterIP ?? '', /^fd00:28::/);
    assert.deepEqual(create('headless', { clusterIP: 'None', selector: undefined }).ipFamilyPolicy, 'RequireDualStack');
  });
});

describe('[unit] allocators', () => {
  it('give every address of a subnet once, the lower band last', () => {
    const allocator = clusterIpAllocator('10.0.0.0/27');
    const given = Array.from({ length: 30 }, () => {
      const address = allocator.next(() => 0) ?? '';
      allocator.take(address);
      return address;
    });
    assert.equal(new Set(given).size, 30);
    assert.equal(given[0], '10.0.0.17');
    assert.equal(
      allocator.next(() => 0),
      undefined,
    );
    allocator.release('10.0.0.5');
    assert.equal(
      allocator.next(() => 0.9),
      '10.0.0.5',
    );
    assert.equal(addressOfSubnet('10.0.0.0/27', 10), '10.0.0.10');
    assert.throws(() => clusterIpAllocator('10.0.0.0'), /is not a network/);
  });

  it('give node ports until none is left', () => {
    const allocator = nodePortAllocator(30_000, 30_001);
    allocator.take(30_000, 'TCP');
    assert.deepEqual(
      [allocator.next(() => 0), allocator.refusal(30_000, 'UDP'), allocator.refusal(30_000, 'TCP')],
      [30_001, undefined, 'provided port is already allocated'],
    );
    allocator.take(30_001, 'TCP');
    assert.equal(
      allocator.next(() => 0),
      undefined,
    );
    allocator.release(30_001, 'TCP');
    assert.equal(
      allocator.next(() => 0),
      30_001,
    );
  });

  it('make names that are not too long, and know qualified ones', () => {
    assert.equal(generatedName('x'.repeat(80), () => 0).length, 63);
    assert.deepEqual(
      [qualifiedName('example.com/a').length, qualifiedName('a/b/c').length, qualifiedName('Bad!/').length],
      [0, 1, 3],
    );
  });

  it('know what a version can', () => {
    assert.deepEqual(serverFeatures('1.20.2').endpointSliceVersions, ['v1beta1']);
    assert.deepEqual(serverFeatures('v1.24.0').endpointSliceVersions, ['v1', 'v1beta1']);
    assert.throws(() => serverFeatures('latest'), /is not a Kubernetes version: expected 1\.MINOR\.PATCH/);
  });
});
