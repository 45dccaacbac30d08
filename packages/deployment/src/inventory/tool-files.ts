import { isIPv6 } from 'node:net';
import type { InventoryDevice, InventoryService } from './inventory-device.ts';

/** One entry of a Prometheus file of targets. */
interface TargetGroup {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Targets for Prometheus' file service discovery: every TCP port of every external address. Devices that cannot be reached stay in it; that they do not
 * answer is what Prometheus is to see.
 */
export function prometheusTargets(devices: readonly InventoryDevice[]): readonly TargetGroup[] {
  return devices.flatMap((device) =>
    device.services.flatMap((service) => {
      const targets = targetsOf(service);
      return targets.length === 0 ? [] : [{ targets, labels: labelsOf(device, service) }];
    }),
  );
}

function targetsOf({ addresses, ports }: InventoryService): readonly string[] {
  return addresses.flatMap((address) =>
    ports
      .filter(({ protocol }) => protocol === 'TCP')
      .map(({ port }) => `${isIPv6(address) ? `[${address}]` : address}:${port}`),
  );
}

function labelsOf({ id, tags }: InventoryDevice, { namespace, name }: InventoryService): TargetGroup['labels'] {
  const tagLabels = Object.entries(tags).map(([tag, value]) => [`iotedge_tag_${identifier(tag)}`, value]);
  return {
    iotedge_device: id,
    iotedge_namespace: namespace,
    iotedge_service: name,
    ...(Object.fromEntries(tagLabels) as Record<string, string>),
  };
}

/**
 * An inventory for Ansible, for a file that ends in .json: every device with the address of its first node, what it exposes and its tags; groups by tag,
 * and of the devices that cannot be trusted to be as they stand here.
 */
export function ansibleInventory(devices: readonly InventoryDevice[]): object {
  const hosts = devices.map((device) => [device.id, hostVariables(device)] as const);
  const groups = new Map<string, string[]>();
  for (const device of devices)
    for (const group of groupsOf(device)) groups.set(group, [...(groups.get(group) ?? []), device.id]);
  const children = [...groups].sort().map(([group, ids]) => [group, { hosts: emptyHosts(ids) }] as const);
  return { all: { hosts: Object.fromEntries(hosts), children: Object.fromEntries(children) } };
}

function hostVariables({ nodeIps: [first], tags, services, stale, lastSeen }: InventoryDevice): object {
  return {
    ...(first === undefined ? {} : { ansible_host: first }),
    iotedge_services: services.map(({ namespace, name, addresses, ports, state }) => ({
      ...{ namespace, name, addresses, ports, state },
    })),
    iotedge_tags: tags,
    iotedge_stale: stale,
    ...(lastSeen === undefined ? {} : { iotedge_last_seen: lastSeen }),
  };
}

function groupsOf({ tags, stale }: InventoryDevice): readonly string[] {
  const byTag = Object.entries(tags).map(([tag, value]) => `${identifier(tag)}_${identifier(value)}`);
  return [...byTag, ...(stale ? ['stale'] : [])];
}

function emptyHosts(ids: readonly string[]): object {
  return Object.fromEntries(ids.map((id) => [id, {}]));
}

/** Names of labels and groups hold letters, digits and underscores. */
function identifier(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_]/g, '_');
}
