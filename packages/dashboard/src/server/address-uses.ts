import {
  compareAddresses,
  formatAddress,
  parseAddress,
  parseRange,
  rangeContains,
  type Address,
  type AddressRange,
} from '@iotedge-networking/addressing';
import type { AddressClaim, DeviceComputeNetwork } from '@iotedge-networking/contract';
import type { AddressUse, AddressUseKind } from '../view/address-use.ts';
import type { NodeView, ServiceView } from '../view/device-view.ts';

/** What the map of addresses is drawn from. */
export interface AddressInput {
  readonly computeNetwork: DeviceComputeNetwork;
  readonly nodes: readonly NodeView[];
  readonly services: readonly ServiceView[];
  readonly claims: readonly AddressClaim[];
}

interface Slot {
  readonly address: Address;
  readonly nodes: string[];
  readonly services: string[];
  /** Services that ask for this address. */
  readonly pins: string[];
  isGateway: boolean;
}

/** Every address that is anything but free, sorted. */
export function addressUses(input: AddressInput): readonly AddressUse[] {
  const { computeNetwork } = input;
  const slots = collect(input);
  const pools = ranges(Object.values(computeNetwork.externalServiceIps).flat());
  const nodeIps = ranges(computeNetwork.nodeIps === undefined ? [] : [computeNetwork.nodeIps]);
  const keys = new Map(input.claims.map(({ owner, shareKey }) => [owner, shareKey]));
  return [...slots.values()]
    .sort((one, other) => compareAddresses(one.address, other.address))
    .map((slot) => {
      const within = (list: readonly AddressRange[]): boolean =>
        list.some((range) => rangeContains(range, slot.address));
      const isNode = slot.nodes.length > 0;
      const isOutside = !slot.isGateway && (isNode ? nodeIps.length > 0 && !within(nodeIps) : !within(pools));
      return {
        address: formatAddress(slot.address),
        kind: kindOf(slot, isNode && within(pools), keys),
        ...(isOutside ? { outside: true as const } : {}),
        holders: holdersOf(slot),
      };
    });
}

function collect({ computeNetwork, nodes, services, claims }: AddressInput): ReadonlyMap<string, Slot> {
  const slots = new Map<string, Slot>();
  const at = (text: string): Slot | undefined => {
    const address = parseAddress(text);
    if (address === undefined) return undefined;
    const key = formatAddress(address);
    const slot = slots.get(key) ?? { address, nodes: [], services: [], pins: [], isGateway: false };
    slots.set(key, slot);
    return slot;
  };
  const gateway = at(computeNetwork.gateway ?? '');
  if (gateway !== undefined) gateway.isGateway = true;
  for (const { ip, name } of nodes) at(ip)?.nodes.push(name);
  for (const { ips, namespace, name } of services) for (const ip of ips) at(ip)?.services.push(`${namespace}/${name}`);
  for (const { address = '', owner, expose } of claims) if (expose === 'external') at(address)?.pins.push(owner);
  return slots;
}

function kindOf(slot: Slot, isPoolNode: boolean, keys: ReadonlyMap<string, string | undefined>): AddressUseKind {
  const { nodes, services, pins, isGateway } = slot;
  const isTaken = services.length + pins.length > 0;
  if (isPoolNode) return 'conflict';
  if (nodes.length > 0 || isGateway) return isTaken ? 'conflict' : nodes.length > 0 ? 'node' : 'gateway';
  return serviceKind(slot, keys);
}

function serviceKind({ services, pins }: Slot, keys: ReadonlyMap<string, string | undefined>): AddressUseKind {
  const strangers = pins.filter((pin) => !services.includes(pin));
  const rivals = [...services, ...strangers];
  if (strangers.length > 0 && rivals.length > 1 && !haveOneKey(rivals, keys)) return 'conflict';
  if (services.length > 1) return 'shared';
  if (services.length === 0) return 'wanted';
  return pins.length > 0 ? 'pinned' : 'held';
}

function haveOneKey(owners: readonly string[], keys: ReadonlyMap<string, string | undefined>): boolean {
  const [first, ...others] = owners.map((owner) => keys.get(owner));
  return first !== undefined && others.every((key) => key === first);
}

function holdersOf({ nodes, services, pins }: Slot): readonly string[] {
  return [...new Set([...nodes, ...services, ...pins])];
}

function ranges(texts: readonly string[]): readonly AddressRange[] {
  return texts.flatMap((text) => {
    const parsed = parseRange(text);
    return parsed.ok ? [parsed.range] : [];
  });
}
