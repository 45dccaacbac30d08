import { isJsonObject, objectsAt } from '../json.ts';
import type { KubeObject } from '../object-client.ts';

/** A pod after its binding to a node: the name of the node, and the condition that says so. */
export function boundPod(pod: KubeObject, nodeName: string, time: string): KubeObject {
  const spec = { ...(isJsonObject(pod['spec']) ? pod['spec'] : {}), nodeName };
  const others = objectsAt(pod, 'status', 'conditions').filter((condition) => condition['type'] !== 'PodScheduled');
  const scheduled = { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: time };
  return {
    ...pod,
    spec,
    status: { ...(isJsonObject(pod['status']) ? pod['status'] : {}), conditions: [...others, scheduled] },
  };
}
