import type { KubeObject, ObjectClient } from '../cluster/object-client.ts';
import { hasClusterIp } from './service.ts';
import type { Service } from './service.ts';
import type { Container, EnvFromSource, EnvVar, EnvVarSource, Pod } from './pod.ts';

const configMaps = { group: '', version: 'v1', plural: 'configmaps' } as const;
const secrets = { group: '', version: 'v1', plural: 'secrets' } as const;
const services = { group: '', version: 'v1', plural: 'services' } as const;

/** A pod whose addresses are known, in front of its first start. */
export interface PlacedPod {
  readonly pod: Pod;
  readonly podIp: string;
  readonly hostIp: string;
}

/** The variables a container gets, or what is missing (the kubelet's CreateContainerConfigError). */
export type ContainerEnvironment = { readonly env: Record<string, string> } | { readonly problem: string };

/**
 * The environment of a container as the kubelet makes it: one set of variables for each Service of the namespace, then envFrom, then env
 * with `$(NAME)` references resolved.
 */
export function containerEnvironment(
  container: Container,
  placed: PlacedPod,
  client: ObjectClient,
): ContainerEnvironment {
  const env: Record<string, string> = {};
  const namespace = placed.pod.metadata.namespace ?? 'default';
  if (placed.pod.spec.enableServiceLinks !== false)
    Object.assign(env, serviceVariables(client.list(services, { namespace })));
  for (const source of container.envFrom ?? []) {
    const problem = addAll(source, env, { namespace, client });
    if (problem !== undefined) return { problem };
  }
  for (const variable of container.env ?? []) {
    const value = variableValue(variable, placed, client);
    if (typeof value === 'object') return value;
    if (value !== undefined) env[variable.name] = expand(value, env);
  }
  return { env };
}

function addAll(
  source: EnvFromSource,
  env: Record<string, string>,
  { namespace, client }: { namespace: string; client: ObjectClient },
): string | undefined {
  const reference = source.configMapRef ?? source.secretRef;
  if (reference === undefined) return undefined;
  const data = readData(client, { namespace, name: reference.name, secret: source.secretRef !== undefined });
  if (data === undefined && reference.optional !== true) return `"${reference.name}" not found`;
  for (const [key, value] of Object.entries(data ?? {})) env[`${source.prefix ?? ''}${key}`] = value;
  return undefined;
}

function variableValue(
  variable: EnvVar,
  placed: PlacedPod,
  client: ObjectClient,
): string | { problem: string } | undefined {
  const source = variable.valueFrom;
  if (source === undefined) return variable.value ?? '';
  if (source.fieldRef !== undefined) return fieldValue(source.fieldRef.fieldPath, placed);
  return keyValue(source, placed.pod.metadata.namespace ?? 'default', client);
}

function keyValue(
  source: EnvVarSource,
  namespace: string,
  client: ObjectClient,
): string | { problem: string } | undefined {
  const reference = source.configMapKeyRef ?? source.secretKeyRef;
  if (reference === undefined) return undefined;
  const data = readData(client, { namespace, name: reference.name, secret: source.secretKeyRef !== undefined });
  const value = data?.[reference.key];
  if (value !== undefined || reference.optional === true) return value;
  return { problem: `couldn't find key ${reference.key} in ${namespace}/${reference.name}` };
}

function fieldValue(path: string, { pod, podIp, hostIp }: PlacedPod): string | { problem: string } {
  const keyed = /^metadata\.(labels|annotations)\['([^']+)'\]$/.exec(path);
  if (keyed?.[2] !== undefined) return pod.metadata[keyed[1] === 'labels' ? 'labels' : 'annotations']?.[keyed[2]] ?? '';
  const fields: Record<string, string | undefined> = {
    'metadata.name': pod.metadata.name,
    'metadata.namespace': pod.metadata.namespace,
    'metadata.uid': pod.metadata.uid,
    'spec.nodeName': pod.spec.nodeName,
    'spec.serviceAccountName': pod.spec.serviceAccountName ?? 'default',
    'status.podIP': podIp,
    'status.podIPs': podIp,
    'status.hostIP': hostIp,
  };
  return path in fields ? (fields[path] ?? '') : { problem: `unsupported fieldPath: ${path}` };
}

/** The data of a ConfigMap or Secret as text, or undefined when there is none of that name. */
export function readData(
  client: ObjectClient,
  at: { namespace: string; name: string; secret: boolean },
): Record<string, string> | undefined {
  const object: KubeObject | undefined = client.get(at.secret ? secrets : configMaps, {
    namespace: at.namespace,
    name: at.name,
  });
  if (object === undefined) return undefined;
  const data = (object['data'] ?? {}) as Record<string, string>;
  if (!at.secret) return data;
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]),
  );
}

/** `$(NAME)` becomes the value of NAME when it is known, `$$(NAME)` becomes the text `$(NAME)`. */
function expand(value: string, env: Readonly<Record<string, string>>): string {
  return value.replace(/\$(\$?)\(([^)]+)\)/g, (whole, escaped: string, name: string) =>
    escaped === '' ? (env[name] ?? whole) : whole.slice(1),
  );
}

/** The variables that tell of each Service of a namespace: WEB_SERVICE_HOST, WEB_SERVICE_PORT, WEB_PORT_80_TCP and so on. */
export function serviceVariables(objects: readonly KubeObject[]): Record<string, string> {
  const env: Record<string, string> = {};
  for (const service of objects as readonly Service[]) {
    const host = service.spec.clusterIP;
    const [first] = service.spec.ports ?? [];
    if (!hasClusterIp(service) || host === undefined || first === undefined) continue;
    const name = variableName(service.metadata.name);
    env[`${name}_SERVICE_HOST`] = host;
    env[`${name}_SERVICE_PORT`] = String(first.port);
    env[`${name}_PORT`] = `${(first.protocol ?? 'TCP').toLowerCase()}://${host}:${first.port}`;
    for (const port of service.spec.ports ?? []) {
      const protocol = port.protocol ?? 'TCP';
      const prefix = `${name}_PORT_${port.port}_${protocol}`;
      if (port.name) env[`${name}_SERVICE_PORT_${variableName(port.name)}`] = String(port.port);
      env[prefix] = `${protocol.toLowerCase()}://${host}:${port.port}`;
      env[`${prefix}_PROTO`] = protocol.toLowerCase();
      env[`${prefix}_PORT`] = String(port.port);
      env[`${prefix}_ADDR`] = host;
    }
  }
  return env;
}

function variableName(name: string): string {
  return name.toUpperCase().replaceAll(/[-.]/g, '_');
}
