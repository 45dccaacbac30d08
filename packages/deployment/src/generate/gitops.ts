import type { DeviceApp, DeviceNetwork, Network } from '@iotedge-networking/contract';
import { fluxLine } from './az-commands.ts';
import { devicePowerShell } from './device-powershell.ts';
import { fileNameOf, type GeneratedFile } from './generated-file.ts';
import { networkingRights } from './kubernetes-access.ts';
import { appObjects, namedNamespace, secretLines, toYaml } from './kubernetes.ts';
import { remember } from './remember.ts';
import type { JsonObject } from './sorted-json.ts';

/** A folder of applications and what makes them, for devices that have them alike but for their addresses. */
interface AppFolder {
  readonly name: string;
  readonly apps: readonly DeviceApp[];
  readonly devices: readonly DeviceNetwork[];
}

/**
 * A folder for Flux and Azure Arc: `apps/<set>/` with one file per application, `devices/<id>/` with a kustomization that takes a set and lays the device's own addresses over
 * it, and `clusters/<id>.yaml` for a plain Flux. Devices share a set when only addresses differ; the set of most is called `common`, others are named after
 * their first device.
 */
export function gitOpsFiles(network: Network, devices: readonly DeviceNetwork[]): readonly GeneratedFile[] {
  const folders = appFolders(devices);
  return [
    ...folders.flatMap((folder) => folderFiles(network, folder)),
    ...folders.flatMap((folder) => folder.devices.flatMap((device) => deviceFiles(network, device, folder))),
  ];
}

/** Per device the line that lets Azure Arc follow the folder. */
export function gitOpsCommands(network: Network, devices: readonly DeviceNetwork[]): readonly string[] {
  return [
    '# With Azure Arc, per cluster; RESOURCE_GROUP and REPOSITORY (a Git repository with this folder as its root) come from you:',
    ...devices.map(({ id }) => fluxLine(network.name, `./devices/${fileNameOf(id)}`, id)),
  ];
}

function appFolders(devices: readonly DeviceNetwork[]): readonly AppFolder[] {
  const bare = remember((apps: readonly DeviceApp[]) => apps.map((app) => ({ ...app, address: undefined })));
  const sets = Map.groupBy(devices, ({ apps }) => JSON.stringify(bare(apps)));
  const folders = [...sets.values()].map((members) => ({
    name: fileNameOf(members[0]?.id ?? ''),
    apps: bare(members[0]?.apps ?? []),
    devices: members,
  }));
  const most = Math.max(...folders.map((folder) => folder.devices.length));
  const common = folders.find((folder) => folder.devices.length === most);
  return folders.map((folder) => (folder === common ? { ...folder, name: 'common' } : folder));
}

function folderFiles(network: Network, { name, apps }: AppFolder): readonly GeneratedFile[] {
  const files = [...apps]
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map((app) => ({ path: `${app.name}.yaml`, text: toYaml(appObjects(network, app)) }));
  const kustomization = kustomize({ resources: files.map(({ path }) => path) });
  return [{ path: 'kustomization.yaml', text: kustomization }, ...files].map(({ path, text }) => ({
    path: `apps/${name}/${path}`,
    text,
  }));
}

function kustomize(content: JsonObject): string {
  return toYaml([{ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', ...content }]);
}

function deviceFiles(network: Network, device: DeviceNetwork, folder: AppFolder): readonly GeneratedFile[] {
  const id = fileNameOf(device.id);
  const patches = network.profile === 'kubernetes' ? [] : device.apps.flatMap(addressPatch);
  const rights = networkingRights(network, device);
  const kustomization = kustomize({
    ...(namedNamespace(network) === undefined ? { namespace: network.name } : {}),
    resources: [`../../apps/${folder.name}`, ...(rights.length > 0 ? ['rights.yaml'] : [])],
    ...(patches.length > 0 ? { patches } : {}),
  });
  const namespace = namedNamespace(network) ?? network.name;
  const header = [
    `# The namespace ${namespace} has to exist: ${namespaceLine(network, namespace)}`,
    ...secretLines(network, device),
    ...devicePowerShell(network, device),
  ];
  return [
    {
      path: `devices/${id}/kustomization.yaml`,
      text: header.map((line) => `${line}\n`).join('') + kustomization,
    },
    ...(rights.length > 0 ? [{ path: `devices/${id}/rights.yaml`, text: toYaml(rights) }] : []),
    { path: `clusters/${id}.yaml`, text: toYaml(fluxObjects(network, id)) },
  ];
}

/** On a managed device namespaces are made by its own cmdlet. */
function namespaceLine({ profile }: Network, namespace: string): string {
  return profile === 'ase-k8s'
    ? `New-HcsKubernetesNamespace -Namespace ${namespace} (PowerShell interface of the device)`
    : `kubectl create namespace ${namespace}`;
}

function addressPatch({ name, expose, address }: DeviceApp): readonly JsonObject[] {
  if (expose !== 'external' || address === undefined) return [];
  const patch = `- op: add\n  path: /spec/loadBalancerIP\n  value: ${address}\n`;
  return [{ target: { kind: 'Service', name }, patch }];
}

/** What a plain Flux needs beside its GitRepository; Azure Arc makes the same by itself. */
function fluxObjects(network: Network, id: string): readonly JsonObject[] {
  return [
    {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { name: network.name, namespace: 'flux-system' },
      spec: {
        interval: '10m',
        path: `./devices/${id}`,
        prune: true,
        wait: true,
        sourceRef: { kind: 'GitRepository', name: network.name },
      },
    },
  ];
}
