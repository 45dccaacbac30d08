import type { DeviceNetwork, Network, NetworkFile } from '@iotedge-networking/contract';
import { createConfigurationLine, deviceTagsLines, moduleTwinLines, setModulesLine } from './az-commands.ts';
import { deploymentTemplate, type ModuleFolder } from './deployment-template.ts';
import { devicePowerShell } from './device-powershell.ts';
import { splitFleet } from './fleet-split.ts';
import { fileNameOf, toJson, type GeneratedFile } from './generated-file.ts';
import { gitOpsCommands, gitOpsFiles } from './gitops.ts';
import { hubConfiguration, type ConfigurationKind } from './hub-configuration.ts';
import { generateKubernetes } from './kubernetes.ts';
import { manifestMaker } from './manifest.ts';

/** Every form that `generate` writes, in the order in which help lists them. */
export const FORMS = [
  'manifest',
  'at-scale',
  'layered',
  'module-configuration',
  'desired',
  'template',
  'kubernetes',
  'gitops',
  'powershell',
] as const;

/** One form of deployment. */
export type Form = (typeof FORMS)[number];

/** Forms that need `deployments` in network.yaml, because they are for whatever a target condition selects. */
const FLEET_FORMS: readonly Form[] = ['at-scale', 'layered', 'module-configuration', 'desired'];

/** What a form is made of. */
export interface FormInput {
  readonly network: Network;
  readonly file: NetworkFile;
  /** The devices to write for; all forms but those for target conditions go by these. */
  readonly devices: readonly DeviceNetwork[];
  /** Folders with the source of modules, for templates. */
  readonly folders: readonly ModuleFolder[];
}

/** The files of a form, made one by one when asked for, and the command lines that put them to use. */
export interface GeneratedForm {
  readonly files: Iterable<GeneratedFile>;
  /** Lines of a POSIX shell, comments among them. */
  readonly commands: readonly string[];
}

/** Whether a form can be made of a network file; if not, why not. */
export function formObstacle(form: Form, { network }: Pick<FormInput, 'network'>): string | undefined {
  if (!FLEET_FORMS.includes(form) || network.deployments.length > 0) return undefined;
  return `The form ${form} is for the devices that a target condition selects, and the file names no deployments. Add deployments: [{ id: stores, targetCondition: "tags.role='store'", priority: 10 }].`;
}

/** Makes one form. What each is for stands in docs/deployment-forms.md. */
export function generateForm(form: Form, input: FormInput): GeneratedForm {
  return MAKERS[form](input);
}

const MAKERS: Readonly<Record<Form, (input: FormInput) => GeneratedForm>> = {
  manifest: manifests,
  'at-scale': (input) => configurations(input, 'at-scale'),
  layered: (input) => configurations(input, 'layered'),
  'module-configuration': (input) => configurations(input, 'module-configuration'),
  desired: ownDesired,
  template: templates,
  kubernetes: kubernetesYaml,
  gitops: ({ network, devices }) => ({
    files: gitOpsFiles(network, devices),
    commands: gitOpsCommands(network, devices),
  }),
  powershell: ({ network, devices }) => ({
    files: devices.flatMap((device) => {
      const lines = devicePowerShell(network, device);
      if (lines.length === 0) return [];
      return [{ path: `device-setup.${fileNameOf(device.id)}.ps1`, text: `${lines.join('\n')}\n`, device: device.id }];
    }),
    commands: [],
  }),
};

function manifests({ network, devices }: FormInput): GeneratedForm {
  const make = manifestMaker(network);
  const path = ({ id }: DeviceNetwork): string => `deployment.${fileNameOf(id)}.json`;
  return {
    files: lazily(devices, (device) => ({ path: path(device), text: toJson(make(device)), device: device.id })),
    commands: [
      '# One device each; not beside a deployment for a target condition, which would win it back:',
      ...devices.map((device) => setModulesLine(device.id, path(device))),
    ],
  };
}

const FILE_PREFIX: Readonly<Record<ConfigurationKind, string>> = {
  'at-scale': 'deployment',
  layered: 'layer',
  'module-configuration': 'services',
};

const REMARKS: Readonly<Record<ConfigurationKind, readonly string[]>> = {
  'at-scale': ['# The modules of each group of devices. A changed content needs a new id and a higher priority:'],
  layered: [
    '# A layer on somebody else’s base deployment, whose priority has to be lower; the base holds registry credentials, if any:',
  ],
  'module-configuration': [
    '# What the networking modules are told, changed without touching a module. Its condition looks at tags of the module twins, see the form desired:',
  ],
};

function configurations({ network, file }: FormInput, kind: ConfigurationKind): GeneratedForm {
  const made = splitFleet(network, file).deployments.map((split) => {
    const configuration = hubConfiguration(network, split, kind);
    const path = `${FILE_PREFIX[kind]}.${fileNameOf(split.id)}.json`;
    return {
      file: { path, text: toJson(configuration) },
      command: createConfigurationLine(kind, configuration, path),
    };
  });
  return {
    files: made.map(({ file: one }) => one),
    commands: [...REMARKS[kind], ...made.map(({ command }) => command)],
  };
}

function ownDesired({ network, file, devices }: FormInput): GeneratedForm {
  const { deployments } = splitFleet(network, file);
  const wanted = new Set(devices.map(({ id }) => id));
  const governed = deployments.flatMap((split) =>
    split.devices
      .filter(({ id }) => wanted.has(id))
      .map((device) => ({ device, own: split.ownOf(device), path: `desired.${fileNameOf(device.id)}.json` })),
  );
  const hasOwn = ({ own }: { readonly own: object }): boolean => Object.keys(own).length > 0;
  return {
    files: lazily(governed.filter(hasOwn), ({ device, own, path }) => ({
      ...{ path, text: toJson(own) },
      device: device.id,
    })),
    commands: [
      '# What is one device’s own, once its networking module exists; tags first, because conditions look for them:',
      ...governed.flatMap((one) => [
        ...deviceTagsLines(one.device),
        ...moduleTwinLines(
          { device: one.device.id, module: network.module.name },
          hasOwn(one) ? one.path : undefined,
          one.device.tags,
        ),
      ]),
    ],
  };
}

function* lazily<Item>(items: readonly Item[], make: (item: Item) => GeneratedFile): Generator<GeneratedFile> {
  for (const item of items) yield make(item);
}

function templates({ network, devices: [device], folders }: FormInput): GeneratedForm {
  if (device === undefined) return { files: [], commands: [] };
  const normal = deploymentTemplate(network, device, { folders, debug: false });
  const debug = deploymentTemplate(network, device, { folders, debug: true });
  return {
    files: [
      { path: 'deployment.template.json', text: toJson(normal.template) },
      { path: 'deployment.debug.template.json', text: toJson(debug.template) },
      { path: '.env.example', text: envExample(network, device, normal.variables) },
    ],
    commands: ['# In VS Code: "Build IoT Edge Solution" on deployment.template.json; or:', 'iotedgedev solution build'],
  };
}

/** What has to stand in `.env`: the values of the device, and names for the secrets. */
function envExample(network: Network, { id }: DeviceNetwork, variables: Readonly<Record<string, string>>): string {
  const names = Object.values(network.registryCredentials).flatMap(({ username, password }) => [username, password]);
  const secrets = [...new Set(names.filter((name) => name.startsWith('$')).map((name) => name.slice(1)))];
  return [
    `# Copy to .env. What is one device's own; here of ${id}.`,
    ...Object.entries(variables).map(([name, value]) => `${name}=${value}`),
    ...(secrets.length === 0 ? [] : ['# Secrets: never in a file that is kept.', ...secrets.map((name) => `${name}=`)]),
    '',
  ].join('\n');
}

function kubernetesYaml({ network, devices }: FormInput): GeneratedForm {
  const path = ({ id }: DeviceNetwork): string => `${fileNameOf(id)}.yaml`;
  return {
    files: lazily(devices, (device) => ({
      path: path(device),
      text: generateKubernetes(network, device),
      device: device.id,
    })),
    commands: ['# On each cluster:', ...devices.map((device) => `kubectl apply -f ${path(device)}`)],
  };
}
