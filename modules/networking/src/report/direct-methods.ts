import {
  decodeTwinKey,
  REASONS,
  utf8Length,
  type Reason,
  type Reported,
  type ReportedService,
} from '@iotedge-networking/contract';
import { z } from 'zod';
import type { PodBehind } from './pods-behind.ts';

/** What a direct method answers. */
export interface MethodAnswer {
  readonly status: number;
  readonly payload: object;
}

/** Answers a direct method by name. */
export type MethodHandler = (name: string, payload: unknown) => Promise<MethodAnswer>;

/** A direct method's payload may be 128 KB; this leaves room for the envelope. */
const PAGE_BYTES = 100_000;

const pageRequest = z.strictObject({
  offset: z.int().min(0).default(0),
  limit: z.int().min(1).max(1000).default(200),
  namespace: z.string().optional(),
});

const placeRequest = z.strictObject({ namespace: z.string().min(1), name: z.string().min(1) });

/** `getStatus`: everything but the Services. */
export function answerStatus(report: Reported): MethodAnswer {
  const { schemaVersion, module, desired, loadBalancer, pools, nodes, conditions, summary } = report;
  return { status: 200, payload: { schemaVersion, module, desired, loadBalancer, pools, nodes, conditions, summary } };
}

/**
 * `getServices` {offset, limit, namespace}: a page of the full list, ordered by namespace and name, with `total` and, when there is more, the `next` offset. A page
 * also ends where the payload would become too large.
 */
export function answerServices(report: Reported, payload: unknown): MethodAnswer {
  const request = pageRequest.safeParse(payload ?? {});
  if (!request.success) return badRequest(request.error);
  const { offset, limit, namespace } = request.data;
  const all = listServices(report).filter((service) => namespace === undefined || service.namespace === namespace);
  const page: PlacedService[] = [];
  let bytes = 0;
  for (const service of all.slice(offset, offset + limit)) {
    bytes += utf8Length(JSON.stringify(service)) + 1;
    if (page.length > 0 && bytes > PAGE_BYTES) break;
    page.push(service);
  }
  const next = offset + page.length;
  return { status: 200, payload: { services: page, total: all.length, ...(next < all.length ? { next } : {}) } };
}

/** `explain` {namespace, name}: the verdict on one Service, what it means, what mends it, and the way a client takes with the first broken hop marked, and the pods. */
export function answerExplain(
  report: Reported,
  payload: unknown,
  podsOf: (namespace: string, name: string) => readonly PodBehind[] = () => [],
): MethodAnswer {
  const request = placeRequest.safeParse(payload ?? {});
  if (!request.success) return badRequest(request.error);
  const { namespace, name } = request.data;
  const service = listServices(report).find((one) => one.namespace === namespace && one.name === name);
  if (service === undefined) {
    const message = `Service ${namespace}/${name} is not reported: it does not exist, or it is neither a LoadBalancer nor desired.`;
    return { status: 404, payload: { reason: 'ServiceNotFound', message, mend: REASONS.ServiceNotFound.mend } };
  }
  const reason: Reason = service.reason === '' ? 'Ready' : service.reason;
  return {
    status: 200,
    payload: { ...service, reason, ...REASONS[reason], hops: hopsOf(service), pods: podsOf(namespace, name) },
  };
}

interface PlacedService extends ReportedService {
  readonly namespace: string;
  readonly name: string;
}

function listServices({ services }: Reported): readonly PlacedService[] {
  const list = Object.entries(services).flatMap(([namespace, named]) =>
    Object.entries(named).map(([name, service]) => ({
      namespace: decodeTwinKey(namespace),
      name: decodeTwinKey(name),
      ...service,
    })),
  );
  const keyOf = ({ namespace, name }: PlacedService): string => `${namespace}/${name}`;
  return list.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

interface Hop {
  readonly hop: string;
  readonly ok: boolean;
  readonly value: string;
}

const ANNOUNCER_REASONS: readonly string[] = ['NotAnnounced', 'NodeExcluded'];

function hopsOf(service: PlacedService): readonly Hop[] {
  const { type, ips = '', node = '', ready = '', dns = '', clusterIp = '', reason } = service;
  const external: readonly Hop[] = [
    { hop: 'address', ok: ips !== '', value: ips },
    { hop: 'announcer', ok: ips !== '' && !ANNOUNCER_REASONS.includes(reason), value: node },
  ];
  return [
    ...(type === 'LoadBalancer' ? external : []),
    { hop: 'clusterIp', ok: clusterIp !== '', value: clusterIp },
    { hop: 'endpoints', ok: ready !== '' && !ready.startsWith('0/'), value: ready },
    { hop: 'dns', ok: reason !== 'DnsMismatch', value: dns },
  ];
}

function badRequest(error: z.ZodError): MethodAnswer {
  const message = error.issues
    .map(({ path, message: text }) => [path.join('.'), text].filter((part) => part !== '').join(': '))
    .join('; ');
  return { status: 400, payload: { message } };
}
