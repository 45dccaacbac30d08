import { isJsonObject } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { Container, PodSpec } from '../workload-objects.ts';

/** Fills in what a client may leave out of a pod's specification (kubernetes `SetDefaults_PodSpec`), in place. */
export function podSpecDefaults(spec: PodSpec): void {
  spec.restartPolicy ??= 'Always';
  spec.dnsPolicy ??= 'ClusterFirst';
  spec['securityContext'] ??= {};
  spec.terminationGracePeriodSeconds ??= 30;
  spec.schedulerName ??= 'default-scheduler';
  // `serviceAccount` is the deprecated spelling; both are always written.
  spec.serviceAccountName ??= spec.serviceAccount;
  spec.serviceAccount = spec.serviceAccountName;
  if (spec.serviceAccountName === undefined) {
    delete spec.serviceAccount;
    delete spec.serviceAccountName;
  }
  for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
    containerDefaults(container, spec.hostNetwork === true);
  }
  for (const volume of spec.volumes ?? []) volumeDefaults(volume);
}

function containerDefaults(container: Container, hostNetwork: boolean): void {
  container['terminationMessagePath'] ??= '/dev/termination-log';
  container['terminationMessagePolicy'] ??= 'File';
  container.imagePullPolicy ??= pullPolicy(container.image ?? '');
  container.resources ??= {};
  const { limits, requests } = container.resources;
  if (limits !== undefined) container.resources.requests = { ...limits, ...requests };
  for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe']) probeDefaults(container[probe]);
  portDefaults(container, hostNetwork);
  environmentDefaults(container);
}

function portDefaults({ ports = [] }: Container, hostNetwork: boolean): void {
  for (const port of ports) {
    port.protocol ??= 'TCP';
    if (hostNetwork && (port.hostPort ?? 0) === 0) port.hostPort = port.containerPort;
  }
}

function environmentDefaults({ env = [] }: Container): void {
  for (const variable of env) {
    const fieldRef = variable.valueFrom?.['fieldRef'];
    if (isJsonObject(fieldRef)) fieldRef['apiVersion'] ??= 'v1';
  }
}

function pullPolicy(image: string): string {
  const name = image.slice(image.lastIndexOf('/') + 1);
  if (name.includes('@')) return 'IfNotPresent';
  const tag = name.split(':')[1] ?? 'latest';
  return tag === 'latest' ? 'Always' : 'IfNotPresent';
}

function probeDefaults(probe: unknown): void {
  if (!isJsonObject(probe)) return;
  probe['timeoutSeconds'] ??= 1;
  probe['periodSeconds'] ??= 10;
  probe['successThreshold'] ??= 1;
  probe['failureThreshold'] ??= 3;
  const httpGet = probe['httpGet'];
  if (isJsonObject(httpGet)) {
    httpGet['path'] ??= '/';
    httpGet['scheme'] ??= 'HTTP';
  }
}

function volumeDefaults(volume: JsonObject): void {
  if (Object.keys(volume).length === 1) volume['emptyDir'] = {};
  for (const source of ['configMap', 'secret', 'downwardAPI', 'projected']) {
    const value = volume[source];
    if (isJsonObject(value)) value['defaultMode'] ??= 420;
  }
  const hostPath = volume['hostPath'];
  if (isJsonObject(hostPath)) hostPath['type'] ??= '';
}

const minutesToStay = 300;
const nodeTaints = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

/** What admission adds to a pod itself but not to a template: account, tolerations, priority. */
export function podAdmissionDefaults(spec: PodSpec): void {
  spec['enableServiceLinks'] ??= true;
  spec.serviceAccountName ??= 'default';
  spec.serviceAccount = spec.serviceAccountName;
  spec['priority'] ??= 0;
  spec['preemptionPolicy'] ??= 'PreemptLowerPriority';
  const tolerations = spec.tolerations ?? [];
  for (const key of nodeTaints) {
    if (tolerations.some((toleration) => toleration['key'] === key || toleration['key'] === undefined)) continue;
    tolerations.push({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: minutesToStay });
  }
  spec.tolerations = tolerations;
}

/** The quality of service class that follows from requests and limits. */
export function qosClass(spec: PodSpec): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const resources = [...spec.containers, ...(spec.initContainers ?? [])].map((container) => container.resources ?? {});
  if (resources.every(({ limits, requests }) => count(limits) + count(requests) === 0)) return 'BestEffort';
  const guaranteed = resources.every(({ limits, requests }) =>
    ['cpu', 'memory'].every((name) => limits?.[name] !== undefined && limits[name] === requests?.[name]),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

function count(map: object | undefined): number {
  return Object.keys(map ?? {}).length;
}
