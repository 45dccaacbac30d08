import type { ListSchema } from './field-schema.ts';

/** The part of a list's schema that the generated models do not know. */
export type ListAnnotation = Pick<ListSchema, 'keys' | 'keyDefaults' | 'patchMergeKey' | 'patchStrategy'> & {
  readonly listType?: ListSchema['listType'];
};

function mergedBy(patchMergeKey: string, keys: readonly string[] = [patchMergeKey]): ListAnnotation {
  return { listType: 'map', keys, patchMergeKey, patchStrategy: 'merge' };
}

function portsBy(patchMergeKey: string): ListAnnotation {
  return { ...mergedBy(patchMergeKey, [patchMergeKey, 'protocol']), keyDefaults: { protocol: 'TCP' } };
}

const retainKeysByName: ListAnnotation = { ...mergedBy('name'), patchStrategy: 'merge,retainKeys' };
const mergedSet: ListAnnotation = { listType: 'set', patchStrategy: 'merge' };
const conditions = mergedBy('type');
const container = {
  ports: portsBy('containerPort'),
  env: mergedBy('name'),
  volumeMounts: mergedBy('mountPath'),
  volumeDevices: mergedBy('devicePath'),
};

/**
 * `x-kubernetes-list-type`, `-list-map-keys`, `-patch-merge-key` and `-patch-strategy` of the lists that are not atomic, by definition and
 * field (kubernetes/api, the markers in types.go).
 */
export const listAnnotations: Readonly<Record<string, Readonly<Record<string, ListAnnotation>>>> = {
  V1ObjectMeta: { ownerReferences: mergedBy('uid'), finalizers: mergedSet },
  V1ServiceSpec: { ports: portsBy('port') },
  V1ServiceStatus: { conditions: { ...conditions } },
  V1PodSpec: {
    containers: mergedBy('name'),
    initContainers: mergedBy('name'),
    ephemeralContainers: mergedBy('name'),
    volumes: retainKeysByName,
    imagePullSecrets: mergedBy('name'),
    hostAliases: mergedBy('ip'),
    topologySpreadConstraints: mergedBy('topologyKey', ['topologyKey', 'whenUnsatisfiable']),
    schedulingGates: mergedBy('name'),
    resourceClaims: retainKeysByName,
  },
  V1Container: container,
  V1EphemeralContainer: container,
  V1PodStatus: {
    conditions,
    podIPs: mergedBy('ip'),
    hostIPs: { listType: 'atomic', patchMergeKey: 'ip', patchStrategy: 'merge' },
  },
  V1NodeSpec: { podCIDRs: mergedSet },
  V1NodeStatus: { conditions, addresses: mergedBy('type') },
  V1NamespaceStatus: { conditions },
  V1DeploymentStatus: { conditions },
  V1ReplicaSetStatus: { conditions },
  V1DaemonSetStatus: { conditions },
  V1PersistentVolumeClaimStatus: { conditions },
  V1ServiceAccount: { secrets: mergedBy('name') },
  V1CustomResourceDefinitionStatus: { conditions: { listType: 'map', keys: ['type'] } },
};

/** Definitions that server-side apply owns as a whole (`+structType=atomic`). */
export const atomicStructs: ReadonlySet<string> = new Set([
  'V1LabelSelector',
  'V1LocalObjectReference',
  'V1ObjectReference',
  'V1OwnerReference',
  'V1SecretKeySelector',
  'V1ConfigMapKeySelector',
  'V1ObjectFieldSelector',
  'V1ResourceFieldSelector',
  'V1NodeSelector',
  'V1NodeSelectorTerm',
  'V1TypedLocalObjectReference',
  'V1SecretReference',
  'V1RoleRef',
]);

/** Maps that server-side apply owns as a whole (`+mapType=atomic`), by definition and field. */
export const atomicMaps: ReadonlySet<string> = new Set(['V1ServiceSpec.selector', 'V1PodSpec.nodeSelector']);

/** Structs whose field carries `patchStrategy: retainKeys`. */
export const retainKeysStructs: ReadonlySet<string> = new Set(['V1DeploymentStrategy']);

/** Maps whose values are quantities: a number is as good as a text. */
export const quantityMaps: ReadonlySet<string> = new Set([
  'V1ResourceRequirements.limits',
  'V1ResourceRequirements.requests',
  'V1VolumeResourceRequirements.limits',
  'V1VolumeResourceRequirements.requests',
  'V1NodeStatus.allocatable',
  'V1NodeStatus.capacity',
  'V1PersistentVolumeClaimStatus.capacity',
]);
