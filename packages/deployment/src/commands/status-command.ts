import { StoppedError } from '../apply/hub-session.ts';
import { selectFleet, type FleetOptions } from '../inventory/fleet-selection.ts';
import { EXIT, type CommandIo, type ExitCode } from './command-io.ts';
import { deviceStatus, formatDeviceStatus, type DeviceStatus } from './device-status.ts';
import { formatFleetStatus } from './fleet-status.ts';
import { HubError } from './hub-gateway.ts';
import { plural } from './load-network.ts';

/** Options of `status`. */
export interface StatusOptions extends FleetOptions {
  /** One row per device, or every Service of every device; by how many there are when nothing is said. */
  readonly view: 'auto' | 'fleet' | 'device';
  /** Show the devices that are in order too, however many. */
  readonly all: boolean;
  /** Print again whenever something changes, until stopped. */
  readonly watch: boolean;
  readonly intervalMs: number;
}

/** Up to so many devices are shown with all their Services. */
const SHOWN_WHOLE = 5;

type ReadStatuses = () => Promise<readonly DeviceStatus[]>;

/**
 * Prints what the networking modules report: per device the state of the desired properties, the pools and the Services. The exit code is 1 while any
 * device has not applied its desired properties or has a Service that is not ready; with `watch` it is 0 once stopped.
 */
export async function statusCommand(io: CommandIo, options: StatusOptions): Promise<ExitCode> {
  const fleet = await selectFleet(io, options);
  if (fleet === undefined) return EXIT.problems;
  const read: ReadStatuses = async () => (await fleet.lookUp(await fleet.read())).map(deviceStatus);
  if (options.watch) return watch(io, options, read);
  const statuses = await read();
  io.stdout.write(options.json ? `${JSON.stringify(documentOf(statuses), null, 2)}\n` : view(statuses, options));
  return statuses.length > 0 && statuses.every((status) => status.ok) ? EXIT.ok : EXIT.problems;
}

function documentOf(statuses: readonly DeviceStatus[]): object {
  return { ok: statuses.length > 0 && statuses.every((status) => status.ok), devices: statuses };
}

function view(statuses: readonly DeviceStatus[], options: StatusOptions): string {
  if (statuses.length === 0) return 'No device has the networking module.\n';
  const whole = options.devices.length > 0 || statuses.length <= SHOWN_WHOLE;
  if (options.view === 'fleet' || (options.view === 'auto' && !whole))
    return `${formatFleetStatus(statuses, options).join('\n')}\n`;
  const blocks = statuses.map((status) => `${formatDeviceStatus(status).join('\n')}\n`);
  const healthy = statuses.filter((status) => status.ok).length;
  return [...blocks, `${plural(statuses.length, 'device')}, ${healthy} in order\n`].join('\n');
}

async function watch(io: CommandIo, options: StatusOptions, read: ReadStatuses): Promise<ExitCode> {
  let shown = '';
  while (!io.signal.aborted) {
    const text = await look(options, read);
    if (text !== shown && text !== '') {
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
    return options.json ? `${JSON.stringify(documentOf(statuses))}\n` : view(statuses, options);
  } catch (error) {
    if (error instanceof StoppedError) return '';
    if (!(error instanceof HubError)) throw error;
    return options.json ? `${JSON.stringify({ ok: false, error: error.message })}\n` : `${error.message}\n`;
  }
}
