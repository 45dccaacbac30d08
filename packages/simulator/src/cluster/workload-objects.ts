import type { KubeObject, ObjectMeta } from './object-client.ts';

/** One condition in a status. */
export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
  lastUpdateTime?: string;
  [field: string]: unknown;
}

/** `v1 LabelSelector`. */
export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

/** A container of a pod. */
export interface Container {
  name: string;
  image?: string;
  imagePullPolicy?: string;
  ports?: { name?: string; containerPort: number; protocol?: string; hostPort?: number; [field: string]: unknown }[];
  env?: { name: string; value?: string; valueFrom?: Record<string, unknown> }[];
  resources?: { limits?: Record<string, string>; requests?: Record<string, string> };
  [field: string]: unknown;
}

/** `v1 PodSpec`, as far as the control plane reads it. */
export interface PodSpec {
  containers: Container[];
  initContainers?: Container[];
  volumes?: ({ name: string } & Record<string, unknown>)[];
  nodeName?: string;
  nodeSelector?: Record<string, string>;
  restartPolicy?: string;
  dnsPolicy?: string;
  hostNetwork?: boolean;
  schedulerName?: string;
  serviceAccountName?: string;
  serviceAccount?: string;
  terminationGracePeriodSeconds?: number;
  hostname?: string;
  subdomain?: string;
  tolerations?: Record<string, unknown>[];
  [field: string]: unknown;
}

/** `v1 Pod`. */
export interface PodObject extends KubeObject {
  spec: PodSpec;
  status?: {
    phase?: string;
    podIP?: string;
    podIPs?: { ip: string }[];
    hostIP?: string;
    conditions?: Condition[];
    reason?: string;
    [field: string]: unknown;
  };
}

/** What new pods of a workload look like. */
export interface PodTemplate {
  metadata?: Partial<ObjectMeta>;
  spec: PodSpec;
}

/** `apps/v1 Deployment`. */
export interface DeploymentObject extends KubeObject {
  spec: {
    replicas: number;
    selector: LabelSelector;
    template: PodTemplate;
    strategy: {
      type?: string;
      rollingUpdate?: { maxSurge?: number | string; maxUnavailable?: number | string };
    };
    minReadySeconds?: number;
    revisionHistoryLimit?: number;
    progressDeadlineSeconds?: number;
    paused?: boolean;
  };
  status?: {
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    unavailableReplicas?: number;
    conditions?: Condition[];
  };
}

/** `apps/v1 ReplicaSet`. */
export interface ReplicaSetObject extends KubeObject {
  spec: { replicas: number; selector: LabelSelector; template: PodTemplate; minReadySeconds?: number };
  status?: {
    replicas: number;
    fullyLabeledReplicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    observedGeneration?: number;
  };
}

/** `v1 Node`. */
export interface NodeObject extends KubeObject {
  spec: {
    podCIDR?: string;
    unschedulable?: boolean;
    taints?: { key: string; effect: string }[];
    [field: string]: unknown;
  };
  status?: { conditions?: Condition[]; addresses?: { type: string; address: string }[]; [field: string]: unknown };
}
