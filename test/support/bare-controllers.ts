import type { KubeObject, ObjectClient } from '../../packages/simulator/src/cluster/object-client.ts';
import type { Pod } from '../../packages/simulator/src/node/pod.ts';
import type { Service } from '../../packages/simulator/src/node/service.ts';
import { isReady, refs } from './node-objects.ts';

type Deployment = KubeObject & {
  spec: { replicas?: number; template: { metadata: KubeObject['metadata']; spec: Pod['spec'] } };
};

/**
 * The least that a Deployment needs to get its pods and a Service its endpoints: one pod for each replica, replaced when the template changes, and
 * one EndpointSlice. For tests of what lies below the controllers.
 */
export function startBareControllers(client: ObjectClient): () => void {
  const ends = [
    client.watch(refs.deployments, ({ type, object }) =>
      followDeployment(client, object as Deployment, type === 'DELETED'),
    ),
    client.watch(refs.pods, ({ object }) => followServices(client, object.metadata.namespace ?? '')),
    client.watch(refs.services, ({ object }) => followServices(client, object.metadata.namespace ?? '')),
  ];
  return () => {
    for (const end of ends) end();
  };
}

function followDeployment(client: ObjectClient, deployment: Deployment, gone: boolean): void {
  const { namespace, name, uid } = deployment.metadata;
  const { template, replicas = 1 } = deployment.spec;
  const hash = JSON.stringify(template);
  const own = client.list(refs.pods, { namespace }).filter(({ metadata }) => metadata.annotations?.['owner'] === uid);
  const outdated = own.filter(({ metadata }) => gone || metadata.annotations?.['template'] !== hash);
  for (const { metadata } of outdated) client.remove(refs.pods, metadata);
  for (let index = own.length - outdated.length; !gone && index < replicas; index += 1) {
    const annotations = { ...template.metadata.annotations, owner: uid ?? '', template: hash };
    const metadata = {
      name: `${name}-${Math.random().toString(36).slice(2, 8)}`,
      namespace,
      labels: template.metadata.labels,
      annotations,
    };
    client.create(refs.pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata,
      spec: { ...template.spec, nodeName: 'k8s-1' },
    });
  }
}

function followServices(client: ObjectClient, namespace: string): void {
  for (const service of client.list(refs.services, { namespace }) as readonly (Service & {
    spec: { selector?: Record<string, string> };
  })[]) {
    const { selector } = service.spec;
    if (selector === undefined) continue;
    const matches = (pod: KubeObject) =>
      Object.entries(selector).every(([key, value]) => pod.metadata.labels?.[key] === value);
    const pods = (client.list(refs.pods, { namespace }) as readonly Pod[]).filter(
      (pod) => matches(pod) && pod.status?.podIP !== undefined,
    );
    const endpoints = pods.map((pod) => ({
      addresses: [pod.status?.podIP ?? ''],
      conditions: { ready: isReady(pod) },
      nodeName: 'k8s-1',
    }));
    const ports = (service.spec.ports ?? []).map(({ name, port, targetPort, protocol }) => ({
      name,
      protocol,
      port: Number(targetPort ?? port),
    }));
    const name = `${service.metadata.name}-1`;
    const slice: KubeObject = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name, namespace, labels: { 'kubernetes.io/service-name': service.metadata.name } },
      addressType: 'IPv4',
      endpoints,
      ports,
    };
    const present = client.get(refs.slices, { namespace, name });
    if (present === undefined) client.create(refs.slices, slice);
    else if (JSON.stringify(present['endpoints']) !== JSON.stringify(endpoints)) client.update(refs.slices, slice);
  }
}
