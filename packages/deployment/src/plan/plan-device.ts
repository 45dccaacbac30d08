import type { DeviceNetwork, Network, Problem } from '@iotedge-networking/contract';
import { LoadBalancerModel } from '@iotedge-networking/metallb';
import { agentModules } from '@iotedge-networking/edge-agent';
import { desiredMaker } from '../generate/desired.ts';
import { manifestMaker, type Manifest } from '../generate/manifest.ts';
import { isJsonObject, type JsonObject } from '../generate/sorted-json.ts';
import { publicationsOf } from '../lint/preview-host-ports.ts';
import { deploymentIntents, isPlainId, type DeploymentIntents } from './deployment-intents.ts';
import type { DevicePlan } from './device-plan.ts';
import { assumedMetalLb, metalLbConfig, metalLbOf, requestStyle, type MetalLbSettings } from './metallb-settings.ts';
import { oncePerApplications } from '../generate/once-per-applications.ts';
import { addressRaces, chosenAtRandom, poolsUndeclared } from './plan-warnings.ts';
import { plannedPools } from './planned-pools.ts';
import { plannedServices } from './planned-services.ts';
import { twinPlanner } from './planned-twins.ts';
import { playIntents } from './play-intents.ts';
import { sharedForesight, type Foresight } from './shared-foresight.ts';

/** What may be assumed differently. */
export interface PlanOptions {
  /** Release of MetalLB; see {@link assumedMetalLb} for the default. */
  readonly metallbVersion?: string;
}

/** The MetalLB that a plan reckons with. */
export function plannedMetalLb(network: Network, { metallbVersion }: PlanOptions): MetalLbSettings {
  return metallbVersion === undefined ? assumedMetalLb(network.profile) : metalLbOf(metallbVersion);
}

/**
 * Foresees a first deployment to one device whose cluster holds nothing else: the manifest is translated as edgeAgent does, the desired properties are carried
 * out as the networking module does, and MetalLB hands out addresses. Services come about in the order: those of others, edgeAgent's in the order of the
 * manifest (edgeHub first), the networking module's (explicit addresses first, then by name).
 */
export function planDevice(network: Network, device: DeviceNetwork, options: PlanOptions = {}): DevicePlan {
  return planMaker(network, options)(device);
}

/** {@link planDevice} for many devices of one network: what they have in common is worked out once. */
export function planMaker(network: Network, options: PlanOptions = {}): (device: DeviceNetwork) => DevicePlan {
  const { profile } = network;
  const metallb = plannedMetalLb(network, options);
  const manifestOf = manifestMaker(network);
  const intentsFor = intentsMaker(network, metallb);
  const twinsOf = twinPlanner(network);
  const hostPortsOf = oncePerApplications((device: DeviceNetwork) =>
    profile === 'vm' ? publicationsOf(agentModules(agentDesired(manifestOf(device)))) : [],
  );
  const foresightOf = sharedForesight(
    (device) => foresee(device, metallb, intentsFor(device)),
    (device) => intentsFor(device).intents.some(({ explicitAddress }) => explicitAddress),
  );
  return (device) => {
    const { services, pools, warnings } = foresightOf(device);
    return {
      ...{ device: device.id, profile, metallb, announce: device.computeNetwork.announce, services },
      hostPorts: hostPortsOf(device),
      pools,
      ...twinsOf(device, manifestOf(device)),
      warnings,
    };
  };
}

/** Plays the deployment through on a cluster that holds nothing else. */
function foresee(
  { computeNetwork }: DeviceNetwork,
  { version }: MetalLbSettings,
  { intents, failure }: DeploymentIntents,
): Foresight {
  const { externalServiceIps, announce, nodeIps } = computeNetwork;
  const modelOptions = { version, config: metalLbConfig(externalServiceIps, announce) };
  const model = new LoadBalancerModel(modelOptions);
  const unwritten = playIntents(model, intents);
  const poolsKnown = Object.keys(externalServiceIps).length > 0;
  const services = plannedServices({ intents, model, unwritten, poolsKnown, known: { nodeIps } });
  return {
    services,
    pools: plannedPools(model, intents),
    warnings: [
      ...blocked(failure),
      ...(poolsKnown ? addressRaces(modelOptions, intents, model) : poolsUndeclared(intents)),
      ...chosenAtRandom(services),
    ],
  };
}

/** Makes the function that works out the Services that network.yaml leads to on a device; devices with the same applications share the result. */
export function intentsMaker(network: Network, metallb: MetalLbSettings): (device: DeviceNetwork) => DeploymentIntents {
  const { profile, namespace } = network;
  const manifestOf = manifestMaker(network);
  const desired = desiredMaker(network);
  const style = requestStyle(metallb);
  const make = (device: DeviceNetwork): DeploymentIntents => {
    const agent = agentDesired(manifestOf(device));
    return deploymentIntents({
      ...{ deviceId: device.id, profile, namespace, agent, desired: desired(device), style },
    });
  };
  const shared = oncePerApplications((device: DeviceNetwork) => make({ ...device, id: 'device' }));
  return (device) => (isPlainId(device.id) ? shared(device) : make(device));
}

function agentDesired(manifest: Manifest): JsonObject {
  const desired: unknown = manifest.modulesContent.$edgeAgent['properties.desired'];
  return isJsonObject(desired) ? desired : {};
}

function blocked(failure: string | undefined): readonly Problem[] {
  if (failure === undefined) return [];
  return [
    { code: 'deployment-blocked', path: 'apps', message: `edgeAgent makes nothing of the deployment: ${failure}` },
  ];
}
