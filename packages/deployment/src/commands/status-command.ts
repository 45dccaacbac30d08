import { DEFAULT_MODULE_NAME } from '@iotedge-networking/contract';
import { EXIT, type CommandIo, type ExitCode } from './command-io.ts';
import { deviceStatus, formatDeviceStatus, type DeviceStatus } from './device-status.ts';
import { HubError, type HubGateway } from './hub-gateway.ts';
import { plural, requireNetwork } from './load-network.ts';
import { requireHub } from './require-hub.ts';
import { retryCall } from './retry-call.ts';
import { runConcurrently } from './run-concurrently.ts';
import { selectDevices } from './select-devices.ts';

/** Options of `status`. */
export interface StatusOptions {
  /** Look at the devices of this file; absent: at every device of the hub that has the networking module. */
  readonly file?: string;
  readonly devices: readonly string[];
  /** Name of the networking module where no file says it. */
  readonly module?: string;
  /** Print again whenever something changes, until stopped. */
  readonly watch: boolean;
  readonly intervalMs: number;
  readonly json: boolean;
}

/** Devices read at a time. */
const CONCURRENCY = 16;

type ReadStatuses = () => Promise<readonly DeviceStatus[]>;

/**
 * Prints what the networking modules report: per device the state of the desired properties, the pools and the Services. The exit code is 1 while any
 * device has not applied its desired properties or has a Service that is not ready; with `watch` it is 0 once stopped.
 */
export async function statusCommand(io: CommandIo, options: StatusOptions): Promise<ExitCode> {
  const read = await statusReader(io, options);
  if (read === undefined) return EXIT.problems;
  if (options.watch) return watch(io, options, read);
  const statuses = await read();
  io.stdout.write(options.json ? `${JSON.stringify(documentOf(statuses), null, 2)}\n` : view(statuses));
  return statuses.length > 0 && statuses.every((status) => status.ok) ? EXIT.ok : EXIT.problems;
}

async function statusReader(io: CommandIo, options: StatusOptions): Promise<ReadStatuses | undefined> {
  if (options.file !== undefined) {
    const network = await requireNetwork(io, options.file, options.json);
    if (network === undefined) return undefined;
    const ids = selectDevices(network.network.devices, options.devices).map((device) => device.id);
    const module = network.network.module.name;
    const hub = await requireHub(io);
    return () => readDevices(io, { hub, ids, module });
  }
  const hub = await requireHub(io);
  const module = options.module ?? DEFAULT_MODULE_NAME;
  if (options.devices.length > 0) return () => readDevices(io, { hub, ids: options.devices, module });
  return () => readHub(io, hub, module);
}

interface DeviceRequest {
  readonly hub: HubGateway;
  readonly ids: readonly string[];
  readonly module: string;
}

async function readDevices(io: CommandIo, { hub, ids, module }: DeviceRequest): Promise<readonly DeviceStatus[]> {
  return runConcurrently(ids, CONCURRENCY, async (id) =>
    deviceStatus(id, await retryCall(io, () => hub.getModuleTwin(id, module))),
  );
}

async function readHub(io: CommandIo, hub: HubGateway, module: string): Promise<readonly DeviceStatus[]> {
  const twins = await retryCall(io, () => hub.queryModuleTwins(module));
  return twins.map((twin) => deviceStatus(twin.deviceId, twin)).sort((one, other) => (one.id < other.id ? -1 : 1));
}

function documentOf(statuses: readonly DeviceStatus[]): object {
  return { ok: statuses.length > 0 && statuses.every((status) => status.ok), devices: statuses };
}

function view(statuses: readonly DeviceStatus[]): string {
  const blocks = statuses.map((status) => `${formatDeviceStatus(status).join('\n')}\n`);
  const healthy = statuses.filter((status) => status.ok).length;
  const summary =
    statuses.length === 0
      ? 'No device has the networking module.\n'
      : `${plural(statuses.length, 'device')}, ${healthy} in order\n`;
  return [...blocks, summary].join('\n');
}

async function watch(io: CommandIo, options: StatusOptions, read: ReadStatuses): Promise<ExitCode> {
  let shown = '';
  while (!io.signal.aborted) {
    const text = await look(options, read);
    if (text !== shown) {
      const time = new Date(io.clock.now()).toISOString();
      io.stdout.write(options.json ? text : `--- ${time}\n${text}`);
    }
    shown = text;
    await io.clock.sleep(options.intervalMs, io.signal);
  }
  return EXIT.ok;
}

/** One look; a hub that does not answer is shown and looked at again. */
async function look(options: StatusOptions, read: ReadStatuses): Promise<string> {
  try {
    const statuses = await read();
    return options.json ? `${JSON.stringify(documentOf(statuses))}\n` : view(statuses);
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    return options.json ? `${JSON.stringify({ ok: false, error: error.message })}\n` : `${error.message}\n`;
  }
}
