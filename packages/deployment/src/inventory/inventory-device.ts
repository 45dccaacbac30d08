import { decodeTwinKey, type Reported, type ReportedService } from '@iotedge-networking/contract';
import { servicesOf, type DeviceStatus } from '../commands/device-status.ts';
import type { JsonObject } from '../generate/sorted-json.ts';

/** A port of a Service. */
export interface InventoryPort {
  readonly port: number;
  readonly protocol: string;
}

/** What a device exposes, as its networking module last reported. */
export interface InventoryService {
  readonly namespace: string;
  readonly name: string;
  readonly type: string;
  /** External addresses; none for a Service that is reached inside the cluster only, or that has none yet. */
  readonly addresses: readonly string[];
  readonly ports: readonly InventoryPort[];
  readonly clusterIp?: string;
  /** Name inside the cluster. */
  readonly dns?: string;
  readonly state: 'Ready' | 'Pending' | 'Failing';
  readonly reason: string;
}

/** One device of an inventory. */
export interface InventoryDevice {
  readonly id: string;
  readonly connectionState?: string;
  readonly lastSeen?: string;
  /** What stands here need not be so any more. */
  readonly stale: boolean;
  /** Tags with plain values. */
  readonly tags: Readonly<Record<string, string>>;
  /** Addresses of the Kubernetes nodes. */
  readonly nodeIps: readonly string[];
  readonly services: readonly InventoryService[];
}

/** What is known of a device and what it exposes. */
export function inventoryDevice(status: DeviceStatus, tags: JsonObject = {}): InventoryDevice {
  const { id, connectionState, lastSeen, stale, reported } = status;
  return {
    ...{ id, connectionState, lastSeen, stale },
    tags: plainTags(tags),
    nodeIps: reported === undefined ? [] : Object.values(reported.nodes).map(({ ip }) => ip),
    services:
      reported === undefined
        ? []
        : servicesOf(reported).map(({ namespace, name, service }) =>
            inventoryService(reported, { namespace, name }, service),
          ),
  };
}

function inventoryService(
  reported: Reported,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  service: ReportedService,
): InventoryService {
  const addresses = service.ips === undefined ? listed(reported, `${namespace}/${name}`) : split(service.ips);
  return {
    ...{ namespace, name, addresses },
    type: service.type ?? (addresses.length > 0 ? 'LoadBalancer' : ''),
    ports: split(service.ports ?? '').flatMap(readPort),
    ...(service.clusterIp === undefined ? {} : { clusterIp: service.clusterIp }),
    ...(service.dns === undefined ? {} : { dns: service.dns }),
    state: service.state,
    reason: service.reason === 'Ready' ? '' : service.reason,
  };
}

/** A report that had to be cut leaves out the details of Services first; their addresses stand in a list of their own. */
function listed({ addresses }: Reported, key: string): readonly string[] {
  return Object.entries(addresses)
    .filter(([, holders]) => holders.split(',').includes(key))
    .map(([address]) => decodeTwinKey(address));
}

function split(text: string): readonly string[] {
  return text === '' ? [] : text.split(',');
}

/** A port as it is reported: `8080/TCP`. */
function readPort(text: string): readonly InventoryPort[] {
  const [, port, protocol] = /^(\d+)\/([A-Z]+)$/.exec(text.trim()) ?? [];
  return port === undefined || protocol === undefined ? [] : [{ port: Number(port), protocol }];
}

function plainTags(tags: JsonObject): InventoryDevice['tags'] {
  const plain = Object.entries(tags).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value));
  return Object.fromEntries(plain.map(([name, value]) => [name, String(value)]));
}
