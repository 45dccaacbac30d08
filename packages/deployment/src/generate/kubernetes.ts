import type { DeviceApp, DeviceNetwork, Network, PortMapping } from '@iotedge-networking/contract';
import { stringify } from 'yaml';
import { appLabels } from './app-labels.ts';
import { serviceAnnotations } from './create-options.ts';
import { devicePowerShell } from './device-powershell.ts';
import { networkingRights, pullSecret } from './kubernetes-access.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { claimSpec, volumesOf, type AppVolume } from './kubernetes-storage.ts';
import { withoutUndefined, type JsonObject } from './sorted-json.ts';

/** The namespace of IoT Edge on a managed device; nobody else may use it there, so objects for kubectl do not name it. */
const IOT_EDGE_NAMESPACE = 'iotedge';

/** The namespace that the objects name, if any. */
export function namedNamespace({ namespace, profile }: Pick<Network, 'namespace' | 'profile'>): string | undefined {
  return namespace === IOT_EDGE_NAMESPACE && profile !== 'kubernetes' ? undefined : namespace;
}

/**
 * The applications of a device as Kubernetes objects: a Deployment each, claims for its volumes, and a Service for each that is exposed. In profile
 * `kubernetes` the networking module makes the Services out of its desired properties; instead of them there are the bindings that allow it to.
 */
export function kubernetesObjects(network: Network, device: DeviceNetwork): readonly KubernetesObject[] {
  const apps = [...device.apps].sort((one, other) => (one.name < other.name ? -1 : 1));
  return [...networkingRights(network, device), ...apps.flatMap((app) => appObjects(network, app))];
}

/** The objects of one application. */
export function appObjects(network: Network, app: DeviceApp): readonly KubernetesObject[] {
  const withService = app.expose !== 'none' && network.profile !== 'kubernetes';
  return [...claims(network, app), deployment(network, app), ...(withService ? [service(network, app)] : [])];
}

/** The objects as one YAML text, ready for `kubectl apply -f`. */
export function generateKubernetes(network: Network, device: DeviceNetwork): string {
  return header(network, device) + toYaml(kubernetesObjects(network, device));
}

/** Objects as YAML documents. */
export function toYaml(objects: readonly object[]): string {
  return objects.map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n');
}

function header(network: Network, device: DeviceNetwork): string {
  const namespace =
    namedNamespace(network) === undefined
      ? '# No namespace is named: kubectl puts the objects into its current one (-n NAMESPACE).'
      : `# Everything goes into the namespace ${network.namespace}, which has to exist.`;
  const lines = [
    `# The applications of ${network.name}, made by: iotedge-net generate --form kubernetes`,
    namespace,
    ...(network.profile === 'kubernetes'
      ? ['# The Services are made by the networking module from its desired properties.']
      : []),
    ...secretLines(network, device),
    ...devicePowerShell(network, device),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** The lines that make the pull secrets, since no secret is written down. */
export function secretLines(network: Network, { apps }: Pick<DeviceNetwork, 'apps'>): readonly string[] {
  const used = new Set(apps.map(({ image }) => pullSecret(network, image)?.name));
  return Object.entries(network.registryCredentials).flatMap(([key, { address, username, password }]) => {
    const name = pullSecret(network, `${address}/`)?.name ?? key;
    if (!used.has(name)) return [];
    return [
      `# Pull secret, made once: kubectl create secret docker-registry ${name} --docker-server=${address} --docker-username="${username}" --docker-password="${password}"`,
    ];
  });
}

function claims(network: Network, app: DeviceApp): readonly KubernetesObject[] {
  return volumesOf(app).map(({ name }) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { ...metadata(network, app), name },
    spec: claimSpec(network),
  }));
}

function metadata(network: Network, app: DeviceApp, annotations: JsonObject = {}): JsonObject {
  return withoutUndefined({
    name: app.name,
    namespace: namedNamespace(network),
    labels: { ...appLabels(app.name), 'app.kubernetes.io/part-of': network.name },
    annotations: Object.keys(annotations).length > 0 ? annotations : undefined,
  });
}

function deployment(network: Network, app: DeviceApp): KubernetesObject {
  const env = Object.keys(app.env).sort();
  const ports = namedPorts(app);
  const volumes = volumesOf(app);
  const container = withoutUndefined({
    name: app.name,
    image: app.image,
    env: env.length > 0 ? env.map((name) => ({ name, value: String(app.env[name]) })) : undefined,
    ports: ports.length > 0 ? containerPorts(ports) : undefined,
    volumeMounts: volumes.length > 0 ? volumes.map(volumeMount) : undefined,
  });
  const secret = pullSecret(network, app.image);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata(network, app),
    spec: withoutUndefined({
      replicas: app.replicas,
      // A volume that one pod holds keeps the next one from starting.
      strategy: volumes.length > 0 ? { type: 'Recreate' } : undefined,
      selector: { matchLabels: appLabels(app.name) },
      template: {
        metadata: { labels: { ...appLabels(app.name), 'app.kubernetes.io/part-of': network.name } },
        spec: withoutUndefined({
          // The applications ask nothing of the Kubernetes API, so they get no token for it.
          automountServiceAccountToken: false,
          containers: [container],
          imagePullSecrets: secret === undefined ? undefined : [secret],
          volumes:
            volumes.length > 0
              ? volumes.map(({ name }) => ({ name, persistentVolumeClaim: { claimName: name } }))
              : undefined,
        }),
      },
    }),
  };
}

function volumeMount({ name, mountPath, readOnly }: AppVolume): JsonObject {
  return withoutUndefined({ name, mountPath, readOnly: readOnly ? true : undefined });
}

type NamedPort = PortMapping & { readonly name: string };

function namedPorts(app: DeviceApp): readonly NamedPort[] {
  return Object.entries(app.ports).map(([name, port]) => ({ ...port, name }));
}

/** Two Service ports may lead to one container port, which is listed once. */
function containerPorts(ports: readonly NamedPort[]): readonly JsonObject[] {
  const once = new Map(ports.map((port) => [`${port.targetPort}/${port.protocol}`, port]));
  return [...once.values()].map(({ targetPort, protocol }) => ({ containerPort: targetPort, protocol }));
}

function service(network: Network, app: DeviceApp): KubernetesObject {
  const external = app.expose === 'external';
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(network, app, serviceAnnotations(app)),
    spec: withoutUndefined({
      type: external ? 'LoadBalancer' : 'ClusterIP',
      selector: appLabels(app.name),
      ports: namedPorts(app).map(({ name, port, targetPort, protocol }) => ({ name, port, targetPort, protocol })),
      loadBalancerIP: external ? app.address : undefined,
      externalTrafficPolicy: external ? app.externalTrafficPolicy : undefined,
    }),
  };
}
