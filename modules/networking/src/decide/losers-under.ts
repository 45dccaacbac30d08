import type { MetalLbConfig } from '@iotedge-networking/metallb';
import { objectKey, type ClusterService, type Snapshot } from '../gather/snapshot.ts';
import { poolFinder } from './metallb-model.ts';
import { toldByCluster } from './told-model.ts';

/** A Service that would not keep an address it holds. */
export interface Loser {
  readonly service: string;
  readonly ips: readonly string[];
}

/**
 * Who would lose an address if MetalLB had this configuration instead. An address that is in no pool now is not at stake; one that would be in none counts
 * as lost also where an old release would hold on to its old pools until it restarts.
 */
export function losersUnder(snapshot: Snapshot, config: MetalLbConfig): readonly Loser[] {
  const { loadBalancer } = snapshot;
  if (loadBalancer.kind === 'none' || loadBalancer.config === undefined) return [];
  const [poolNow, poolThen] = [poolFinder(loadBalancer.config), poolFinder(config)];
  const model = toldByCluster(snapshot, loadBalancer, loadBalancer.config);
  model.setConfig(config);
  const served = [...snapshot.services.values()].filter(isServed).filter((service) => poolNow(service) !== '');
  return served.flatMap((service) => {
    const kept = poolThen(service) === '' ? [] : (model.service(objectKey(service))?.addresses ?? []);
    const lost = service.ingress.filter((ip) => !kept.includes(ip));
    return lost.length === 0 ? [] : [{ service: objectKey(service), ips: lost }];
  });
}

function isServed({ type, ingress }: ClusterService): boolean {
  return type === 'LoadBalancer' && ingress.length > 0;
}
