/** Tags of edgeAgent for Kubernetes, oldest first; `archive` is the last state of the branch. */
export const AGENT_VERSIONS = ['beta10', 'beta11', 'beta12', 'beta13', 'beta14', 'beta15', 'archive'] as const;
export type AgentVersion = (typeof AGENT_VERSIONS)[number];

/** The Service types the agent knows by name. */
export type ServiceType = 'ClusterIP' | 'LoadBalancer' | 'NodePort';

/** The object that owns everything the agent makes, so that it goes away with it. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/** What a device's agent knows besides the deployment: its environment and the settings of its installation. */
export interface DeviceSettings {
  /** Host name of the IoT Hub, such as `myhub.azure-devices.net`. */
  readonly hubName: string;
  readonly deviceId: string;
  readonly namespace: string;
  /** `PortMappingServiceType`: LoadBalancer on Azure Stack Edge, ClusterIP in the generic chart. */
  readonly defaultServiceType: ServiceType;
  /** Whether `k8s-experimental` is read. Default true. */
  readonly enableK8sExtensions?: boolean;
  /** Default `archive`. */
  readonly agentVersion?: AgentVersion;
  readonly owner?: OwnerReference;
  /** Image that the running edgeAgent keeps, whatever the deployment says (rule 23). */
  readonly agentImage?: string;
  readonly proxyImage?: string;
  /** Value of EdgeDeviceHostName. Default: the device id. */
  readonly edgeHostname?: string;
  /** Turns Mounts of type volume into claims made by the agent; without it the claims must exist. */
  readonly storageClassName?: string;
  readonly claimSizeMb?: number;
  readonly useMountSourceForVolumeName?: boolean;
  readonly runAsNonRoot?: boolean;
  /** Generation ids of the module identities, by module name. */
  readonly generationIds?: Readonly<Record<string, string>>;
}

/** Whether the device's agent is that version or a later one (section 2). */
export function isAtLeast(version: AgentVersion, wanted: AgentVersion): boolean {
  return AGENT_VERSIONS.indexOf(version) >= AGENT_VERSIONS.indexOf(wanted);
}

/** The agent version of the settings, with the default filled in. */
export function agentVersionOf(settings: DeviceSettings): AgentVersion {
  return settings.agentVersion ?? 'archive';
}
