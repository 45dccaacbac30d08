import { twinSize, type Reported, type ReportedService } from '@iotedge-networking/contract';

/**
 * Counted bytes that a report may have: a margin below the 32 KB of a twin section, since a patch is merged before it is counted.
 * Source: IoT Hub device-twin developer guide, "Device twin size".
 */
export const REPORT_BYTES = 30 * 1024;

interface Step {
  readonly says: string;
  readonly applies: (service: ReportedService) => boolean;
}

const isReady = ({ state }: ReportedService): boolean => state === 'Ready';

/** Details go first where nothing is wrong and nobody asked us; every Service keeps its addresses, state, reason and owner. */
const DETAIL_STEPS: readonly Step[] = [
  { says: 'details of ready Services of others', applies: (service) => isReady(service) && service.owner === 'other' },
  { says: 'details of ready Services of edgeAgent', applies: (service) => isReady(service) && service.owner === 'edgeAgent' },
  { says: 'details of ready Services of the module', applies: isReady },
  { says: 'details of all Services', applies: () => true },
];

/** Whole Services go last, ready ones first, and of these those of others first. */
const OMISSION_STEPS: readonly Step[] = [
  { says: 'ready Services of others', applies: (service) => isReady(service) && service.owner === 'other' },
  { says: 'ready Services', applies: isReady },
  { says: 'Services', applies: () => true },
];

/**
 * Makes a report small enough for a twin by leaving things out in a fixed order: (1–4) details of ready Services of others, of edgeAgent, of the module,
 * then of all; (5) the table of addresses; (6–8) whole Services: ready ones of others, all ready ones, the rest, each from the end of the alphabet.
 * Says in `summary.truncated` what is missing; `getServices` has the full list.
 */
export function fitReport(report: Reported, limit: number = REPORT_BYTES): Reported {
  if (twinSize(report) <= limit) return report;
  const left: string[] = [];
  let fitted = report;
  for (const step of DETAIL_STEPS) {
    fitted = withoutDetails(fitted, step);
    left.push(step.says);
    if (fits(fitted, left, limit)) return withNote(fitted, left);
  }
  fitted = { ...fitted, addresses: {} };
  left.push('the table of addresses');
  for (const step of OMISSION_STEPS) {
    if (fits(fitted, left, limit)) break;
    const { report: shorter, count } = withoutServices(fitted, step, limit - noteSize([...left, step.says]));
    fitted = shorter;
    if (count > 0) left.push(`${count} ${step.says}`);
  }
  return withNote(fitted, left);
}

function withNote(report: Reported, left: readonly string[]): Reported {
  return { ...report, summary: { ...report.summary, truncated: noteOf(left) } };
}

function noteOf(left: readonly string[]): string {
  const details = left.filter((text) => text.startsWith('details'));
  const lastDetails = details.slice(-1);
  return [...lastDetails, ...left.filter((text) => !text.startsWith('details'))].join('; ');
}

/** The count of Services takes up to ten digits more. */
function noteSize(left: readonly string[]): number {
  return 'truncated'.length + noteOf(left).length + 10;
}

function fits(report: Reported, left: readonly string[], limit: number): boolean {
  return twinSize(report) + noteSize(left) <= limit;
}

function withoutDetails(report: Reported, step: Step): Reported {
  const services = mapServices(report, (service) => (step.applies(service) ? bare(service) : service));
  return { ...report, services };
}

function bare({ ips, state, reason, owner }: ReportedService): ReportedService {
  return { ...(ips === undefined || ips === '' ? {} : { ips }), state, reason, owner };
}

function mapServices(report: Reported, change: (service: ReportedService) => ReportedService): Reported['services'] {
  return Object.fromEntries(
    Object.entries(report.services).map(([namespace, services]) => [
      namespace,
      Object.fromEntries(Object.entries(services).map(([name, service]) => [name, change(service)])),
    ]),
  );
}

interface Placed {
  readonly namespace: string;
  readonly name: string;
  readonly service: ReportedService;
}

/** Leaves out as many Services as it takes, and no more. */
function withoutServices(report: Reported, step: Step, limit: number): { report: Reported; count: number } {
  const placed = Object.entries(report.services).flatMap(([namespace, services]) =>
    Object.entries(services).map(([name, service]): Placed => ({ namespace, name, service })),
  );
  let size = twinSize(report);
  const gone = new Set<string>();
  for (const one of placed.filter(({ service }) => step.applies(service)).sort(byName).reverse()) {
    if (size <= limit) break;
    gone.add(placeOf(one));
    size -= twinSize({ [one.name]: one.service });
  }
  const kept = placed.filter((one) => !gone.has(placeOf(one)));
  const services: Record<string, Record<string, ReportedService>> = {};
  for (const { namespace, name, service } of kept) (services[namespace] ??= {})[name] = service;
  return { report: { ...report, services }, count: gone.size };
}

function placeOf({ namespace, name }: Placed): string {
  return `${namespace}/${name}`;
}

function byName(a: Placed, b: Placed): number {
  return placeOf(a) < placeOf(b) ? -1 : 1;
}
