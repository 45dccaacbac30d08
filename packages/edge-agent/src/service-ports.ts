import { made, mapFailure } from './agent-failure.ts';
import type { Attempt } from './agent-failure.ts';
import { OPTIONS_PATH } from './create-options.ts';
import type { CreateOptions, PortBinding } from './create-options.ts';
import { parseInt32 } from './dotnet-text.ts';
import { finding } from './finding.ts';
import type { Finding, FindingCode, PathStep } from './finding.ts';
import { isPortRange, parsePortKey } from './port-key.ts';
import type { PortKey, Protocol } from './port-key.ts';

/** One port of a Service. `targetPort` null is not sent; the API then takes `port`. */
export interface ServicePort {
  readonly name: string;
  readonly port: number;
  readonly targetPort: number | null;
  readonly protocol: Protocol;
}

interface Slot {
  readonly port: ServicePort;
  readonly at: readonly PathStep[];
}

type Port = Extract<PortKey, { kind: 'port' }>;

const EXPOSED_PATH: readonly PathStep[] = [...OPTIONS_PATH, 'ExposedPorts'];
const BINDINGS_PATH: readonly PathStep[] = [...OPTIONS_PATH, 'HostConfig', 'PortBindings'];

/**
 * Collects the ports of a module's Service (rules 7–10): exposed ports first, host ports over them, one slot for each Service port
 * number whatever the protocol. A failure has stage map.
 */
export function collectServicePorts(options: CreateOptions): Attempt<readonly ServicePort[]> {
  const slots = new Map<number, Slot>();
  const exposed = placeExposedPorts(options.exposedPorts ?? [], slots);
  if (exposed === undefined) return throwsAt(EXPOSED_PATH);
  const findings = [...exposed];
  for (const { key, bindings } of options.portBindings ?? []) {
    const parsed = parsePortKey(key);
    const at = [...BINDINGS_PATH, key];
    if (parsed.kind === 'throws') return throwsAt(BINDINGS_PATH);
    findings.push(...keyFindings(parsed, at));
    if (parsed.kind === 'dropped') continue;
    const given = (bindings ?? []).filter((binding) => binding !== null);
    if (bindings === null || given.length < bindings.length) {
      return mapFailure('Service', 'portbinding-null', at, 'The list of bindings, or one of them, is null.');
    }
    findings.push(...placeHostPorts(parsed, given, at, slots));
  }
  const servicePorts = [...slots.values()].map(({ port }) => port);
  return made(servicePorts, [...findings, ...slotFindings(slots)]);
}

/** The ports of the module's container, from ExposedPorts only, printed as `80/TCP`. */
export function collectContainerPorts(options: CreateOptions): readonly string[] {
  return (options.exposedPorts ?? []).flatMap((key) => {
    const parsed = parsePortKey(key);
    return parsed.kind === 'port' ? [`${parsed.port}/${parsed.protocol}`] : [];
  });
}

function throwsAt(at: readonly PathStep[]): ReturnType<typeof mapFailure> {
  return mapFailure('Service', 'port-key-slashes-only', at, 'A key of slashes only makes the agent throw.');
}

function placeExposedPorts(keys: readonly string[], slots: Map<number, Slot>): readonly Finding[] | undefined {
  const findings: Finding[] = [];
  for (const key of keys) {
    const parsed = parsePortKey(key);
    const at = [...EXPOSED_PATH, key];
    if (parsed.kind === 'throws') return undefined;
    findings.push(...keyFindings(parsed, at));
    if (parsed.kind === 'dropped') continue;
    const { port, protocol } = parsed;
    const name = `exposedport-${port}-${protocol.toLowerCase()}`;
    findings.push(...place({ port: { name, port, targetPort: null, protocol }, at }, slots));
  }
  return findings;
}

function placeHostPorts(
  key: Port,
  bindings: readonly PortBinding[],
  at: readonly PathStep[],
  slots: Map<number, Slot>,
): readonly Finding[] {
  const name = `hostport-${key.port}-${key.protocol.toLowerCase()}`;
  return bindings.flatMap((binding, index) => {
    const here = [...at, index, 'HostPort'];
    const ignored = binding.hostIp === null || binding.hostIp === '' ? [] : [hostIp(at, index)];
    const text = binding.hostPort ?? '';
    const port = parseInt32(text);
    if (port === undefined) return [...ignored, invalidHostPort(text, here)];
    const lenient = text === String(port) ? [] : [lenientHostPort(text, port, here)];
    const slot = { port: { name, port, targetPort: key.port, protocol: key.protocol }, at: here };
    return [...ignored, ...lenient, ...place(slot, slots)];
  });
}

function hostIp(at: readonly PathStep[], index: number): Finding {
  return finding('hostip-ignored', [...at, index, 'HostIp'], 'HostIp is never read on Kubernetes.');
}

function lenientHostPort(text: string, port: number, at: readonly PathStep[]): Finding {
  return finding('hostport-lenient-parse', at, `The agent reads ${JSON.stringify(text)} as ${port}.`);
}

function invalidHostPort(text: string, at: readonly PathStep[]): Finding {
  if (isPortRange(text)) {
    return finding(
      'port-range-dropped',
      at,
      `The range ${text} is dropped with a warning in the log.`,
      'logged-warning',
    );
  }
  const message = `${JSON.stringify(text)} is not a port number; the binding is dropped with a warning in the log.`;
  return finding('hostport-invalid-dropped', at, message);
}

function keyFindings(key: Exclude<PortKey, { kind: 'throws' }>, at: readonly PathStep[]): readonly Finding[] {
  const text = JSON.stringify(at.at(-1));
  if (key.kind === 'port') {
    return key.lenient ? [finding('port-key-lenient-parse', at, `The agent reads ${text} as port ${key.port}.`)] : [];
  }
  const code: FindingCode = key.range ? 'port-range-dropped' : 'port-key-invalid-dropped';
  return [finding(code, at, `The port key ${text} is dropped without a word.`)];
}

/** Puts a port into its slot and says what was there before (rule 10). */
function place(slot: Slot, slots: Map<number, Slot>): readonly Finding[] {
  const { port, at } = slot;
  const before = slots.get(port.port)?.port;
  slots.set(port.port, slot);
  if (before === undefined) return [];
  const findings: Finding[] = [];
  if (isExposed(before) && !isExposed(port)) {
    const message = `The binding replaces the exposed port ${port.port}.`;
    findings.push(finding('hostport-overrides-exposedport', at, message));
  } else {
    const message = `Service port ${port.port} is wanted twice; ${before.name} is lost.`;
    findings.push(finding('duplicate-port-collapsed', at, message));
  }
  if (before.protocol !== port.protocol) {
    const message = `Port ${port.port} is wanted for ${before.protocol} and ${port.protocol}; only ${port.protocol} is left.`;
    findings.push(finding('tcp-udp-same-number', at, message));
  }
  return findings;
}

function isExposed(port: ServicePort): boolean {
  return port.targetPort === null;
}

function slotFindings(slots: ReadonlyMap<number, Slot>): readonly Finding[] {
  const names = new Set<string>();
  return [...slots.values()].flatMap(({ port, at }) => {
    const findings: Finding[] = [];
    if (names.has(port.name)) {
      findings.push(
        finding('multiple-hostports', at, `A second HostPort for ${port.name} gives two ports of one name.`),
      );
    }
    names.add(port.name);
    if (port.targetPort === 0) {
      findings.push(finding('targetport-zero-defaulted-by-api', at, `The API takes container port 0 as ${port.port}.`));
    }
    const wrong = [port.port, port.targetPort === 0 ? null : port.targetPort].find((number) => !isPort(number));
    if (wrong !== undefined) findings.push(finding('port-out-of-range', at, `${String(wrong)} is no port.`));
    return findings;
  });
}

/** Whether a number is a port the Kubernetes API takes; null stands for a port that is not sent. */
export function isPort(port: number | null): boolean {
  return port === null || (port >= 1 && port <= 65535);
}
