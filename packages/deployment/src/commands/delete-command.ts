import type { HubTier } from '@iotedge-networking/contract';
import { createHubSession } from '../apply/hub-session.ts';
import { makeRemovalPlan, replanRemoval } from '../apply/removal-plan.ts';
import { carryOutConfigurations, carryOutDevices, confirmPlan, reportPlan } from './carry-out-plan.ts';
import { EXIT, type CommandIo, type ExitCode } from './command-io.ts';
import { requireNetwork } from './load-network.ts';
import { requireHub } from './require-hub.ts';

/** Options of `delete`. */
export interface DeleteOptions {
  readonly file: string;
  /** Only these devices, and no configuration. */
  readonly devices: readonly string[];
  readonly yes: boolean;
  readonly tier: HubTier;
  readonly units: number;
  readonly json: boolean;
}

/** Takes away what carries the marks of the file's network: configurations first, so that they bring nothing back, then devices, or what was set on devices that were there before. */
export async function deleteCommand(io: CommandIo, options: DeleteOptions): Promise<ExitCode> {
  const read = await requireNetwork(io, options.file, options.json);
  if (read === undefined) return EXIT.problems;
  const { name, module } = read.network;
  const session = createHubSession(io, await requireHub(io), { tier: options.tier, units: options.units });
  const start = io.clock.now();
  const request = { network: name, module: module.name, ids: options.devices };
  const plan = await makeRemovalPlan(session, request);
  const context = { io, session, plan, options };
  if (!(await confirmPlan(context, 'Delete this from'))) return EXIT.problems;
  const configurations = await carryOutConfigurations(context);
  const complete = configurations.every(({ outcome }) => outcome === 'changed');
  const devices = complete ? await carryOutDevices(context, (id) => replanRemoval(session, request, id)) : [];
  return reportPlan(context, { devices, configurations, seconds: (io.clock.now() - start) / 1000 });
}
