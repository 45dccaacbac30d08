import type { ClusterService, ClusterServicePort } from '../gather/snapshot.ts';

/** A change to a Service, field by field; what is absent stays, null removes. */
export interface ServiceEdit {
  readonly type?: 'LoadBalancer' | 'ClusterIP';
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string | null>>;
  /** The whole list; ports are compared by name, port, target and protocol. */
  readonly ports?: readonly ClusterServicePort[];
  /** Keys that vanish are null; null for the whole when the Service selects no pods. */
  readonly selector?: Readonly<Record<string, string | null>> | null;
  readonly externalTrafficPolicy?: 'Cluster' | 'Local' | null;
  readonly loadBalancerIp?: string | null;
}

/** What has to stand on a Service; null means absent, what is not mentioned is not ours. */
export interface WantedFields {
  readonly type?: 'LoadBalancer' | 'ClusterIP';
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string | null>>;
  readonly ports?: readonly ClusterServicePort[];
  readonly selector?: Readonly<Record<string, string>> | null;
  readonly externalTrafficPolicy?: 'Cluster' | 'Local' | null;
  readonly loadBalancerIp?: string | null;
}

/** The edit that brings a Service to the wanted fields, or undefined when it already has them. */
export function editService(service: ClusterService, wanted: WantedFields): ServiceEdit | undefined {
  const edit: ServiceEdit = {
    ...(wanted.type !== undefined && wanted.type !== service.type ? { type: wanted.type } : {}),
    ...editLabels(service.labels, wanted.labels ?? {}),
    ...editAnnotations(service.annotations, wanted.annotations ?? {}),
    ...editPorts(service, wanted),
    ...editSelector(service.selector, wanted.selector),
    ...editPolicy(service, wanted.externalTrafficPolicy),
    ...editRequest(service.loadBalancerIp, wanted.loadBalancerIp),
  };
  return Object.keys(edit).length === 0 ? undefined : edit;
}

/** Ports are sent again when the type changes: node ports given to the old type must not stay. */
function editPorts(service: ClusterService, { ports, type }: WantedFields): Pick<ServiceEdit, 'ports'> {
  if (ports === undefined) return {};
  const sameType = type === undefined || type === service.type;
  return sameType && portsText(ports) === portsText(service.ports) ? {} : { ports };
}

function editLabels(
  actual: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): Pick<ServiceEdit, 'labels'> {
  const changed = Object.entries(wanted).filter(([key, value]) => actual[key] !== value);
  return changed.length === 0 ? {} : { labels: Object.fromEntries(changed) };
}

function editAnnotations(
  actual: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string | null>>,
): Pick<ServiceEdit, 'annotations'> {
  const changed = Object.entries(wanted).filter(([key, value]) => (actual[key] ?? null) !== value);
  return changed.length === 0 ? {} : { annotations: Object.fromEntries(changed) };
}

function editSelector(
  actual: Readonly<Record<string, string>> | undefined,
  wanted: Readonly<Record<string, string>> | null | undefined,
): Pick<ServiceEdit, 'selector'> {
  if (wanted === undefined) return {};
  if (wanted === null) return actual === undefined ? {} : { selector: null };
  const gone = Object.keys(actual ?? {}).filter((key) => wanted[key] === undefined);
  const changed = Object.entries(wanted).filter(([key, value]) => actual?.[key] !== value);
  if (gone.length + changed.length === 0) return {};
  return { selector: { ...Object.fromEntries(gone.map((key) => [key, null])), ...Object.fromEntries(changed) } };
}

/** The API server answers `Cluster` where nothing was said, and nothing at all for internal Services. */
function editPolicy(
  service: ClusterService,
  wanted: WantedFields['externalTrafficPolicy'],
): Pick<ServiceEdit, 'externalTrafficPolicy'> {
  if (wanted === undefined) return {};
  if (wanted === null) return service.externalTrafficPolicy === undefined ? {} : { externalTrafficPolicy: null };
  return (service.externalTrafficPolicy ?? 'Cluster') === wanted ? {} : { externalTrafficPolicy: wanted };
}

function editRequest(actual: string, wanted: string | null | undefined): Pick<ServiceEdit, 'loadBalancerIp'> {
  return wanted === undefined || (wanted ?? '') === actual ? {} : { loadBalancerIp: wanted };
}

function portsText(ports: readonly ClusterServicePort[]): string {
  return JSON.stringify(
    ports.map(({ name, port, targetPort, protocol }) => [name ?? '', port, targetPort, protocol]).sort(),
  );
}

/** The Service as it stands after the edit, its status untouched. */
export function applyServiceEdit(service: ClusterService, edit: ServiceEdit): ClusterService {
  const { type, labels, annotations, ports, selector, externalTrafficPolicy, loadBalancerIp } = edit;
  return {
    ...service,
    ...(type === undefined ? {} : { type }),
    ...(labels === undefined ? {} : { labels: { ...service.labels, ...labels } }),
    ...(annotations === undefined ? {} : { annotations: mergeMap(service.annotations, annotations) }),
    ...(ports === undefined ? {} : { ports }),
    ...(selector === undefined
      ? {}
      : { selector: selector === null ? undefined : mergeMap(service.selector ?? {}, selector) }),
    ...(externalTrafficPolicy === undefined ? {} : { externalTrafficPolicy: externalTrafficPolicy ?? undefined }),
    ...(loadBalancerIp === undefined ? {} : { loadBalancerIp: loadBalancerIp ?? '' }),
  };
}

function mergeMap(
  map: Readonly<Record<string, string>>,
  changes: Readonly<Record<string, string | null>>,
): Record<string, string> {
  const merged = new Map(Object.entries(map));
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) merged.delete(key);
    else merged.set(key, value);
  }
  return Object.fromEntries(merged);
}
