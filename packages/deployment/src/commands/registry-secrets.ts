import type { Network } from '@iotedge-networking/contract';
import type { ApplyPlan } from '../apply/apply-plan.ts';
import { fillRegistryCredentials } from '../generate/registry-credentials.ts';
import type { CommandIo } from './command-io.ts';
import { environmentBeside } from './environment-beside.ts';

/** A network that is about to be sent. */
export interface FilledNetwork<Source> {
  /** Holds secrets: send it, do not keep or print it. */
  readonly source: Source;
  /** Variables that registry credentials name and that are not set. */
  readonly missing: readonly string[];
}

/** Fills the registry credentials of a network from the environment and from `.env` beside its file; placeholders without value stay. */
export async function withRegistrySecrets<Source extends { readonly network: Network }>(
  io: Pick<CommandIo, 'environment' | 'files'>,
  file: string,
  source: Source,
): Promise<FilledNetwork<Source>> {
  const { registryCredentials } = source.network;
  if (Object.keys(registryCredentials).length === 0) return { source, missing: [] };
  const { document, missing } = fillRegistryCredentials({ registryCredentials }, await environmentBeside(io, file));
  return { source: { ...source, network: { ...source.network, ...document } }, missing };
}

/** Which of the missing variables a plan would send the bare names of. */
export function secretsWanting({ devices, configurations }: ApplyPlan, missing: readonly string[]): readonly string[] {
  if (missing.length === 0) return [];
  const manifests = devices.flatMap(({ steps }) =>
    steps.flatMap((step) => ('manifest' in step ? [step.manifest] : [])),
  );
  const contents = configurations.steps.flatMap((step) =>
    step.kind === 'create-configuration' ? [step.configuration.content] : [],
  );
  const named = new Set([...manifests, ...contents].flatMap((one) => fillRegistryCredentials(one, {}).missing));
  return missing.filter((name) => named.has(name));
}

/** Says that variables are missing, and where to put them. */
export function missingSecrets(names: readonly string[]): string {
  const [are, them] = names.length === 1 ? ['is', 'it'] : ['are', 'them'];
  return `registryCredentials: ${names.join(', ')} ${are} not set. Set ${them} in the environment or in .env beside the network file.`;
}
