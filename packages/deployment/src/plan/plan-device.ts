import type { DeviceNetwork, Network, Problem } from '@iotedge-networking/contract';
import { LoadBalancerModel } from '@iotedge-networking/metallb';
import { generateManifest, type Manifest } from '../generate/manifest.ts';
import { desiredOf } from '../generate/desired.ts';
import { isJsonObject, type JsonObject } from '../generate/sorted-json.ts';
import { modulesOf } from '../lint/manifest-modules.ts';
import { publicationsOf } from '../lint/preview-host-ports.ts';
import { deploymentIntents, type DeploymentIntents } from './deployment-intents.ts';
import type { DevicePlan } from './device-plan.ts';
import { assumedMetalLb, metalLbConfig, metalLbOf, requestStyle, type MetalLbSettings } from './metallb-settings.ts';
import { addressRaces, chosenAtRandom, poolsUndeclared } from './plan-warnings.ts';
import { plannedPools } from './planned-pools.ts';
import { plannedServices } from './planned-services.ts';
import { plannedTwins, valuesNotSent } from './planned-twins.ts';
import { playIntents } from './play-intents.ts';

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
  const { profile } = network;
  const { externalServiceIps, announce, nodeIps } = device.computeNetwork;
  const manifest = generateManifest(network, device);
  const metallb = plannedMetalLb(network, options);
  const { intents, failure } = intentsOf(network, device, metallb);
  const modelOptions = { version: metallb.version, config: metalLbConfig(externalServiceIps, announce) };
  const model = new LoadBalancerModel(modelOptions);
  const unwritten = playIntents(model, intents);
  const poolsKnown = Object.keys(externalServiceIps).length > 0;
  const services = plannedServices({ intents, model, unwritten, poolsKnown, known: { nodeIps } });
  return {
    ...{ device: device.id, profile, metallb, announce, services },
    hostPorts: profile === 'vm' ? publicationsOf(modulesOf(agentDesired(manifest))) : [],
    pools: plannedPools(model, intents),
    twins: plannedTwins(network, device, manifest),
    notSent: valuesNotSent(network, device),
    warnings: [
      ...blocked(failure),
      ...(poolsKnown ? addressRaces(modelOptions, intents, model) : poolsUndeclared(intents)),
      ...chosenAtRandom(services),
    ],
  };
}

/** The Services that network.yaml leads to on a device. */
export function intentsOf(network: Network, device: DeviceNetwork, metallb: MetalLbSettings): DeploymentIntents {
  const { profile, namespace } = network;
  const agent = agentDesired(generateManifest(network, device));
  const desired = desiredOf(network, device);
  return deploymentIntents({
    ...{ deviceId: device.id, profile, namespace, agent, desired, style: requestStyle(metallb) },
  });
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
