import { failed, made } from './agent-failure.ts';
import type { Attempt } from './agent-failure.ts';
import type { Annotations } from './annotations.ts';
import { ORIGINAL_MODULE_ID } from './annotations.ts';
import { OPTIONS_PATH } from './create-options.ts';
import type { CreateOptions } from './create-options.ts';
import { agentVersionOf, isAtLeast } from './device-settings.ts';
import type { DeviceSettings } from './device-settings.ts';
import { tokenText } from './dotnet-text.ts';
import type { ExperimentalOptions } from './experimental-fields.ts';
import type { PathStep } from './finding.ts';
import type { JsonNode } from './json-node.ts';
import { moduleEnvironment } from './module-environment.ts';
import type { EnvVar } from './module-environment.ts';
import { isStopped, isSystemAgent } from './module-input.ts';
import type { ModuleInput } from './module-input.ts';
import type { ClaimOutline, ModuleVolumes, Volume } from './module-volumes.ts';
import type { ModuleLabels } from './service-outline.ts';

/** The Deployment of a module, as the agent sends it (rules 23–25). Null means: not sent. */
export interface DeploymentOutline {
  readonly name: string;
  readonly namespace: string;
  readonly replicas: 0 | 1;
  readonly labels: ModuleLabels;
  readonly podAnnotations: Annotations;
  readonly strategy: Readonly<Record<string, unknown>> | null;
  readonly serviceAccount: string;
  readonly hostNetwork: boolean | null;
  readonly hostIPC: boolean | null;
  readonly hostPID: boolean | null;
  readonly dnsPolicy: string | null;
  readonly nodeSelector: Readonly<Record<string, string | null>> | null;
  readonly securityContext: unknown;
  readonly containerName: string;
  readonly image: string;
  readonly env: readonly EnvVar[];
  /** From ExposedPorts only, printed as `80/TCP`. */
  readonly containerPorts: readonly string[];
  readonly command: readonly (string | null)[] | null;
  readonly args: readonly (string | null)[] | null;
  readonly workingDir: string | null;
  readonly privileged: boolean;
  readonly resources: unknown;
  readonly volumes: readonly Volume[];
  readonly volumeMounts: readonly Volume[];
  readonly claims: readonly ClaimOutline[];
}

/** Entrypoint, Cmd and WorkingDir of create options, which are read only when options are combined. */
export interface ProcessOptions {
  readonly command: readonly (string | null)[] | null;
  readonly args: readonly (string | null)[] | null;
  readonly workingDir: string | null;
}

interface DeploymentParts {
  readonly name: string;
  readonly labels: ModuleLabels;
  readonly module: ModuleInput;
  readonly image: string;
  readonly env: readonly EnvVar[];
  readonly options: CreateOptions;
  readonly experimental: ExperimentalOptions;
  readonly process: ProcessOptions;
  readonly annotations: Annotations;
  readonly containerPorts: readonly string[];
  readonly volumes: ModuleVolumes;
}

/** Puts a module's Deployment together. */
export function deploymentOutline(parts: DeploymentParts, settings: DeviceSettings): DeploymentOutline {
  const { name, module, options, experimental } = parts;
  const version = agentVersionOf(settings);
  const hostNetwork = isAtLeast(version, 'beta11') ? isHost(options.networkMode) : null;
  const nonRoot = settings.runAsNonRoot === true ? { runAsNonRoot: true, runAsUser: 1000 } : null;
  return {
    name,
    namespace: settings.namespace,
    replicas: isStopped(module) ? 0 : 1,
    labels: parts.labels,
    podAnnotations: { ...parts.annotations, [ORIGINAL_MODULE_ID]: module.name },
    strategy: experimental.strategy,
    serviceAccount: name,
    hostNetwork,
    hostIPC: isHost(options.ipcMode),
    hostPID: isAtLeast(version, 'beta14') ? isHost(options.pidMode) : null,
    dnsPolicy: hostNetwork === true ? 'ClusterFirstWithHostNet' : null,
    nodeSelector: experimental.nodeSelector,
    securityContext: experimental.securityContext ?? nonRoot,
    containerName: name,
    image: isSystemAgent(module) ? (settings.agentImage ?? parts.image) : parts.image,
    env: moduleEnvironment(module, parts.env, options, settings),
    containerPorts: parts.containerPorts,
    ...parts.process,
    privileged: options.privileged,
    resources: experimental.resources,
    ...parts.volumes,
  };
}

function isHost(mode: string | null): boolean | null {
  return mode === null ? null : mode.toLowerCase() === 'host';
}

/**
 * Reads Entrypoint, Cmd and WorkingDir, in any case since beta12. A wrong type is a failure of stage combine.
 */
export function readProcessOptions(options: CreateOptions, settings: DeviceSettings): Attempt<ProcessOptions> {
  const anyCase = isAtLeast(agentVersionOf(settings), 'beta12');
  const find = (name: string): JsonNode | undefined =>
    options.other.find(({ key }) => key === name || (anyCase && key.toLowerCase() === name.toLowerCase()))?.value;
  const command = textList(find('Entrypoint'));
  const args = textList(find('Cmd'));
  const workingDir = tokenText(find('WorkingDir') ?? { kind: 'null' });
  if (command === undefined) return wrongType([...OPTIONS_PATH, 'Entrypoint'], 'a list of texts');
  if (args === undefined) return wrongType([...OPTIONS_PATH, 'Cmd'], 'a list of texts');
  if (workingDir === undefined) return wrongType([...OPTIONS_PATH, 'WorkingDir'], 'a text');
  return made({ command, args, workingDir });
}

function textList(node: JsonNode | undefined): readonly (string | null)[] | null | undefined {
  if (node === undefined || node.kind === 'null' || (node.kind === 'string' && node.value === '')) return null;
  const texts = node.kind === 'array' ? node.items.map(tokenText) : [undefined];
  return texts.includes(undefined) ? undefined : texts.map((text) => text ?? null);
}

function wrongType(at: readonly PathStep[], expected: string): ReturnType<typeof failed> {
  const message = `The value has the wrong type, expected ${expected}.`;
  return failed({ code: 'createoptions-wrong-type', stage: 'combine', at, message });
}
