import { LoadBalancerModel } from '@iotedge-networking/metallb';
import type { Change, WantedSlice } from '../../../../modules/networking/src/decide/change.ts';
import { applyServiceEdit } from '../../../../modules/networking/src/decide/service-edit.ts';
import type { ClusterService, ClusterSlice, Snapshot } from '../../../../modules/networking/src/gather/snapshot.ts';
import { service } from './build-snapshot.ts';

/** The snapshot as it is after the changes were written, before any controller has reacted. */
export function applyChanges(snapshot: Snapshot, changes: readonly Change[]): Snapshot {
  const services = new Map(snapshot.services);
  const slices = new Map([...snapshot.slices].map(([key, list]) => [key, [...list]]));
  for (const change of changes) applyChange(change, services, slices);
  return { ...snapshot, services, slices };
}

let uids = 0;

function applyChange(change: Change, services: Map<string, ClusterService>, slices: Map<string, ClusterSlice[]>): void {
  const list = slices.get(change.service) ?? [];
  switch (change.kind) {
    case 'create-service': {
      const { namespace, name, fields } = change;
      const empty = service(name, { namespace, uid: `new-${(uids += 1)}`, type: 'ClusterIP', selector: undefined });
      services.set(change.service, applyServiceEdit(empty, fields));
      return;
    }
    case 'edit-service': {
      const present = services.get(change.service);
      if (present?.uid === change.uid) services.set(change.service, applyServiceEdit(present, change.edit));
      return;
    }
    case 'delete-service':
      services.delete(change.service);
      slices.delete(change.service);
      return;
    case 'create-slice':
    case 'replace-slice':
      slices.set(change.service, [...list.filter(({ name }) => name !== change.slice.name), sliceObject(change.slice)]);
      return;
    case 'delete-slice':
      slices.set(
        change.service,
        list.filter(({ name }) => name !== change.name),
      );
      return;
    default:
    // Pools are no part of this replay.
  }
}

function sliceObject(wanted: WantedSlice): ClusterSlice {
  const ready = wanted.endpoints.filter((endpoint) => endpoint.ready);
  return {
    ...wanted,
    uid: `new-${(uids += 1)}`,
    ours: true,
    ready: ready.length,
    total: wanted.endpoints.length,
    readyNodes: [...new Set(ready.flatMap(({ nodeName }) => nodeName ?? []))],
  };
}

/** The snapshot as MetalLB leaves it when it has looked at every Service. */
export function letMetalLbWork(snapshot: Snapshot): Snapshot {
  const { loadBalancer } = snapshot;
  if (loadBalancer.kind === 'none' || loadBalancer.config === undefined) return snapshot;
  const model = new LoadBalancerModel({ version: loadBalancer.version, config: loadBalancer.config });
  const told = (one: ClusterService) => ({
    ...one,
    clusterIPs: one.clusterIps,
    loadBalancerIP: one.loadBalancerIp,
    status: one.ingress,
  });
  // MetalLB remembers who holds what; only then it looks at what was edited.
  for (const one of snapshot.services.values())
    if (one.ingress.length > 0 && one.type === 'LoadBalancer')
      model.apply({ ...told(one), annotations: sharingOf(one), loadBalancerIP: '' });
  for (const one of snapshot.services.values()) model.apply(told(one));
  const services = [...snapshot.services].map(([key, one]): [string, ClusterService] => [
    key,
    { ...one, ingress: one.type === 'LoadBalancer' ? (model.service(key)?.addresses ?? []) : [] },
  ]);
  return { ...snapshot, services: new Map(services) };
}

function sharingOf({ annotations }: ClusterService): Record<string, string> {
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => key.endsWith('/allow-shared-ip')));
}
