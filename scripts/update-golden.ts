import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import {
  generateKubernetes,
  generateManifest,
  formatPlacedProblem,
  readNetworkFile,
} from '@iotedge-networking/deployment';

/** A generated file that is kept in the repository. */
export interface GoldenFile {
  /** Path from the root of the repository. */
  readonly path: string;
  readonly text: string;
}

const ROOT = new URL('../', import.meta.url);
const TWO_TIER = 'deployment-templates/two-tier/network.yaml';

/** Every generated file of deployment-templates as it has to be now. */
export async function goldenFiles(): Promise<readonly GoldenFile[]> {
  const text = await readFile(new URL(TWO_TIER, ROOT), 'utf8');
  const outcome = readNetworkFile(text, { file: TWO_TIER, environment: {} });
  if (!outcome.ok) throw new Error(outcome.problems.map(formatPlacedProblem).join('\n'));
  const { network } = outcome.value;
  const manifests = network.devices.map((device) => ({
    path: `deployment-templates/two-tier/golden/deployment.${device.id}.json`,
    text: `${JSON.stringify(generateManifest(network, device), null, 2)}\n`,
  }));
  const [first] = network.devices;
  if (first === undefined) throw new Error(`${TWO_TIER} lists no devices.`);
  return [
    ...manifests,
    { path: 'deployment-templates/kubectl/two-tier.yaml', text: generateKubernetes(network, first) },
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { path, text } of await goldenFiles()) await writeFile(new URL(path, ROOT), text);
}
