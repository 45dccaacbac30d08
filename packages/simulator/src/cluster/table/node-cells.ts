import { objectAt, objectsAt } from '../json.ts';
import type { KubeObject } from '../object-client.ts';

const rolePrefix = 'node-role.kubernetes.io/';

/** The STATUS cell of a node. */
export function nodeStatus(node: KubeObject): string {
  const ready = objectsAt(node, 'status', 'conditions').find((condition) => condition['type'] === 'Ready');
  const status = ready === undefined ? 'Unknown' : ready['status'] === 'True' ? 'Ready' : 'NotReady';
  return objectAt(node, 'spec')?.['unschedulable'] === true ? `${status},SchedulingDisabled` : status;
}

/** The ROLES cell of a node, from its labels. */
export function nodeRoles(node: KubeObject): string {
  const roles = Object.entries(node.metadata.labels ?? {}).flatMap(([key, value]) => {
    if (key.startsWith(rolePrefix) && key.length > rolePrefix.length) return [key.slice(rolePrefix.length)];
    return key === 'kubernetes.io/role' && value !== '' ? [value] : [];
  });
  return roles.length === 0 ? '<none>' : [...new Set(roles)].sort().join(',');
}

/** The INTERNAL-IP or EXTERNAL-IP cell of a node. */
export function nodeAddress(node: KubeObject, type: string): string {
  const found = objectsAt(node, 'status', 'addresses').find((address) => address['type'] === type);
  return typeof found?.['address'] === 'string' ? found['address'] : '<none>';
}
