import type { DeviceNetwork, Network, Problem, Reported } from '@iotedge-networking/contract';
import { manifestMaker, type Manifest } from '../generate/manifest.ts';
import { remember } from '../generate/remember.ts';
import { isJsonObject, type JsonObject } from '../generate/sorted-json.ts';
import { addressChanges } from './address-changes.ts';
import { creationConflicts } from './creation-conflicts.ts';
import { currentState, reportedPools, type DeployedDevice } from './current-state.ts';
import { deploymentIntentsMaker } from './deployment-intents.ts';
import type { DevicePlan } from './device-plan.ts';
import { metalLbConfig, type MetalLbSettings } from './metallb-settings.ts';
import { intentsMaker, planMaker, type PlanOptions } from './plan-device.ts';
import { isFailure, type PlanChange } from './plan-change.ts';
import { playUpdate } from './play-update.ts';
import { nextPools } from './pool-changes.ts';
import { quietUpdates, type UpdateSituation } from './quiet-updates.ts';
import { rebuildWarnings } from './rebuild-warnings.ts';
import { tagChanges, twinChangesMaker } from './twin-changes.ts';

/** What applying a network file would change on one device. */
export interface DeviceUpdate {
  readonly device: string;
  /** What is sent, then what follows from it; none when nothing differs. */
  readonly changes: readonly PlanChange[];
  readonly warnings: readonly Problem[];
}

/** What may be assumed differently, and what only the platform can compute. */
export interface UpdateOptions extends PlanOptions {
  /** SHA-256 of a text in lower-case hexadecimal: MetalLB elects the announcing node by it. */
  readonly sha256: (text: string) => string;
}

/** Whether anything would not work after the update. */
export function updateFails({ changes, warnings }: DeviceUpdate): boolean {
  return changes.some(isFailure) || warnings.some(({ level }) => level !== 'warning');
}

/**
 * Compares network.yaml with a device as it is: what would be sent, and what would become of the addresses. Nothing at all exactly when everything is as the file says;
 * what already does not work on the device is not told again.
 */
export function planUpdate(
  network: Network,
  device: DeviceNetwork,
  deployed: DeployedDevice,
  options: UpdateOptions,
): DeviceUpdate {
  return updateMaker(network, options)(device, deployed);
}

/** {@link planUpdate} for many devices of one network: what they have in common is worked out once. */
export function updateMaker(
  network: Network,
  options: UpdateOptions,
): (device: DeviceNetwork, deployed: DeployedDevice) => DeviceUpdate {
  const manifestOf = manifestMaker(network);
  const planOf = planMaker(network, options);
  const changesOf = twinChangesMaker();
  const deployedIntents = deploymentIntentsMaker();
  const consequencesOf = consequencesMaker(network, options);
  const intentsOf = remember((metallb: MetalLbSettings) => intentsMaker(network, metallb));
  return (device, deployed) => {
    const sent = sentChanges({ device, deployed, manifest: manifestOf(device) }, changesOf);
    const { reported } = deployed;
    if (reported === undefined) return firstUpdate(() => planOf(device), { device, deployed, sent });
    const { pools, changes: poolChanges } = nextPools(device.computeNetwork, reportedPools(reported));
    const warnings = rebuildWarnings(device.computeNetwork, reported);
    if (sent.length + poolChanges.length === 0) return { device: device.id, changes: [], warnings };
    const place = { deviceId: device.id, profile: network.profile, namespace: network.namespace };
    const { metallbVersion } = options;
    const where = { ...place, module: network.module.name, metallbVersion };
    const current = currentState(deployed, reported, where, deployedIntents);
    const { intents, failure } = intentsOf(current.metallb)(device);
    const { nodeIps, announce } = device.computeNetwork;
    const consequences = consequencesOf({ current, config: metalLbConfig(pools, announce), intents }, nodeIps);
    return {
      device: device.id,
      changes: [...sent, ...poolChanges, ...consequences.changes],
      warnings: [
        ...warnings,
        ...blocked(failure),
        ...creationConflicts(device, intents, reported),
        ...consequences.warnings,
        ...truncated(reported),
      ],
    };
  };
}

type Consequences = Pick<DeviceUpdate, 'changes' | 'warnings'>;

const NO_CONSEQUENCES: Consequences = { changes: [], warnings: [] };

/** Makes the function that says what becomes of the addresses. Where nothing does, that is played through once for all devices in the same situation. */
function consequencesMaker(
  { options: { pinAddresses } }: Network,
  { sha256 }: UpdateOptions,
): (situation: UpdateSituation, nodeIps: string | undefined) => Consequences {
  const quiet = quietUpdates();
  return (situation, nodeIps) => {
    const name = quiet.nameOf(situation);
    if (quiet.has(name)) return NO_CONSEQUENCES;
    const { current, config, intents } = situation;
    const played = playUpdate(current, { config, intents, pinAddresses });
    const known = { nodes: current.nodes, nodeIps, sha256 };
    const changes = [...held(played.poolsHeld), ...addressChanges(played, intents, known)];
    const warnings = unaccounted(played.unaccounted);
    if (changes.length + warnings.length === 0) quiet.add(name);
    return { changes, warnings };
  };
}

interface Sending {
  readonly device: DeviceNetwork;
  readonly deployed: DeployedDevice;
  readonly manifest: Manifest;
}

function sentChanges(
  { device, deployed, manifest }: Sending,
  changesOf: ReturnType<typeof twinChangesMaker>,
): readonly PlanChange[] {
  const contents = Object.entries(manifest.modulesContent);
  const wanted = contents.map(([twin, content]) => [twin, objectOf(content['properties.desired'])] as const);
  return [
    ...(deployed.exists ? [] : [{ kind: 'device-added' as const }]),
    ...tagChanges(deployed.tags, { ...deployed.abandonedTags, ...device.tags }),
    ...changesOf(deployed.desired, Object.fromEntries(wanted)),
  ];
}

interface Unreported {
  readonly device: DeviceNetwork;
  readonly deployed: DeployedDevice;
  readonly sent: readonly PlanChange[];
}

/** Nothing is known of the device yet: the plan of a first deployment says which addresses there will be. */
function firstUpdate(planned: () => DevicePlan, { device, deployed: { exists }, sent }: Unreported): DeviceUpdate {
  if (sent.length === 0) return { device: device.id, changes: [], warnings: [] };
  const plan = planned();
  const changes = plan.services.flatMap((one): readonly PlanChange[] => {
    const { service, addresses, pool, announcer, reason, message = '' } = one;
    if (reason !== '') return [{ kind: 'address-refused' as const, service, keeps: addresses, reason, message }];
    return addresses.length === 0
      ? []
      : [{ kind: 'address-assigned' as const, service, to: addresses, pool, announcer }];
  });
  return {
    device: device.id,
    changes: [...sent, ...changes],
    warnings: [...plan.warnings, ...(exists ? [UNREPORTED] : [])],
  };
}

const UNREPORTED: Problem = {
  code: 'not-reported',
  path: '',
  message: 'The networking module has reported nothing that can be read, so the device is taken to be empty.',
  fix: 'Ask again when it has.',
  level: 'warning',
};

function held(message: string | undefined): readonly PlanChange[] {
  if (message === undefined) return [];
  const consequence = `it goes on with the old ranges until its controller restarts; what follows is after that.`;
  return [{ kind: 'pool-held', message: `MetalLB refuses them (${message}): ${consequence}` }];
}

function blocked(failure: string | undefined): readonly Problem[] {
  if (failure === undefined) return [];
  return [
    { code: 'deployment-blocked', path: 'apps', message: `edgeAgent makes nothing of the deployment: ${failure}` },
  ];
}

function unaccounted(services: ReadonlySet<string>): readonly Problem[] {
  if (services.size === 0) return [];
  const message = `The addresses of ${[...services].sort().join(', ')} do not follow from the reported pools; nothing is said about them.`;
  return [{ code: 'not-foreseen', path: '', message, level: 'warning' }];
}

function truncated({ summary }: Reported): readonly Problem[] {
  if (summary.truncated === undefined) return [];
  const message = `The device's report leaves out: ${summary.truncated}. Services that it does not list are not foreseen.`;
  return [{ code: 'report-truncated', path: '', message, level: 'warning' }];
}

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}
