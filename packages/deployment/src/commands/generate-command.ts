import { deviceScopes } from '../generate/device-scope.ts';
import { generateKubernetes, kubernetesObjects } from '../generate/kubernetes.ts';
import { generateManifest } from '../generate/manifest.ts';
import type { DeviceNetwork } from '@iotedge-networking/contract';
import { twinBudgets } from '../generate/twin-budget.ts';
import type { ReadNetwork } from '../network-file/network-file.ts';
import { EXIT, UsageError, type CommandIo, type ExitCode } from './command-io.ts';
import { requireNetwork } from './load-network.ts';
import { selectDevices } from './select-devices.ts';

/** What `generate` makes. */
export type GenerateFormat = 'manifest' | 'kubernetes';

/** Options of `generate`. */
export interface GenerateOptions {
  readonly file: string;
  readonly device?: string;
  readonly format: GenerateFormat;
  /** A file, or a directory: an existing one, a path that ends with a slash, or whatever is named when there are several devices. */
  readonly output?: string;
  readonly json: boolean;
}

/** Writes the deployment of one device to standard output or a file, or those of all devices into a directory. */
export async function generateCommand(io: CommandIo, options: GenerateOptions): Promise<ExitCode> {
  const read = await requireNetwork(io, options.file, options.json);
  if (read === undefined) return EXIT.problems;
  const all = deviceScopes(read.network, read.file).map((scope) => scope.device);
  const devices = options.device === undefined ? all : selectDevices(all, [options.device]);
  const [only] = devices;
  if (options.output === undefined || only === undefined) return printOne(io, read, { devices, options });
  const written: { device: string; path: string }[] = [];
  for (const device of devices) {
    const path = await outputPath(io, { device, several: devices.length > 1, options, output: options.output });
    await io.files.write(path, render(read, device, options.format));
    written.push({ device: device.id, path });
  }
  if (options.json) io.stdout.write(`${JSON.stringify({ ok: true, written }, null, 2)}\n`);
  else for (const { device, path } of written) io.stderr.write(`${device}: ${path}\n`);
  return EXIT.ok;
}

function printOne(
  io: CommandIo,
  read: ReadNetwork,
  { devices, options }: { readonly devices: readonly DeviceNetwork[]; readonly options: GenerateOptions },
): ExitCode {
  const [device] = devices;
  if (device === undefined || devices.length > 1)
    throw new UsageError(
      `${options.file} has ${devices.length} devices: name one with --device, or a directory with -o.`,
    );
  if (options.json) io.stdout.write(`${JSON.stringify(describe(read, device, options.format), null, 2)}\n`);
  else io.stdout.write(render(read, device, options.format));
  return EXIT.ok;
}

function describe({ network, warnings }: ReadNetwork, device: DeviceNetwork, format: GenerateFormat): object {
  if (format === 'kubernetes')
    return { ok: true, device: device.id, objects: kubernetesObjects(network, device), warnings };
  const manifest = generateManifest(network, device);
  return { ok: true, device: device.id, manifest, budgets: twinBudgets(manifest), warnings };
}

function render({ network }: ReadNetwork, device: DeviceNetwork, format: GenerateFormat): string {
  if (format === 'kubernetes') return generateKubernetes(network, device);
  return `${JSON.stringify(generateManifest(network, device), null, 2)}\n`;
}

interface OutputRequest {
  readonly device: DeviceNetwork;
  readonly several: boolean;
  readonly options: GenerateOptions;
  readonly output: string;
}

async function outputPath(io: CommandIo, { device, several, options, output }: OutputRequest): Promise<string> {
  const directory = several || output.endsWith('/') || (await io.files.isDirectory(output));
  if (!directory) return output;
  const name = fileNameOf(device.id);
  const file = options.format === 'kubernetes' ? `${name}.yaml` : `deployment.${name}.json`;
  return `${output.replace(/\/+$/, '')}/${file}`;
}

/** Device ids may hold characters that file systems refuse; those are written as %XX. */
function fileNameOf(deviceId: string): string {
  return deviceId.replace(/[^A-Za-z0-9._-]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
