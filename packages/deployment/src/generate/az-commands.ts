import type { ConfigurationKind, HubConfiguration } from './hub-configuration.ts';

/** Quotes a word for a POSIX shell; double quotes where they do, since PowerShell reads those alike. */
export function shellWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (!/["$`\\!]/.test(word)) return `"${word}"`;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

const HUB = '--hub-name "$HUB"';

function az(command: string, options: Readonly<Record<string, string>>): string {
  const given = Object.entries(options).map(([name, value]) => `--${name} ${shellWord(value)}`);
  return ['az', command, HUB, ...given].join(' ');
}

/** The line that gives one device the modules of a manifest. */
export function setModulesLine(device: string, file: string): string {
  return az('iot edge set-modules', { 'device-id': device, content: file });
}

/** The line that creates a configuration; content and metrics are read from the same file. */
export function createConfigurationLine(
  kind: ConfigurationKind,
  configuration: HubConfiguration,
  file: string,
): string {
  const edge = kind !== 'module-configuration';
  const line = az(edge ? 'iot edge deployment create' : 'iot hub configuration create', {
    [edge ? 'deployment-id' : 'config-id']: configuration.id,
    content: file,
    metrics: file,
    'target-condition': configuration.targetCondition,
    priority: String(configuration.priority),
    labels: JSON.stringify(configuration.labels),
  });
  return kind === 'layered' ? `${line} --layered` : line;
}

/** The line that sets the tags of a device, which target conditions look for; none without tags. */
export function deviceTagsLines({ id, tags }: { readonly id: string; readonly tags: object }): readonly string[] {
  if (Object.keys(tags).length === 0) return [];
  return [az('iot hub device-twin update', { 'device-id': id, tags: JSON.stringify(tags) })];
}

/** The line that gives the networking module of one device what is the device's own: desired properties of a file, and tags. */
export function moduleTwinLines(
  { device, module }: { readonly device: string; readonly module: string },
  file: string | undefined,
  tags: object,
): readonly string[] {
  const desired: Readonly<Record<string, string>> = file === undefined ? {} : { desired: file };
  const tagged: Readonly<Record<string, string>> = Object.keys(tags).length === 0 ? {} : { tags: JSON.stringify(tags) };
  if (file === undefined && Object.keys(tagged).length === 0) return [];
  return [az('iot hub module-twin update', { 'device-id': device, 'module-id': module, ...desired, ...tagged })];
}

/** The line that lets Azure Arc keep a cluster at a folder of a Git repository. */
export function fluxLine(name: string, path: string, cluster: string): string {
  const words = [
    'az k8s-configuration flux create --resource-group "$RESOURCE_GROUP" --cluster-type connectedClusters',
    `--cluster-name ${shellWord(cluster)} --name ${shellWord(name)} --namespace flux-system --scope cluster`,
    '--url "$REPOSITORY" --branch "${BRANCH:-main}"',
    `--kustomization name=apps path=${shellWord(path)} prune=true`,
  ];
  return words.join(' ');
}
