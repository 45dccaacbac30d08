import type { DesiredInput, Profile } from '@iotedge-networking/contract';
import type { DeviceSettings } from '@iotedge-networking/edge-agent';
import { remember } from '../generate/remember.ts';
import type { JsonObject } from '../generate/sorted-json.ts';
import { agentServices, type AgentServices } from './agent-services.ts';
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
  return deploymentIntentsMaker()(input);
}

/** {@link deploymentIntents} for many devices: what devices with the same modules and entries have in common is worked out once. */
export function deploymentIntentsMaker(): (input: DeploymentInput) => DeploymentIntents {
  const translatorFor = remember((settings: DeviceSettings) =>
    remember((agent: JsonObject): AgentServices => agentServices(agent, settings)),
  );
  const layerOver = remember(({ intents }: AgentServices) =>
    remember(({ services, style }: Entries) => withDesired(intents, { schemaVersion: '1', services }, style)),
  );
  return ({ deviceId, profile, namespace, agent, desired: { services }, style }) => {
    const settings = {
      // The hub's name is part of one object's name only, which no Service depends on.
      ...{ hubName: 'hub.azure-devices.net', deviceId: isPlainId(deviceId) ? 'device' : deviceId, namespace },
      defaultServiceType: profile === 'ase-k8s' ? ('LoadBalancer' as const) : ('ClusterIP' as const),
    };
    const made = profile === 'vm' ? NOTHING_MADE : translatorFor(settings)(agent);
    return { ...made, intents: layerOver(made)({ services, style }) };
  };
}

const NOTHING_MADE: AgentServices = { intents: [] };

/** What of the networking module's desired properties is about Services, and how it asks for their addresses. */
type Entries = Pick<DesiredInput, 'services'> & Pick<DeploymentInput, 'style'>;

/** Whether a device id is a label as it stands; no other id can make a difference to the Services of a deployment. */
export function isPlainId(deviceId: string): boolean {
  return /^[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?$/.test(deviceId);
}
