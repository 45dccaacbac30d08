import { createHash } from 'node:crypto';
import type { DeviceComputeNetwork, Problem, Reported } from '@iotedge-networking/contract';
import { replanDevice } from '../apply/apply-plan.ts';
import { readSnapshot, type DeviceSnapshot } from '../apply/device-snapshot.ts';
import { writtenModules } from '../apply/plan-device-steps.ts';
import { readNetworkText } from '../commands/load-network.ts';
import { readReported } from '../commands/reported-twin.ts';
import { missingSecrets, withRegistrySecrets } from '../commands/registry-secrets.ts';
import type { PlacedProblem } from '../network-file/placed-problem.ts';
import type { DeployedDevice } from '../plan/current-state.ts';
import { planUpdate } from '../plan/plan-update.ts';
import { editNetworkText } from './edit-network-text.ts';
import type { DeclaredDevice, NetworkFileSource } from './network-file-source.ts';
import { networkChanges } from './network-values.ts';
import type { PreparedChange } from './prepared-change.ts';
import { impatient, type UiContext } from './ui-context.ts';

/** SHA-256 in lower-case hexadecimal, as MetalLB elects by it. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Which device of which file. */
export interface FileChange {
  readonly source: NetworkFileSource;
  readonly declared: DeclaredDevice;
}

/**
 * Works out what writing a draft into the network file and applying it would do: the file as it would be is read and checked like any other, and planned against what
 * the hub holds.
 */
export async function prepareFileChange(
  context: UiContext,
  { source, declared }: FileChange,
  draft: DeviceComputeNetwork,
): Promise<PreparedChange> {
  const { io, session } = context;
  const { id, computeNetwork: before } = declared.device;
  const values = networkChanges(before, draft);
  const text = await io.files.read(source.file);
  const isAlone = declared.network.devices.length === 1;
  const edited = editNetworkText(text, { device: id, before, after: draft, isAlone });
  const snapshot = await readSnapshot(impatient(session), id, writtenModules(declared.network));
  const known = { before, after: draft, values, device: snapshot.device };
  const none = { changes: [], steps: () => Promise.resolve({ id, steps: [] }) };
  if (!edited.ok) return { ...known, ...none, problems: edited.problems };
  const read = await readNetworkText(io, source.file, edited.text);
  if (!read.ok) return { ...known, ...none, problems: read.problems.map(whereItStands) };
  const { source: filled, missing } = await withRegistrySecrets(io, source.file, read.value);
  if (missing.length > 0) return { ...known, ...none, problems: [notSet(missing)] };
  const { network } = filled;
  const device = network.devices.find((one) => one.id === id);
  if (device === undefined) return { ...known, ...none, problems: [notListed(id, source.file)] };
  const update = planUpdate(network, device, deployedOf(snapshot, network.module.name), { sha256 });
  return {
    ...known,
    problems: update.warnings,
    changes: update.changes,
    ...(edited.text === text ? {} : { fileText: edited.text }),
    steps: () => replanDevice(session, filled, device),
  };
}

/** The page wrote the value into its copy of the network file, but a file of devices has it: that is where a person has to change it. */
function whereItStands(problem: PlacedProblem): PlacedProblem {
  if (problem.code !== 'given-twice') return problem;
  const { file, line } = problem;
  return { ...problem, message: `The value stands in ${file}, line ${line}.`, fix: 'Change it there.' };
}

function notSet(names: readonly string[]): Problem {
  return { code: 'not-set', path: 'registryCredentials', message: missingSecrets(names) };
}

/** That a network file has no entry to write to. */
export function notListed(id: string, file: string): Problem {
  return {
    code: 'not-in-file',
    path: 'devices',
    message: `${id} is not listed in ${file} itself.`,
    fix: 'Change it where it is described (devicesFrom), or add it to devices.',
  };
}

function deployedOf({ device, twins }: DeviceSnapshot, module: string): DeployedDevice {
  const reported = reportedIn(twins[module]?.reported ?? {});
  return {
    exists: device !== undefined,
    tags: device?.tags ?? {},
    desired: Object.fromEntries(Object.entries(twins).map(([name, twin]) => [name, twin?.desired])),
    ...(reported === undefined ? {} : { reported }),
  };
}

/** A report that can be understood. */
export function reportedIn(section: Readonly<Record<string, unknown>>): Reported | undefined {
  const state = readReported(section);
  return state.kind === 'understood' ? state.reported : undefined;
}
