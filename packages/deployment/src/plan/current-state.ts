import { decodeTwinKey, readDesired, type Reported, type ReportedService } from '@iotedge-networking/contract';
import type { LoadBalancerService, SpeakerNode } from '@iotedge-networking/metallb';
import { NEW_PREFIX, OLD_PREFIX } from '@iotedge-networking/metallb';
import type { JsonObject } from '../generate/sorted-json.ts';
import { placeholderClusterIp } from './agent-services.ts';
import { deploymentIntents, type DeploymentInput } from './deployment-intents.ts';
import { metalLbOf, requestStyle, type MetalLbSettings, type PoolRanges } from './metallb-settings.ts';
import { finalService, type ServiceIntent } from './service-intent.ts';
import { withSharingKeys } from './sharing-keys.ts';
import type { DesiredByTwin } from './twin-changes.ts';

/** What the hub holds of one device, and what its networking module reported. */
export interface DeployedDevice {
  readonly exists: boolean;
  readonly tags: JsonObject;
  /** Null for each tag that network.yaml once set and does not set any more. */
  readonly abandonedTags?: JsonObject;
  readonly desired: DesiredByTwin;
  /** Undefined when nothing that can be read was reported. */
  readonly reported?: Reported;
}

/** A device as it is now, in the terms of the model. */
export interface CurrentState {
  readonly metallb: MetalLbSettings;
  /** False where nothing in the cluster hands out addresses. */
  readonly hasLoadBalancer: boolean;
  readonly pools: PoolRanges;
  readonly nodes: readonly SpeakerNode[];
  /** Every reported Service with the addresses it has now, as its `status`. */
  readonly services: ReadonlyMap<string, LoadBalancerService>;
  /** What the deployment in force leads to. */
  readonly deployed: ReadonlyMap<string, ServiceIntent>;
}

/** How to read the deployment in force. */
export type DeploymentPlace = Pick<DeploymentInput, 'deviceId' | 'profile' | 'namespace'> & {
  /** Name of the networking module. */
  readonly module: string;
  /** Release of MetalLB where another one is assumed than reported. */
  readonly metallbVersion?: string;
};

/** Puts together how a device is now: what was deployed says what is asked for, what was reported says what was given. */
export function currentState(
  device: DeployedDevice,
  reported: Reported,
  place: DeploymentPlace,
  intentsOf: typeof deploymentIntents = deploymentIntents,
): CurrentState {
  const metallb = metalLbOf(place.metallbVersion ?? reportedVersion(reported));
  const deployed = new Map(
    deployedIntents(device, place, { metallb, intentsOf }).map((intent) => [intent.key, intent]),
  );
  const services = Object.entries(reported.services).flatMap(([namespace, named]) =>
    Object.entries(named).flatMap(([name, service]) => {
      const place = { namespace: decodeTwinKey(namespace), name: decodeTwinKey(name) };
      const key = `${place.namespace}/${place.name}`;
      return currentService(place, withAddresses(service, key, reported), deployed.get(key));
    }),
  );
  return {
    metallb,
    hasLoadBalancer: reported.loadBalancer.kind !== 'none',
    pools: reportedPools(reported),
    nodes: Object.entries(reported.nodes).map(([name, { ready }]) => ({
      name: decodeTwinKey(name),
      hasSpeaker: ready,
    })),
    services: new Map(withSharingKeys(services).map((service) => [`${service.namespace}/${service.name}`, service])),
    deployed,
  };
}

/** The pools that a device has. */
export function reportedPools({ pools }: Reported): PoolRanges {
  return Object.fromEntries(
    Object.entries(pools).map(([name, { ranges }]) => [decodeTwinKey(name), ranges.split(',')]),
  );
}

function reportedVersion({ loadBalancer: { version, dialect } }: Reported): string {
  if (version !== undefined && version !== '') return version;
  return dialect === 'configmap' ? '0.12' : 'main';
}

function deployedIntents(
  { desired }: DeployedDevice,
  { deviceId, profile, namespace, module }: DeploymentPlace,
  { metallb, intentsOf }: { readonly metallb: MetalLbSettings; readonly intentsOf: typeof deploymentIntents },
): readonly ServiceIntent[] {
  const agent = desired.$edgeAgent;
  if (agent === undefined) return [];
  const read = readDesired(desired[module] ?? {});
  const input = { deviceId, profile, namespace, agent, style: requestStyle(metallb) };
  return intentsOf({ ...input, desired: read.ok ? read.value : { schemaVersion: '1' } }).intents;
}

/** A report that had to be cut leaves out the details of Services first; their addresses stand in a list of their own. */
function withAddresses(service: ReportedService, key: string, { addresses }: Reported): ReportedService {
  if (service.ips !== undefined) return service;
  const held = Object.entries(addresses).filter(([, holders]) => holders.split(',').includes(key));
  return { ...service, ips: held.map(([address]) => decodeTwinKey(address)).join(',') };
}

function currentService(
  place: { readonly namespace: string; readonly name: string },
  { type, ips, ports, clusterIp }: ReportedService,
  intent: ServiceIntent | undefined,
): readonly LoadBalancerService[] {
  const status = splitList(ips);
  const known = intent === undefined ? undefined : finalService(intent);
  const seen = type ?? (status.length > 0 ? 'LoadBalancer' : known?.type);
  if (seen === undefined) return [];
  const [clusterIP = placeholderClusterIp(ips ?? ''), ...others] = splitList(clusterIp);
  const base = known ?? { ...place, ports: portsOf(ports ?? '') };
  const service = { ...base, clusterIPs: [clusterIP, ...others], type: seen, status };
  return [status.length > 0 ? withoutRequest(service) : service];
}

function splitList(text: string | undefined): readonly string[] {
  return text === undefined || text === '' ? [] : text.split(',');
}

/** Ports as they are reported: `8080/TCP,9090/UDP`. */
function portsOf(text: string): LoadBalancerService['ports'] {
  return text.split(',').flatMap((part) => {
    const [, port, protocol] = /^(\d+)\/([A-Z]+)$/.exec(part.trim()) ?? [];
    return port === undefined ? [] : [{ port: Number(port), protocol }];
  });
}

/** A Service has what it has, whatever it asked for: a wish that was refused must not take it away in the model. */
function withoutRequest(service: LoadBalancerService): LoadBalancerService {
  const { annotations = {} } = service;
  const kept = Object.entries(annotations).filter(
    ([key]) => key !== `${NEW_PREFIX}/loadBalancerIPs` && key !== `${OLD_PREFIX}/loadBalancerIPs`,
  );
  return { ...service, loadBalancerIP: undefined, annotations: Object.fromEntries(kept) };
}
