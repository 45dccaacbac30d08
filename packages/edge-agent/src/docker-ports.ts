import { parseAddress } from '@iotedge-networking/addressing';
import { failureFinding } from './agent-failure.ts';
import { OPTIONS_PATH, readCreateOptions } from './create-options.ts';
import type { CreateOptions, PortBinding } from './create-options.ts';
import { clashFindings } from './docker-clashes.ts';
import type { DockerPublication } from './docker-clashes.ts';
import { below, finding } from './finding.ts';
import type { Finding, PathStep } from './finding.ts';
import type { ModuleInput } from './module-input.ts';

/** What Docker does with the ports of a deployment (profile `vm`). */
export interface DockerPorts {
  readonly publications: readonly DockerPublication[];
  /** Paths begin at the module's name. */
  readonly findings: readonly Finding[];
}

interface ContainerPort {
  readonly port: number;
  readonly protocol: DockerPublication['protocol'];
}

const HOST: readonly PathStep[] = [...OPTIONS_PATH, 'HostConfig'];
const ALL = '0.0.0.0';

/**
 * The host ports that Docker publishes for the modules of one device, and what it refuses: unlike edgeAgent on Kubernetes it honours
 * HostIp, ranges and protocols, a missing HostPort means any free port, and a host port can be given once only. `k8s-experimental` is
 * ignored. Source: Docker Engine API, ContainerCreate; networking host mode discards publications.
 */
export function dockerPorts(modules: readonly ModuleInput[]): DockerPorts {
  const each = modules.map((module) => ({ name: module.name, ...modulePorts(module) }));
  const publications = each.flatMap((ports) => ports.publications);
  const findings = each.flatMap(({ name, findings: own }) => own.map((inner) => below([name], inner)));
  return { publications, findings: [...findings, ...clashFindings(publications)] };
}

function modulePorts(module: ModuleInput): DockerPorts {
  const read = readCreateOptions(module, 'archive');
  if (!read.ok) return { publications: [], findings: [failureFinding(read.failure)] };
  const options = read.value;
  const ignored = options.other.some(({ key }) => key === 'k8s-experimental')
    ? [finding('k8s-experimental-ignored-by-docker', [...OPTIONS_PATH, 'k8s-experimental'], 'Docker ignores it.')]
    : [];
  const ports = options.networkMode === 'host' ? hostNetworkPorts(module, options) : publishedPorts(module, options);
  return { publications: ports.publications, findings: [...ignored, ...ports.findings] };
}

function hostNetworkPorts(module: ModuleInput, options: CreateOptions): DockerPorts {
  const bindings = options.portBindings ?? [];
  const keys = [...new Set([...(options.exposedPorts ?? []), ...bindings.map(({ key }) => key)])];
  const publications = keys.flatMap((key) => {
    const port = parseContainerPort(key);
    if (port === undefined) return [];
    const at = [module.name, ...HOST, 'NetworkMode'];
    return [publication(module, port, { hostIp: ALL, hostPorts: [port.port, port.port], hostNetwork: true, at })];
  });
  const message = 'On the host network Docker discards the port bindings.';
  const discarded = bindings.length === 0 ? [] : [finding('docker-host-network-discards-ports', HOST, message)];
  return { publications, findings: discarded };
}

function publishedPorts(module: ModuleInput, options: CreateOptions): DockerPorts {
  const publications: DockerPublication[] = [];
  const findings: Finding[] = [];
  for (const { key, bindings } of options.portBindings ?? []) {
    const at = [...HOST, 'PortBindings', key];
    const port = parseContainerPort(key);
    if (port === undefined) {
      findings.push(finding('docker-port-key-invalid', at, `Docker refuses the port key ${JSON.stringify(key)}.`));
      continue;
    }
    for (const [index, binding] of (bindings ?? []).entries()) {
      const host = readBinding(binding ?? { hostIp: null, hostPort: null }, [...at, index]);
      if ('code' in host) findings.push(host);
      else
        publications.push(publication(module, port, { ...host, hostNetwork: false, at: [module.name, ...at, index] }));
    }
  }
  return { publications: [...publications, ...publishedByAll(module, options, publications)], findings };
}

function publishedByAll(
  module: ModuleInput,
  options: CreateOptions,
  bound: readonly DockerPublication[],
): readonly DockerPublication[] {
  const all = options.hostConfigKeys.some(
    ({ key, value }) => key === 'PublishAllPorts' && value.kind === 'boolean' && value.value,
  );
  return (all ? (options.exposedPorts ?? []) : []).flatMap((key) => {
    const port = parseContainerPort(key);
    const taken = bound.some((one) => one.containerPort === port?.port && one.protocol === port.protocol);
    if (port === undefined || taken) return [];
    const at = [module.name, ...HOST, 'PublishAllPorts'];
    return [publication(module, port, { hostIp: ALL, hostPorts: null, hostNetwork: false, at })];
  });
}

type HostSide = Pick<DockerPublication, 'hostIp' | 'hostPorts' | 'hostNetwork' | 'at'>;

function publication(module: ModuleInput, port: ContainerPort, host: HostSide): DockerPublication {
  return { module: module.name, containerPort: port.port, protocol: port.protocol, ...host };
}

function parseContainerPort(key: string): ContainerPort | undefined {
  const match = /^(\d+)(?:\/(tcp|udp|sctp))?$/i.exec(key);
  const port = Number(match?.[1] ?? Number.NaN);
  const protocol = (['tcp', 'udp', 'sctp'] as const).find((name) => name === (match?.[2] ?? 'tcp').toLowerCase());
  return port <= 65535 && protocol !== undefined ? { port, protocol } : undefined;
}

function readBinding(
  binding: PortBinding,
  at: readonly PathStep[],
): Pick<DockerPublication, 'hostIp' | 'hostPorts'> | Finding {
  const hostIp = binding.hostIp ?? '';
  if (hostIp !== '' && parseAddress(hostIp) === undefined) {
    const message = `${JSON.stringify(hostIp)} is not an IP address.`;
    return finding('docker-hostip-invalid', [...at, 'HostIp'], message);
  }
  const hostPorts = parseHostPorts(binding.hostPort ?? '');
  if (hostPorts === undefined) {
    const message = `Docker refuses the host port ${JSON.stringify(binding.hostPort)}.`;
    return finding('docker-hostport-invalid', [...at, 'HostPort'], message);
  }
  return { hostIp: hostIp === '' || hostIp === '::' ? ALL : hostIp, hostPorts };
}

/** A port, a range, or null for "any"; undefined when Docker refuses it. */
function parseHostPorts(text: string): readonly [number, number] | null | undefined {
  if (text === '') return null;
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  const first = Number(match?.[1] ?? Number.NaN);
  const last = Number(match?.[2] ?? match?.[1] ?? Number.NaN);
  if (first === 0 && last === 0) return null;
  return first <= last && last <= 65535 ? [first, last] : undefined;
}
