import type { DeviceApp, PortMapping } from '@iotedge-networking/contract';
import type { AppPlan } from './app-plan.ts';
import { volumesOf } from './kubernetes-storage.ts';
import { mergeObjects, sortKeys, withoutUndefined, type JsonObject } from './sorted-json.ts';

/** MetalLB reads these annotations of a Service, whichever way the pools are configured; edgeAgent makes annotations of Labels. */
export const METALLB_ANNOTATIONS = {
  share: 'metallb.universe.tf/allow-shared-ip',
  pool: 'metallb.universe.tf/address-pool',
} as const;

/**
 * The create options of an application's modules, keys sorted: what network.yaml gives, and laid over it what makes the Service.
 * edgeAgent compares their text, so equal input must give equal text.
 */
export function createOptionsOf({ app, serviceMaker }: AppPlan): JsonObject {
  if (serviceMaker === 'agent') return sorted(app, agentServiceOptions(app));
  if (serviceMaker === 'host') return sorted(app, hostOptions(app));
  return sorted(app, {});
}

function sorted(app: DeviceApp, generated: JsonObject): JsonObject {
  return sortKeys(mergeObjects(updateStrategy(app), app.createOptions, generated)) as JsonObject;
}

/** A volume that one pod holds keeps its successor from starting, so the old one has to go first. Docker ignores the key. */
function updateStrategy(app: DeviceApp): JsonObject {
  return volumesOf(app).length > 0 ? { 'k8s-experimental': { strategy: { type: 'Recreate' } } } : {};
}

function agentServiceOptions(app: DeviceApp): JsonObject {
  const external = app.expose === 'external';
  const serviceOptions = withoutUndefined({
    type: external ? 'LoadBalancer' : 'ClusterIP',
    loadBalancerIP: external ? app.address : undefined,
  });
  const labels = serviceAnnotations(app);
  return {
    HostConfig: { PortBindings: portBindings(app) },
    ...(Object.keys(labels).length > 0 ? { Labels: labels } : {}),
    'k8s-experimental': { serviceOptions },
  };
}

/** The annotations MetalLB wants on the application's Service. */
export function serviceAnnotations(app: Pick<DeviceApp, 'expose' | 'pool' | 'shareAddress'>): JsonObject {
  if (app.expose !== 'external') return {};
  return withoutUndefined({
    [METALLB_ANNOTATIONS.share]: app.shareAddress,
    [METALLB_ANNOTATIONS.pool]: app.pool,
  });
}

/** On a container host, external ports are published; internal ones are reachable in the container network and only documented. */
function hostOptions(app: DeviceApp): JsonObject {
  if (app.expose === 'external') return { HostConfig: { PortBindings: portBindings(app) } };
  return { ExposedPorts: Object.fromEntries(Object.values(app.ports).map((port) => [targetKey(port), {}])) };
}

function portBindings(app: DeviceApp): JsonObject {
  const ports = Object.values(app.ports).sort((one, other) => one.port - other.port);
  const keys = [...new Set(ports.map(targetKey))];
  return Object.fromEntries(
    keys.map((key) => [
      key,
      ports.filter((port) => targetKey(port) === key).map((port) => ({ HostPort: String(port.port) })),
    ]),
  );
}

function targetKey(port: PortMapping): string {
  return `${port.targetPort}/${port.protocol.toLowerCase()}`;
}
