import { createHash } from 'node:crypto';
import type { DeviceNetwork } from '@iotedge-networking/contract';
import { readSnapshots, type DeviceSnapshot } from '../apply/device-snapshot.ts';
import { createHubSession } from '../apply/hub-session.ts';
import { abandonedTags, OWNERSHIP_TAG, ownershipOf, ownershipPatch, wantedOwnership } from '../apply/ownership.ts';
import { writtenModules } from '../apply/plan-device-steps.ts';
import { formatPlacedProblem, type PlacedProblem } from '../network-file/placed-problem.ts';
import type { DeployedDevice } from '../plan/current-state.ts';
import { formatWarning } from '../plan/format-plan.ts';
import { formatChange, type PlanChange } from '../plan/plan-change.ts';
import { updateFails, updateMaker, type DeviceUpdate } from '../plan/plan-update.ts';
import { tagChanges } from '../plan/twin-changes.ts';
import { EXIT, UsageError, type CommandIo, type ExitCode } from './command-io.ts';
import { plural } from './load-network.ts';
import type { PlanCommandOptions, PlannedFile } from './plan-options.ts';
import { readReported } from './reported-twin.ts';
import { missingSecrets, withRegistrySecrets } from './registry-secrets.ts';
import { requireHub } from './require-hub.ts';

/**
 * Prints what applying the file would change on each device: modules, desired properties, and who would get, change or lose an address. `No changes.` when
 * everything is as the file says. 1 when something would fail.
 */
export async function planUpdateCommand(
  io: CommandIo,
  { checked, devices, problems }: PlannedFile,
  options: PlanCommandOptions,
): Promise<ExitCode> {
  const { source, missing } = await withRegistrySecrets(io, options.file, checked);
  const { network } = source;
  if (missing.length > 0) io.stderr.write(`warning: ${missingSecrets(missing)} apply needs it.\n`);
  if (network.devices.length === 0) throw new UsageError(`${options.file} lists no devices. Add devices: [{ id: … }].`);
  const hub = await requireHub(io);
  const session = createHubSession(io, hub, { tier: options.tier, units: options.units });
  const request = {
    ids: devices.map(({ id }) => id),
    modules: writtenModules(network),
    reportedOf: network.module.name,
  };
  const snapshots = await readSnapshots(session, request);
  const { metallbVersion } = options;
  const updateOf = updateMaker(network, { metallbVersion, sha256 });
  const updates = devices.map((device): DeviceUpdate => {
    const snapshot = snapshots.get(device.id) ?? { device: undefined, twins: {} };
    const abandoned = abandonedTags(network.name, snapshot.device, device.tags);
    const update = updateOf(device, { ...deployedOf(snapshot, network.module.name), abandonedTags: abandoned });
    return { ...update, changes: [...ownershipChanges(network.name, device, snapshot), ...update.changes] };
  });
  const ok = !problems.some(({ level }) => level !== 'warning') && !updates.some(updateFails);
  if (options.json)
    io.stdout.write(`${JSON.stringify(documentOf(ok, { options, problems, missing, updates }), null, 2)}\n`);
  else io.stdout.write(`${linesOf(problems, updates).join('\n')}\n`);
  return ok ? EXIT.ok : EXIT.problems;
}

/** The mark that a device which was there before gets, or that becomes another; on one that is created it is not worth a line. */
function ownershipChanges(network: string, { tags }: DeviceNetwork, { device }: DeviceSnapshot): readonly PlanChange[] {
  if (device === undefined) return [];
  const from = ownershipOf(device);
  if (from === undefined)
    return [{ kind: 'tag-changed', path: OWNERSHIP_TAG, to: wantedOwnership(network, device, tags) }];
  return tagChanges({ [OWNERSHIP_TAG]: from }, { [OWNERSHIP_TAG]: ownershipPatch(network, device, tags) });
}

function deployedOf({ device, twins }: DeviceSnapshot, module: string): DeployedDevice {
  const state = readReported(twins[module]?.reported ?? {});
  const desired = Object.entries(twins).map(([name, twin]) => [name, twin?.desired] as const);
  return {
    exists: device !== undefined,
    tags: device?.tags ?? {},
    desired: Object.fromEntries(desired),
    ...(state.kind === 'understood' ? { reported: state.reported } : {}),
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

interface Outcome {
  readonly options: PlanCommandOptions;
  readonly problems: readonly PlacedProblem[];
  /** Variables of registry credentials that are not set. */
  readonly missing: readonly string[];
  readonly updates: readonly DeviceUpdate[];
}

function documentOf(ok: boolean, { options, problems, missing, updates }: Outcome): object {
  const { file } = options;
  return {
    ...{ schema: 'iotedge-networking/plan-update/v1', ok, file, problems },
    ...(missing.length === 0 ? {} : { missingVariables: missing }),
    devices: updates,
  };
}

function linesOf(problems: readonly PlacedProblem[], updates: readonly DeviceUpdate[]): readonly string[] {
  const told = updates.filter(({ changes, warnings }) => changes.length + warnings.length > 0);
  const blocks = told.flatMap(({ device, changes, warnings }) => [
    `${device}: ${changes.length === 0 ? 'no changes' : plural(changes.length, 'change')}`,
    ...[...changes.map(formatChange), ...warnings.map(formatWarning)].map((line) => `  ${line}`),
  ]);
  const changing = updates.filter(({ changes }) => changes.length > 0).length;
  const summary = changing === 0 ? 'No changes.' : `${plural(updates.length, 'device')}: ${changing} to change`;
  return [...problems.map(formatPlacedProblem), ...blocks, summary];
}
