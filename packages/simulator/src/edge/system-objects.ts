import { ensureObject } from '../cluster/ensure-object.ts';
import type { KubeObject, ObjectClient } from '../cluster/object-client.ts';

const namespaces = { group: '', version: 'v1', plural: 'namespaces' } as const;
const configMaps = { group: '', version: 'v1', plural: 'configmaps' } as const;
const services = { group: '', version: 'v1', plural: 'services' } as const;
const serviceAccounts = { group: '', version: 'v1', plural: 'serviceaccounts' } as const;
const deployments = { group: 'apps', version: 'v1', plural: 'deployments' } as const;

const labels = { 'app.kubernetes.io/name': 'iotedged' };

/** Creates what the installation of IoT Edge puts into the cluster besides the modules, where it is missing. */
export function createSystemObjects(client: ObjectClient, namespace: string, trustBundle: string): void {
  if (client.get(namespaces, { name: namespace }) === undefined) {
    client.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  }
  const config = (name: string, data: Record<string, string>): void =>
    ensureObject(client, configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data });
  config('iotedged-proxy-config', { 'config.yaml': 'services:\n- identifier: management\n- identifier: workload\n' });
  config('iotedged-proxy-trust-bundle', { 'trust_bundle.pem': trustBundle });
  ensureObject(client, serviceAccounts, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'iotedged', namespace, labels },
  });
  ensureObject(client, services, daemonService(namespace));
  ensureObject(client, deployments, daemonDeployment(namespace));
}

function daemonService(namespace: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'iotedged', namespace, labels },
    spec: {
      type: 'ClusterIP',
      selector: labels,
      ports: [
        { name: 'management', port: 35000, targetPort: 35000, protocol: 'TCP' },
        { name: 'workload', port: 35001, targetPort: 35001, protocol: 'TCP' },
      ],
    },
  };
}

function daemonDeployment(namespace: string): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'iotedged', namespace, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: 'iotedged',
          containers: [{ name: 'iotedged', image: 'azureiotedge/azureiotedge-iotedged:0.1.0-beta15' }],
        },
      },
    },
  };
}
