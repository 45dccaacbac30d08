import { posix } from 'node:path';
import type { DeviceNetwork, Network } from '@iotedge-networking/contract';
import { deviceScopes } from '../generate/device-scope.ts';
import { FORMS, formObstacle, generateForm, type Form, type FormInput } from '../generate/generate-form.ts';
import type { GeneratedFile } from '../generate/generated-file.ts';
import { kubernetesObjects } from '../generate/kubernetes.ts';
import { generateManifest } from '../generate/manifest.ts';
import { fillRegistryCredentials } from '../generate/registry-credentials.ts';
import { twinBudgets } from '../generate/twin-budget.ts';
import type { Environment } from '../network-file/environment-placeholders.ts';
import { EXIT, UsageError, type CommandIo, type ExitCode } from './command-io.ts';
import { environmentBeside } from './environment-beside.ts';
import { requireNetwork, writeText } from './load-network.ts';
import { moduleFolders } from './module-folders.ts';
import { missingSecrets } from './registry-secrets.ts';
import { selectDevices } from './select-devices.ts';

/** What `--form` takes: one form, or all that apply, each in a folder of its own. */
export const FORM_CHOICES = [...FORMS, 'all'] as const;

/** Options of `generate`. */
export interface GenerateOptions {
  readonly file: string;
  readonly device?: string;
  readonly form?: (typeof FORM_CHOICES)[number];
  /** The older name of `form`. */
  readonly format?: 'manifest' | 'kubernetes';
  /** A file, or a directory: an existing one, a path that ends with a slash, or whatever is named when there are several files. `-` is standard output. */
  readonly output?: string;
  /** Folder with the source of the modules, relative to the network file. */
  readonly modules?: string;
  /** Fill in the registry credentials from the environment and `.env`. */
  readonly withSecrets?: boolean;
  readonly json: boolean;
}

/** Writes one form of deployment, or all, to standard output, a file or a directory. */
export async function generateCommand(io: CommandIo, options: GenerateOptions): Promise<ExitCode> {
  const read = await requireNetwork(io, options.file, options.json);
  if (read === undefined) return EXIT.problems;
  const all = deviceScopes(read.network, read.file).map((scope) => scope.device);
  const devices = options.device === undefined ? all : selectDevices(all, [options.device]);
  const folders = await moduleFolders(io.files, read.network, { file: options.file, modules: options.modules });
  const input: FormInput = { network: read.network, file: read.file, devices, folders };
  const secrets = options.withSecrets === true ? await environmentBeside(io, options.file) : undefined;
  const form = options.form ?? options.format ?? 'manifest';
  if (form === 'all') return writeAll(io, options, { ...input, secrets });
  const obstacle = formObstacle(form, input);
  if (obstacle !== undefined) throw new UsageError(`${options.file}: ${obstacle}`);
  const made = await collect(io, { form, options, input: { ...input, secrets } });
  const { printed } = made;
  if (printed === undefined) return report(io, made.written, options.json);
  if (options.json) {
    io.stdout.write(described({ form, devices, network: read.network }, { printed, made, warnings: read.warnings }));
    return EXIT.ok;
  }
  io.stdout.write(printed.text);
  if (hasCommands(form, made.commands)) for (const line of made.commands) io.stderr.write(`${line}\n`);
  return EXIT.ok;
}

interface SecretInput extends FormInput {
  /** Variables to fill credentials in from; undefined leaves the placeholders. */
  readonly secrets: Environment | undefined;
}

interface Request {
  readonly form: Form;
  readonly options: GenerateOptions;
  readonly input: SecretInput;
}

interface Written {
  readonly device?: string;
  readonly path: string;
}

interface Made {
  /** The one file that goes to standard output. */
  readonly printed?: GeneratedFile;
  readonly written: readonly Written[];
  readonly commands: readonly string[];
}

/** Writes the files one by one, so that a large fleet is never held as a whole; or hands back the only one that is to be printed. */
async function collect(io: CommandIo, { form, options, input }: Request): Promise<Made> {
  const { files, commands } = generateForm(form, input);
  const { first, several, all } = lookAhead(files);
  if (first === undefined) throw new UsageError(`${options.file}: there is nothing to write in the form ${form}.`);
  const { output = '-' } = options;
  if (output === '-') {
    if (several) throw new UsageError(tooManyFor(form, options, input));
    return { printed: filled(first, input.secrets), written: [], commands };
  }
  const directory = several || output.endsWith('/') || (await io.files.isDirectory(output));
  const written: Written[] = [];
  const write = async ({ path: name, text, device }: GeneratedFile): Promise<void> => {
    const path = directory ? posix.join(output, name) : output;
    await writeText(io, path, text);
    written.push({ ...(device === undefined ? {} : { device }), path });
  };
  for (const file of all) await write(filled(file, input.secrets));
  if (directory && hasCommands(form, commands))
    await write({ path: `commands.${form}.sh`, text: commandsFile(form, input, commands) });
  return { written, commands };
}

/** The first file and whether there are more, without making more than two of them. */
function lookAhead(files: Iterable<GeneratedFile>): {
  readonly first: GeneratedFile | undefined;
  readonly several: boolean;
  readonly all: Iterable<GeneratedFile>;
} {
  const iterator = files[Symbol.iterator]() as Iterator<GeneratedFile, undefined>;
  const next = (): GeneratedFile | undefined => iterator.next().value;
  const [first, second] = [next(), next()];
  const all = function* (): Generator<GeneratedFile> {
    if (first !== undefined) yield first;
    for (let file = second; file !== undefined; file = next()) yield file;
  };
  return { first, several: second !== undefined, all: all() };
}

function tooManyFor(form: Form, { file }: GenerateOptions, { devices }: SecretInput): string {
  const perDevice = form === 'manifest' || form === 'kubernetes' || form === 'powershell' || form === 'desired';
  if (!perDevice) return `The form ${form} is more than one file: name a directory with -o.`;
  return `${file} has ${devices.length} devices: name one with --device, or a directory with -o.`;
}

/** The lines for a manifest are known to everybody who asks for one, and for Kubernetes YAML too. */
function hasCommands(form: Form, commands: readonly string[]): boolean {
  return commands.length > 0 && form !== 'manifest' && form !== 'kubernetes';
}

function commandsFile(form: Form, { network }: FormInput, commands: readonly string[]): string {
  return [
    `# ${network.name}, made by: iotedge-net generate --form ${form}`,
    '# HUB: name of the IoT hub.',
    ...commands,
    '',
  ].join('\n');
}

function filled(file: GeneratedFile, secrets: Environment | undefined): GeneratedFile {
  if (secrets === undefined || !file.path.endsWith('.json') || file.path.endsWith('template.json')) return file;
  const { document, missing } = fillRegistryCredentials(JSON.parse(file.text) as object, secrets);
  if (missing.length === 0) return { ...file, text: `${JSON.stringify(document, null, 2)}\n` };
  throw new UsageError(missingSecrets(missing));
}

async function writeAll(io: CommandIo, options: GenerateOptions, input: SecretInput): Promise<ExitCode> {
  if (options.output === undefined || options.output === '-')
    throw new UsageError('All forms are many files: name a directory with -o.');
  const written: Written[] = [];
  for (const form of FORMS.filter((one) => formObstacle(one, input) === undefined)) {
    if (generateForm(form, input).files[Symbol.iterator]().next().done === true) continue;
    const made = await collect(io, { form, options: { ...options, output: `${options.output}/${form}/` }, input });
    written.push(...made.written);
  }
  return report(io, written, options.json);
}

function report(io: CommandIo, written: readonly Written[], json: boolean): ExitCode {
  if (json) io.stdout.write(`${JSON.stringify({ ok: true, written }, null, 2)}\n`);
  else
    for (const { device, path } of written)
      io.stderr.write(device === undefined ? `${path}\n` : `${device}: ${path}\n`);
  return EXIT.ok;
}

interface Described {
  readonly form: Form;
  readonly network: Network;
  readonly devices: readonly DeviceNetwork[];
}

function described(
  { form, network, devices: [device] }: Described,
  { printed, made, warnings }: { readonly printed: GeneratedFile; readonly made: Made; readonly warnings: object },
): string {
  const common = { ok: true, form, device: printed.device };
  const content = device === undefined ? undefined : deviceContent(form, network, device);
  const { path, text } = printed;
  const plain = { path, content: path.endsWith('.json') ? (JSON.parse(text) as unknown) : text };
  return `${JSON.stringify({ ...common, ...(content ?? plain), commands: made.commands, warnings }, null, 2)}\n`;
}

function deviceContent(form: Form, network: Network, device: DeviceNetwork): object | undefined {
  if (form === 'kubernetes') return { objects: kubernetesObjects(network, device) };
  if (form !== 'manifest') return undefined;
  const manifest = generateManifest(network, device);
  return { manifest, budgets: twinBudgets(manifest) };
}
