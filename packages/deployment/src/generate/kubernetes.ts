import type { DeviceApp, DeviceNetwork, Network, PortMapping } from '@iotedge-networking/contract';
import { stringify } from 'yaml';
import { appLabels } from './app-labels.ts';
import { serviceAnnotations } from './create-options.ts';
import { withoutUndefined, type JsonObject } from './sorted-json.ts';

/** A Kubernetes object as kubectl takes it. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: JsonObject;
  readonly spec: JsonObject;
}

/** The namespace of IoT Edge on a managed device; nobody else may use it there, so objects for kubectl do not name it. */
const IOT_EDGE_NAMESPACE = 'iotedge';

/**
 * The applications of a device as Kubernetes objects: a Deployment each, and a Service for each that is exposed. In profile `kubernetes` the
 * networking module makes the Services out of its desired properties, so they are left out here.
 */
export function kubernetesObjects(network: Network, device: DeviceNetwork): readonly KubernetesObject[] {
  const apps = [...device.apps].sort((one, other) => (one.name < other.name ? -1 : 1));
  return apps.flatMap((app) => {
    const withService = app.expose !== 'none' && network.profile !== 'kubernetes';
    return [deployment(network, app), ...(withService ? [service(network, app)] : [])];
  });
}

/** The objects as one YAML text, ready for `kubectl apply -f`. */
export function generateKubernetes(network: Network, device: DeviceNetwork): string {
  const documents = kubernetesObjects(network, device).map((object) => stringify(object, { lineWidth: 0 }));
  return header(network) + documents.join('---\n');
}

function header(network: Network): string {
  const namespace =
    network.namespace === IOT_EDGE_NAMESPACE
      ? 'No namespace is named: kubectl puts the objects into its current one (-n NAMESPACE).'
      : `Everything goes into the namespace ${network.namespace}, which has to exist.`;
  const services =
    network.profile === 'kubernetes'
      ? '# The Services are made by the networking module from its desired properties.\n'
      : '';
  return `# The applications of ${network.name}, made by: iotedge-net generate --format kubernetes\n# ${namespace}\n${services}`;
}

function metadata(network: Network, app: DeviceApp, annotations: JsonObject = {}): JsonObject {
  return withoutUndefined({
    name: app.name,
    namespace: network.namespace === IOT_EDGE_NAMESPACE ? undefined : network.namespace,
    labels: { ...appLabels(app.name), 'app.kubernetes.io/part-of': network.name },
    annotations: Object.keys(annotations).length > 0 ? annotations : undefined,
  });
}

function deployment(network: Network, app: DeviceApp): KubernetesObject {
  const env = Object.keys(app.env).sort();
  const ports = namedPorts(app);
  const container = withoutUndefined({
    name: app.name,
    image: app.image,
    env: env.length > 0 ? env.map((name) => ({ name, value: String(app.env[name]) })) : undefined,
    ports: ports.length > 0 ? containerPorts(ports) : undefined,
  });
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata(network, app),
    spec: {
      replicas: app.replicas,
      selector: { matchLabels: appLabels(app.name) },
      template: {
        metadata: { labels: { ...appLabels(app.name), 'app.kubernetes.io/part-of': network.name } },
        spec: { containers: [container] },
      },
    },
  };
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
