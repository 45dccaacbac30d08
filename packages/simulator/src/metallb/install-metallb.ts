import { ensureObject } from '../cluster/ensure-object.ts';
import type { KubeObject, ObjectClient, ResourceRef } from '../cluster/object-client.ts';
import { metalLbCrds } from './metallb-crds.ts';
import { METALLB_NAMESPACE, type MetalLbOptions } from './metallb-options.ts';

const core = (plural: string): ResourceRef => ({ group: '', version: 'v1', plural });
const apps = (plural: string): ResourceRef => ({ group: 'apps', version: 'v1', plural });
const metallb = (plural: string): ResourceRef => ({ group: 'metallb.io', version: 'v1beta1', plural });
const crds: ResourceRef = { group: 'apiextensions.k8s.io', version: 'v1', plural: 'customresourcedefinitions' };

const namespace = METALLB_NAMESPACE;

/**
 * Puts MetalLB's objects into the cluster: its namespace, the Deployment and DaemonSet by which clients recognise it, and its pools in the dialect
 * of the release. Objects that are there already stay as they are.
 */
export function installMetalLb(client: ObjectClient, options: MetalLbOptions): void {
  const { version, dialect } = options;
  ensureObject(client, core('namespaces'), {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace, labels: { app: 'metallb' } },
  });
  ensureObject(client, apps('deployments'), workload('Deployment', 'controller', version));
  ensureObject(client, apps('daemonsets'), workload('DaemonSet', 'speaker', version));
  if (dialect === 'configmap') {
    ensureObject(client, core('configmaps'), configMap(options.pools));
    return;
  }
  for (const crd of metalLbCrds(version)) ensureObject(client, crds, crd);
  for (const [name, addresses] of Object.entries(options.pools))
    ensureObject(
      client,
      metallb('ipaddresspools'),
      resource('IPAddressPool', name, { addresses: [...addresses].map(asRange) }),
    );
  ensureObject(client, metallb('l2advertisements'), resource('L2Advertisement', 'layer2', {}));
}

/** MetalLB refuses a bare address; the device's page takes one. */
function asRange(text: string): string {
  return text.includes('-') || text.includes('/') ? text : `${text}-${text}`;
}

function resource(kind: string, name: string, spec: object): KubeObject {
  return { apiVersion: 'metallb.io/v1beta1', kind, metadata: { name, namespace }, spec };
}

function configMap(pools: MetalLbOptions['pools']): KubeObject {
  const entries = Object.entries(pools).flatMap(([name, addresses]) => [
    `- name: ${name}`,
    '  protocol: layer2',
    '  addresses:',
    ...addresses.map((range) => `  - ${asRange(range)}`),
  ]);
  const config = entries.length === 0 ? '' : ['address-pools:', ...entries, ''].join('\n');
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'config', namespace }, data: { config } };
}

function workload(kind: 'Deployment' | 'DaemonSet', component: 'controller' | 'speaker', version: string): KubeObject {
  const labels = { app: 'metallb', component };
  const image = `quay.io/metallb/${component}:v${version}`;
  const container = { name: component, image, args: ['--port=7472', '--config=config'] };
  const common = {
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [container] } },
  };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: component, namespace, labels },
    spec: kind === 'Deployment' ? { replicas: 1, ...common } : common,
  };
}
