import { parseRange } from '@iotedge-networking/addressing';
import type { ObjectClient } from '../cluster/object-client.ts';
import type { ForwardedPorts, ImageStandIn } from './image-table.ts';
import type { Container, PodSpec } from './pod.ts';
import { containerEnvironment } from './pod-environment.ts';
import type { ContainerEnvironment, PlacedPod } from './pod-environment.ts';
import type { PodNetworkSettings } from './pod-network-settings.ts';
import type { PodVolumes } from './pod-volumes.ts';

/** How a pod reaches the API server on this machine. `ca` is PEM text. */
export interface ApiServerAccess {
  readonly host: string;
  readonly port: number;
  readonly ca: string;
}

/** What all pods of the kubelet share, and the volumes of this one. */
export interface ProcessSurroundings {
  readonly client: ObjectClient;
  readonly dns: string;
  readonly clusterDomain: string;
  readonly carried: PodNetworkSettings['carried'];
  readonly apiServer?: ApiServerAccess;
  readonly volumes: PodVolumes;
  readonly standInFor: (image: string) => ImageStandIn | undefined;
}

const podNetwork = new URL('./pod-network.ts', import.meta.url).href;
const privateNetworks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'];

/**
 * All variables of a container's process: those of the container, those the platform adds (HOSTNAME, KUBERNETES_SERVICE_HOST …), and what the
 * preloaded pod network needs. Nothing of the simulator's own environment but PATH gets in.
 */
export function podProcessEnvironment(
  container: Container,
  placed: PlacedPod,
  around: ProcessSurroundings,
): ContainerEnvironment {
  const made = containerEnvironment(container, placed, around.client);
  if ('problem' in made) return made;
  const { metadata, spec } = placed.pod;
  const podName = spec.hostname ?? metadata.name;
  const namespace = metadata.namespace ?? 'default';
  const settings: PodNetworkSettings = {
    podName,
    namespace,
    podIp: placed.podIp,
    dns: around.dns,
    clusterDomain: around.clusterDomain,
    carried: around.carried,
    localPorts: localPorts(placed.pod.spec, around.standInFor),
    mounts: around.volumes.mounts(container),
  };
  return {
    env: {
      ...inherited(),
      HOME: '/root',
      HOSTNAME: podName,
      POD_IP: placed.podIp,
      POD_NAMESPACE: namespace,
      ...made.env,
      ...apiServerVariables(around),
      NODE_OPTIONS: `${made.env['NODE_OPTIONS'] ?? ''} --import=${podNetwork}`.trim(),
      POD_NETWORK: JSON.stringify(settings),
      POD_LIFELINE: '1',
    },
  };
}

/** What sidecars of the pod offer on its localhost. */
function localPorts(spec: PodSpec, standInFor: ProcessSurroundings['standInFor']): ForwardedPorts {
  const ports: Record<number, ForwardedPorts[number]> = {};
  for (const container of spec.containers) {
    const standIn = standInFor(container.image);
    if (standIn?.kind === 'forward' && standIn.local === true) Object.assign(ports, standIn.ports);
  }
  return ports;
}

function apiServerVariables({ apiServer, volumes }: ProcessSurroundings): Record<string, string> {
  const directory = { SERVICE_ACCOUNT_DIRECTORY: volumes.serviceAccountDirectory };
  if (apiServer === undefined) return directory;
  return { ...directory, KUBERNETES_SERVICE_HOST: apiServer.host, KUBERNETES_SERVICE_PORT: String(apiServer.port) };
}

/** PATH, to find programs; and coverage, so that test runs see into the workloads. */
function inherited(): Record<string, string> {
  const names = ['PATH', 'NODE_V8_COVERAGE'];
  const present = names.map((name) => [name, process.env[name]] as const);
  return Object.fromEntries(
    present.filter((entry): entry is readonly [string, string] => entry[1] !== undefined) as [string, string][],
  );
}

/** The first and last address of each IPv4 range as numbers; without ranges: all private networks. Throws when a text is not a range. */
export function carriedNumbers(ranges: readonly string[] = privateNetworks): (readonly [number, number])[] {
  return ranges.flatMap((text) => {
    const parsed = parseRange(text);
    if (!parsed.ok) throw new Error(`Cannot carry "${text}" on loopback: ${parsed.problem}`);
    return parsed.range.family === 4 ? [[Number(parsed.range.first), Number(parsed.range.last)] as const] : [];
  });
}
