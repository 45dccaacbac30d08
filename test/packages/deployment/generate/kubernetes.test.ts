import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { generateKubernetes, kubernetesObjects } from '../../../../packages/deployment/src/generate/kubernetes.ts';
import type { KubernetesObject } from '../../../../packages/deployment/src/generate/kubernetes-object.ts';
import { sampleNetwork, type NetworkParts } from '../sample-network.ts';

const web = {
  image: 'nginx:1',
  replicas: 3,
  expose: 'external',
  ports: { http: '8080:80', alt: '8081:80' },
  env: { B: 2, A: 'x' },
};

interface PodSpec {
  readonly containers: readonly { readonly volumeMounts?: unknown }[];
  readonly volumes?: readonly unknown[];
  readonly imagePullSecrets?: unknown;
}

function objectsOf(parts: NetworkParts): Record<string, { metadata: unknown; spec?: unknown }> {
  const { network, device } = sampleNetwork(parts);
  return Object.fromEntries(
    kubernetesObjects(network, device).map((object) => [`${object.kind} ${String(object.metadata.name)}`, object]),
  );
}

describe('[unit] Kubernetes YAML', () => {
  it('has a Deployment with all replicas, found by label', () => {
    const labels = { 'app.kubernetes.io/name': 'web', 'app.kubernetes.io/part-of': 'shop' };
    assert.deepEqual(objectsOf({ apps: { web } })['Deployment web'], {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', labels },
      spec: {
        replicas: 3,
        selector: { matchLabels: { 'app.kubernetes.io/name': 'web' } },
        template: {
          metadata: { labels },
          spec: {
            automountServiceAccountToken: false,
            containers: [
              {
                name: 'web',
                image: 'nginx:1',
                env: [
                  { name: 'A', value: 'x' },
                  { name: 'B', value: '2' },
                ],
                ports: [{ containerPort: 80, protocol: 'TCP' }],
              },
            ],
          },
        },
      },
    });
  });

  it('has a Service with all ports, the pinned address and the sharing key', () => {
    const parts = {
      computeNetwork: { externalServiceIps: '10.0.0.10-10.0.0.19' },
      apps: { web: { ...web, address: '10.0.0.11', shareAddress: 'front', externalTrafficPolicy: 'Local' } },
    };
    const service = objectsOf(parts)['Service web'];
    assert.deepEqual(service?.spec, {
      type: 'LoadBalancer',
      selector: { 'app.kubernetes.io/name': 'web' },
      ports: [
        { name: 'http', port: 8080, targetPort: 80, protocol: 'TCP' },
        { name: 'alt', port: 8081, targetPort: 80, protocol: 'TCP' },
      ],
      loadBalancerIP: '10.0.0.11',
      externalTrafficPolicy: 'Local',
    });
    assert.deepEqual((service.metadata as { annotations: object }).annotations, {
      'metallb.universe.tf/allow-shared-ip': 'front',
    });
  });

  const KINDS: readonly { why: string; parts: NetworkParts; expect: readonly string[] }[] = [
    {
      why: 'an unexposed application has no Service',
      parts: { apps: { web: { image: 'nginx:1' } } },
      expect: ['Deployment web'],
    },
    {
      why: 'in profile kubernetes the networking module makes the Services',
      parts: { profile: 'kubernetes', apps: { web } },
      expect: ['RoleBinding iotedge-networking-services', 'Deployment web'],
    },
    {
      why: 'applications come in the order of names, each with its Service',
      parts: { apps: { web, api: { ...web, expose: 'internal' } } },
      expect: ['Deployment api', 'Service api', 'Deployment web', 'Service web'],
    },
  ];
  for (const { why, parts, expect } of KINDS) it(why, () => assert.deepEqual(Object.keys(objectsOf(parts)), expect));

  it('names no namespace where that of IoT Edge would be meant, and any other one', () => {
    const namespaceOf = (parts: NetworkParts): unknown =>
      (objectsOf(parts)['Deployment web']?.metadata as { namespace?: string }).namespace;
    assert.equal(namespaceOf({ apps: { web } }), undefined);
    assert.equal(namespaceOf({ namespace: 'shop', apps: { web } }), 'shop');
    assert.equal(namespaceOf({ profile: 'kubernetes', apps: { web } }), 'iotedge');
  });

  it('claims the volumes that an application mounts, and lets the old pod go before the new one comes', () => {
    const Mounts = [
      { Type: 'volume', Source: 'Data_1', Target: '/data' },
      { Type: 'volume', Source: 'more', Target: '/more', ReadOnly: true },
      { Type: 'bind', Source: '/etc', Target: '/etc' },
      'nonsense',
    ];
    const objects = objectsOf({ apps: { db: { image: 'db:1', createOptions: { HostConfig: { Mounts } } } } });
    assert.deepEqual(Object.keys(objects), [
      'PersistentVolumeClaim data1',
      'PersistentVolumeClaim more',
      'Deployment db',
    ]);
    assert.deepEqual(objects['PersistentVolumeClaim data1']?.spec, {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'ase-node-local',
      resources: { requests: { storage: '1Gi' } },
    });
    const { strategy, template } = objects['Deployment db']?.spec as { strategy: object; template: { spec: PodSpec } };
    assert.deepEqual(strategy, { type: 'Recreate' });
    assert.deepEqual(template.spec.containers[0]?.volumeMounts, [
      { name: 'data1', mountPath: '/data' },
      { name: 'more', mountPath: '/more', readOnly: true },
    ]);
    assert.deepEqual(template.spec.volumes?.[0], { name: 'data1', persistentVolumeClaim: { claimName: 'data1' } });
  });

  it('signs in to a registry by a secret that it says how to make, and writes none down', () => {
    const registryCredentials = { Con_toso: { address: 'contoso.azurecr.io', username: 'pull', password: '$PULL' } };
    const { network, device } = sampleNetwork({
      registryCredentials,
      apps: { web: { image: 'contoso.azurecr.io/web:1' }, other: { image: 'nginx:1' } },
    });
    const text = generateKubernetes(network, device);
    assert.match(
      text,
      /# Pull secret.*secret docker-registry con-toso --docker-server=contoso\.azurecr\.io .*="\$PULL"/,
    );
    const secrets = kubernetesObjects(network, device).map(
      ({ spec }) => (spec as { template: { spec: PodSpec } }).template.spec.imagePullSecrets,
    );
    assert.deepEqual(secrets, [undefined, [{ name: 'con-toso' }]]);
  });

  it('binds the networking module where it makes Services, with the rights of deployment-templates/rbac', () => {
    const services = { hmi: { namespace: 'plant', selector: 'app=hmi', ports: { web: 443 } } };
    const { network, device } = sampleNetwork({ profile: 'kubernetes', namespace: 'shop', apps: { web }, services });
    const rbac = readFileSync(
      new URL('../../../../deployment-templates/rbac/kubernetes.yaml', import.meta.url),
      'utf8',
    );
    const shipped = parseAllDocuments(rbac)
      .map((document) => document.toJS() as KubernetesObject)
      .find(({ kind, metadata }) => kind === 'RoleBinding' && metadata.name === 'iotedge-networking-services');
    assert.ok(shipped);
    const bindings = kubernetesObjects(network, device).filter(({ kind }) => kind === 'RoleBinding');
    assert.deepEqual(
      bindings,
      ['plant', 'shop'].map((namespace) => ({ ...shipped, metadata: { ...shipped.metadata, namespace } })),
    );
  });

  it('differs in the replicas only when the replicas differ', () => {
    const textOf = (replicas: number): string[] => {
      const { network, device } = sampleNetwork({ apps: { web: { ...web, replicas } } });
      return generateKubernetes(network, device).split('\n');
    };
    const [two, four] = [textOf(2), textOf(4)];
    assert.deepEqual(
      four.filter((line, index) => line !== two[index]),
      ['  replicas: 4'],
    );
  });

  it('is YAML of as many documents as objects', () => {
    const { network, device } = sampleNetwork({ apps: { web } });
    const documents = parseAllDocuments(generateKubernetes(network, device)).map(
      (document) => document.toJS() as unknown,
    );
    assert.deepEqual(documents, kubernetesObjects(network, device));
  });
});
