import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  FORMS,
  formatPlacedProblem,
  formObstacle,
  generateForm,
  generateKubernetes,
  loadNetwork,
  moduleFolders,
  processFiles,
  type Form,
  type FormInput,
} from '@iotedge-networking/deployment';
import { format, resolveConfig } from 'prettier';

/** A generated file that is kept in the repository. */
export interface GoldenFile {
  /** Path from the root of the repository. */
  readonly path: string;
  readonly text: string;
}

const ROOT = new URL('../', import.meta.url);
const TEMPLATES = 'deployment-templates';
/** Where the sources of the repository's own modules are, seen from an example. */
const MODULES = '../../modules';

/** The examples: every folder of deployment-templates that has a network.yaml. */
export async function examples(): Promise<readonly string[]> {
  const names = await readdir(new URL(TEMPLATES, ROOT));
  const found = await Promise.all(
    names.map(async (name) => ((await processFiles.isDirectory(pathOf(`${TEMPLATES}/${name}`))) ? [name] : [])),
  );
  const folders = found.flat().sort();
  const files = await Promise.all(folders.map((name) => readFile(networkOf(name), 'utf8').catch(() => undefined)));
  return folders.filter((_, index) => files[index] !== undefined);
}

/** Every generated file of deployment-templates as it has to be now: all forms that apply to an example. */
export async function goldenFiles(): Promise<readonly GoldenFile[]> {
  const made = await Promise.all((await examples()).map(exampleFiles));
  return made.flat();
}

async function exampleFiles(name: string): Promise<readonly GoldenFile[]> {
  const input = await readExample(name);
  const golden = FORMS.filter((form) => formObstacle(form, input) === undefined).flatMap((form) =>
    formFiles(name, form, input),
  );
  const [first] = input.devices;
  if (name !== 'two-tier' || first === undefined) return golden;
  return [...golden, { path: `${TEMPLATES}/kubectl/two-tier.yaml`, text: generateKubernetes(input.network, first) }];
}

/** Templates stand beside network.yaml, where the tools look for them; everything else in `golden/<form>/`. */
function formFiles(name: string, form: Form, input: FormInput): readonly GoldenFile[] {
  const { files, commands } = generateForm(form, input);
  const folder = form === 'template' ? `${TEMPLATES}/${name}` : `${TEMPLATES}/${name}/golden/${form}`;
  const made = [...files].map(({ path, text }) => ({ path: `${folder}/${path}`, text }));
  if (made.length === 0 || form === 'template') return made;
  return commands.length === 0 ? made : [...made, { path: `${folder}/commands.sh`, text: `${commands.join('\n')}\n` }];
}

async function readExample(name: string): Promise<FormInput> {
  const file = networkOf(name);
  const outcome = await loadNetwork({ environment: {}, files: processFiles }, file);
  if (!outcome.ok) throw new Error(outcome.problems.map(formatPlacedProblem).join('\n'));
  const { network, file: written } = outcome.value;
  const folders = await moduleFolders(processFiles, network, { file, modules: MODULES });
  return { network, file: written, devices: network.devices, folders };
}

function networkOf(name: string): string {
  return pathOf(`${TEMPLATES}/${name}/network.yaml`);
}

function pathOf(path: string): string {
  return fileURLToPath(new URL(path, ROOT));
}

/** What stands in `golden/` is kept as it is made; the rest is laid out as the repository likes. */
async function laidOut(path: string, text: string): Promise<string> {
  if (path.includes('/golden/') || !/\.(json|yaml)$/.test(path)) return text;
  const filepath = pathOf(path);
  return format(text, { ...(await resolveConfig(filepath)), filepath });
}

async function rewrite(): Promise<void> {
  for (const name of await examples())
    await rm(pathOf(`${TEMPLATES}/${name}/golden`), { recursive: true, force: true });
  for (const { path, text } of await goldenFiles()) {
    await mkdir(dirname(pathOf(path)), { recursive: true });
    await writeFile(pathOf(path), await laidOut(path, text));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await rewrite();
