import type { DeviceApp, DeviceNetwork, Network, Profile } from '@iotedge-networking/contract';

/**
 * Who makes the Service of an application.
 * `agent`: edgeAgent, out of createOptions. `module`: the networking module, over the pods of all modules of the application.
 * `labels`: the networking module, over the pods with the application's label. `host`: nobody, the container host publishes the ports.
 * `nobody`: the application is not exposed.
 */
export type ServiceMaker = 'agent' | 'module' | 'labels' | 'host' | 'nobody';

/** What one application becomes on one device. */
export interface AppPlan {
  readonly app: DeviceApp;
  /** The IoT Edge modules it becomes, in order; none where it is deployed by Kubernetes YAML. */
  readonly modules: readonly string[];
  readonly serviceMaker: ServiceMaker;
}

/** Plans every application of a device, by name. */
export function planApps(network: Network, device: Pick<DeviceNetwork, 'apps'>): readonly AppPlan[] {
  return [...device.apps]
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map((app) => ({
      app,
      modules: network.profile === 'kubernetes' ? [] : moduleNames(app),
      serviceMaker: serviceMakerOf(app, network.profile),
    }));
}

/**
 * The modules of an application: `web`, `web2`, `web3`. IoT Edge modules are singletons on Kubernetes, so each replica is a module.
 */
export function moduleNames(app: DeviceApp): readonly string[] {
  return Array.from({ length: app.replicas }, (_, index) => (index === 0 ? app.name : `${app.name}${index + 1}`));
}

function serviceMakerOf(app: DeviceApp, profile: Profile): ServiceMaker {
  if (app.expose === 'none') return 'nobody';
  if (profile === 'vm') return 'host';
  if (profile === 'kubernetes') return 'labels';
  return app.replicas > 1 || !fitsAgentService(app) ? 'module' : 'agent';
}

/**
 * Whether edgeAgent can make the Service of a single module. It keys ports by number alone (TCP and UDP of one number collapse) and names
 * them after the target (two ports onto one target give one name twice, which Kubernetes refuses); a LoadBalancer of mixed protocols is
 * refused before Kubernetes 1.24, and a refused Service stops the whole device deployment. Source: edge-agent-kubernetes.md rules 8, 10, 26.
 */
function fitsAgentService(app: DeviceApp): boolean {
  const ports = Object.values(app.ports);
  const distinct = (keys: readonly unknown[]): boolean => new Set(keys).size === keys.length;
  const protocols = new Set(ports.map((port) => port.protocol));
  return (
    distinct(ports.map((port) => port.port)) &&
    distinct(ports.map((port) => `${port.targetPort}/${port.protocol}`)) &&
    (app.expose === 'internal' || protocols.size === 1)
  );
}
