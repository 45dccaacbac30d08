import type { HubModuleTwin } from '../commands/hub-gateway.ts';
import { isJsonObject, type JsonObject } from '../generate/sorted-json.ts';
import type { ApplyPlan } from './apply-plan.ts';
import { readSnapshot, type DeviceSnapshot } from './device-snapshot.ts';
import type { DeviceStep, DeviceSteps } from './device-steps.ts';
import { readPages, type HubSession } from './hub-session.ts';
import { OWNERSHIP_TAG, ownershipOf, type Ownership } from './ownership.ts';
import { isOwn, type ConfigurationStep } from './plan-configurations.ts';

/** What to take away. */
export interface RemovalRequest {
  readonly network: string;
  /** Name of the networking module. */
  readonly module: string;
  /** Only these devices, and no configuration; none means everything that the network made. */
  readonly ids: readonly string[];
}

/** Tags that this program writes on its own account. */
const OWN_TAGS = [OWNERSHIP_TAG, 'iotedgeNetworkingHistory'];

/** Finds everything on the hub that carries the marks of a network, whether its file still lists it or not, and decides how to take it away. */
export async function makeRemovalPlan(session: HubSession, request: RemovalRequest): Promise<ApplyPlan> {
  const { network, ids } = request;
  const condition = `tags.${OWNERSHIP_TAG}.network = '${network.replaceAll("'", "''")}'`;
  const [marked, configurations] = await Promise.all([
    readPages(session, (from) => session.hub.queryDevices(condition, from)),
    ids.length > 0 ? [] : session.call('Configurations', () => session.hub.listConfigurations()),
  ]);
  const chosen = ids.length === 0 ? marked : marked.filter(({ id }) => ids.includes(id));
  const devices = await Promise.all(
    chosen.map(async (device): Promise<DeviceSteps> => {
      const whole = ownershipOf(device)?.made === 'device';
      const twins = whole ? {} : (await readSnapshot(session, device.id, modulesOf(request))).twins;
      return removalSteps(request, device.id, { device, twins });
    }),
  );
  const unknown = ids.filter((id) => !chosen.some((device) => device.id === id));
  const refused = unknown.map((id) => ({ id, steps: [], refusal: `It carries no mark of the network "${network}".` }));
  const steps = configurations
    .filter((one) => isOwn(one, network))
    .map(({ id }): ConfigurationStep => ({ kind: 'delete-configuration', id, why: 'with its network' }));
  return {
    ...{ schema: 'iotedge-networking/apply-plan/v1', hub: session.hub.hostName, network },
    configurations: { steps, kept: [] },
    devices: [...devices, ...refused],
  };
}

/** Decides anew what is left to take away from one device. */
export async function replanRemoval(session: HubSession, request: RemovalRequest, id: string): Promise<DeviceSteps> {
  return removalSteps(request, id, await readSnapshot(session, id, modulesOf(request)));
}

function modulesOf({ module }: RemovalRequest): readonly string[] {
  return ['$edgeAgent', '$edgeHub', module];
}

function removalSteps({ network, module }: RemovalRequest, id: string, snapshot: DeviceSnapshot): DeviceSteps {
  const { device, twins } = snapshot;
  const ownership = device === undefined ? undefined : ownershipOf(device);
  if (device === undefined || ownership?.network !== network) return { id, steps: [] };
  if (ownership.made === 'device') return { id, steps: [{ kind: 'delete-device' }] };
  return {
    id,
    steps: [
      ...emptyDeployment(twins),
      ...(twins[module] === undefined ? [] : [{ kind: 'delete-module' as const, module }]),
      { kind: 'merge-tags', tags: withoutTags(ownership, device.tags), etag: device.etag },
    ],
  };
}

/** A deployment without modules: the only way to have edgeAgent remove them; the runtime stays as it is. */
function emptyDeployment({ $edgeAgent: agent, $edgeHub: hub }: DeviceSnapshot['twins']): readonly DeviceStep[] {
  if (agent === undefined || !hasModules(agent)) return [];
  const content = {
    $edgeAgent: { 'properties.desired': { ...agent.desired, modules: {} } },
    $edgeHub: { 'properties.desired': { ...hub?.desired, routes: {} } },
  };
  return [{ kind: 'set-modules', manifest: { modulesContent: content }, twins: ['$edgeAgent', '$edgeHub'] }];
}

function hasModules({ desired: { modules } }: HubModuleTwin): boolean {
  return isJsonObject(modules) && Object.keys(modules).length > 0;
}

function withoutTags({ tags = '' }: Ownership, found: JsonObject): JsonObject {
  const names = [...tags.split(','), ...OWN_TAGS].filter((name) => Object.hasOwn(found, name));
  return Object.fromEntries(names.map((name) => [name, null]));
}
