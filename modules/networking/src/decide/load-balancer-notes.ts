import { behaviourOf, EXCLUDE_LABEL, selectsPool } from '@iotedge-networking/metallb';
import { objectKey, type LoadBalancerView, type Snapshot } from '../gather/snapshot.ts';
import type { AddressModel } from './address-model.ts';
import type { Note } from './device-note.ts';
import { firstService } from './first-service.ts';

type MetalLb = Extract<LoadBalancerView, { readonly kind: 'metallb' }>;

/** What MetalLB itself does not say, or only in its log: pools that nobody announces, nodes that are left out, a configuration that is not in force. */
export function loadBalancerNotes(snapshot: Snapshot, model: AddressModel): readonly Note[] {
  const { loadBalancer } = snapshot;
  if (loadBalancer.kind === 'none') return [];
  return [
    ...staleNotes(loadBalancer),
    ...homelessNotes(loadBalancer, snapshot, model),
    ...silentPoolNotes(loadBalancer),
    ...excludedNotes(loadBalancer, snapshot),
  ];
}

function staleNotes({ stale }: MetalLb): readonly Note[] {
  return stale === undefined ? [] : [{ reason: 'ConfigurationStale', message: `MetalLB keeps an older one: ${stale}` }];
}

/** Before 0.14 MetalLB refuses new pools as long as an address in use would be in none of them (R27), and tells nobody. */
function homelessNotes({ version, config }: MetalLb, { services }: Snapshot, model: AddressModel): readonly Note[] {
  if (config === undefined || behaviourOf(version).configurationWins) return [];
  const homeless = firstService(
    services.values(),
    (service) => service.type === 'LoadBalancer' && service.ingress.length > 0 && model.poolOf(service) === '',
  );
  if (homeless === undefined) return [];
  const { service, more } = homeless;
  const held = `Service ${objectKey(service)} holds ${service.ingress.join(', ')}`;
  const message = `MetalLB ${version} keeps its old pools: ${held}, which is in none of the new ones${more}.`;
  return [{ reason: 'ConfigurationStale', message }];
}

function silentPoolNotes({ config }: MetalLb): readonly Note[] {
  if (config === undefined) return [];
  const advertisements = [...config.l2Advertisements, ...config.bgpAdvertisements];
  const silent = config.pools.filter((pool) => !advertisements.some((one) => selectsPool(one, pool)));
  const without = silent.map(
    ({ name }) => `No L2Advertisement or BGPAdvertisement selects pool ${name}: nobody announces its addresses.`,
  );
  const byBgp = config.bgpAdvertisements.length > 0 && config.peers.length === 0;
  const messages = byBgp ? [...without, 'Addresses are to be announced by BGP, but there is no BGP peer.'] : without;
  return messages.map((message) => ({ reason: 'NotAnnounced', message }));
}

function excludedNotes({ version }: MetalLb, { nodes }: Snapshot): readonly Note[] {
  if (!behaviourOf(version).honoursExcludeLabel) return [];
  const excluded = nodes.filter(({ labels }) => labels[EXCLUDE_LABEL] !== undefined).map(({ name }) => name);
  if (excluded.length === 0) return [];
  const message = `MetalLB announces nothing from ${excluded.join(', ')}: the label ${EXCLUDE_LABEL} is there.`;
  return [{ reason: 'NodeExcluded', message }];
}
