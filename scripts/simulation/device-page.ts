import { canonicalRanges, type DevicePage } from '@iotedge-networking/deployment';
import type { Simulator } from '@iotedge-networking/simulator';
import { stringify } from 'yaml';

type Client = Simulator['cluster']['client'];
type Pools = Parameters<DevicePage>[1]['externalServiceIps'];

const namespace = 'metallb-system';
const CONFIG_MAPS = { group: '', version: 'v1', plural: 'configmaps' };
const POOLS = { group: 'metallb.io', version: 'v1beta1', plural: 'ipaddresspools' };

/**
 * Plays "Apply" on the simulated device's own page: the external service IPs become MetalLB's pools. Its controller is started again, because MetalLB 0.12 otherwise keeps
 * the old pools while a Service holds an address outside the new ones; whether the real page does that is not documented.
 */
export function devicePage({ cluster, metallb }: Pick<Simulator, 'cluster' | 'metallb'>): DevicePage {
  const { client } = cluster;
  return (_id, { externalServiceIps, announce }) => {
    if (client.get(CONFIG_MAPS, { namespace, name: 'config' }) === undefined) setResources(client, externalServiceIps);
    else setConfigMap(client, externalServiceIps, announce);
    metallb.restart();
    return Promise.resolve();
  };
}

function setConfigMap(client: Client, pools: Pools, protocol: 'layer2' | 'bgp'): void {
  const entries = Object.entries(pools).map(([name, ranges]) => ({
    name,
    protocol,
    addresses: canonicalRanges(ranges),
  }));
  const body = { data: { config: stringify({ 'address-pools': entries }) } };
  client.patch(CONFIG_MAPS, { namespace, name: 'config' }, { kind: 'merge', body });
}

function setResources(client: Client, pools: Pools): void {
  const present = client.list(POOLS, { namespace }).map(({ metadata }) => metadata.name);
  for (const name of present) if (pools[name] === undefined) client.remove(POOLS, { namespace, name });
  for (const [name, ranges] of Object.entries(pools)) {
    const spec = { addresses: canonicalRanges(ranges) };
    if (present.includes(name)) client.patch(POOLS, { namespace, name }, { kind: 'merge', body: { spec } });
    else
      client.create(POOLS, {
        ...{ apiVersion: 'metallb.io/v1beta1', kind: 'IPAddressPool', metadata: { name, namespace }, spec },
      });
  }
}
