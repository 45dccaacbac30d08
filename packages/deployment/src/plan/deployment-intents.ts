import type { DesiredInput, Profile } from '@iotedge-networking/contract';
import type { JsonObject } from '../generate/sorted-json.ts';
import { agentServices } from './agent-services.ts';
import { withDesired } from './desired-services.ts';
import type { RequestStyle } from './metallb-settings.ts';
import type { ServiceIntent } from './service-intent.ts';

/** A deployment as it stands in the twins of one device. */
export interface DeploymentInput {
  readonly deviceId: string;
  readonly profile: Profile;
  /** Namespace of the IoT Edge modules. */
  readonly namespace: string;
  /** Desired properties of $edgeAgent. */
  readonly agent: JsonObject;
  /** Desired properties of the networking module. */
  readonly desired: DesiredInput;
  readonly style: RequestStyle;
}

/** All Services that a deployment leads to, in order of creation. */
export interface DeploymentIntents {
  readonly intents: readonly ServiceIntent[];
  /** Why edgeAgent makes nothing at all. */
  readonly failure?: string;
}

/** Works out the Services of a deployment. On a virtual machine edgeAgent makes none, because its modules are containers of Docker. */
export function deploymentIntents(input: DeploymentInput): DeploymentIntents {
  const { deviceId, profile, namespace, agent, desired, style } = input;
  const settings = {
    // The hub's name is part of one object's name only, which no Service depends on.
    ...{ hubName: 'hub.azure-devices.net', deviceId, namespace },
    defaultServiceType: profile === 'ase-k8s' ? ('LoadBalancer' as const) : ('ClusterIP' as const),
  };
  const made = profile === 'vm' ? { intents: [] } : agentServices(agent, settings);
  return { ...made, intents: withDesired(made.intents, desired, style) };
}
