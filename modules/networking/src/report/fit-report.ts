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
  {
    says: 'details of ready Services of edgeAgent and others',
    applies: (service) => isReady(service) && service.owner !== 'module',
  },
  { says: 'details of ready Services', applies: isReady },
  { says: 'details of all Services', applies: () => true },
];

/** Whole Services go last, ready ones first, and of these those of others first. */
const OMISSION_STEPS: readonly Step[] = [
  { says: 'ready Services of others', applies: (service) => isReady(service) && service.owner === 'other' },
  { says: 'ready Services', applies: isReady },
  { says: 'Services', applies: () => true },
];

/** A Service with what it takes in the twin, whole and bare. */
interface Sized {
  readonly namespace: string;
  readonly name: string;
  readonly service: ReportedService;
  readonly size: number;
  readonly bare: ReportedService;
  readonly bareSize: number;
}

/**
 * Makes a report small enough for a twin by leaving things out in a fixed order: (1–4) details of ready Services of others, of edgeAgent, of the module,
 * then of all; (5) the table of addresses; (6–8) whole Services: ready ones of others, all ready ones, the rest, each from the end of the alphabet.
 * Says in `summary.truncated` what is missing; `getServices` has the full list.
 */
export function fitReport(report: Reported, limit: number = REPORT_BYTES): Reported {
  const total = twinSize(report);
  if (total <= limit) return report;
  const services = sized(report);
  const rest = total - services.reduce((sum, { size }) => sum + size, 0);
  for (const step of DETAIL_STEPS) {
    const fitted = services.map((one) => (step.applies(one.service) ? asBare(one) : one));
    const size = fitted.reduce((sum, one) => sum + one.size, rest);
    if (size + noteSize([step.says]) <= limit) return assemble(report, fitted, [step.says]);
  }
  return omit(report, services.map(asBare), rest, limit);
}

function omit(report: Reported, services: readonly Sized[], rest: number, limit: number): Reported {
  const notes = ['details of all Services', 'the table of addresses'];
  const bareRest = rest - twinSize(report.addresses);
  let kept = services;
  const fits = (): boolean => sizeOf(kept) <= limit - bareRest - noteSize(notes);
  for (const step of OMISSION_STEPS) {
    if (fits()) break;
    const room = limit - bareRest - noteSize([...notes, step.says]);
    const shorter = withoutLast(kept, step, room);
    if (shorter.length < kept.length) notes.push(`${kept.length - shorter.length} ${step.says}`);
    kept = shorter;
  }
  return assemble({ ...report, addresses: {} }, kept, notes);
}

function assemble(report: Reported, services: readonly Sized[], notes: readonly string[]): Reported {
  const byNamespace: Record<string, Record<string, ReportedService>> = {};
  for (const { namespace, name, service } of services) (byNamespace[namespace] ??= {})[name] = service;
  return { ...report, services: byNamespace, summary: { ...report.summary, truncated: notes.join('; ') } };
}

/** The counts of Services take up to ten digits more. */
function noteSize(notes: readonly string[]): number {
  return 'truncated'.length + notes.join('; ').length + 10;
}

function sized({ services }: Reported): readonly Sized[] {
  return Object.entries(services).flatMap(([namespace, named]) =>
    Object.entries(named).map(([name, service]): Sized => {
      const bare = bareOf(service);
      return {
        namespace,
        name,
        service,
        size: twinSize({ [name]: service }),
        bare,
        bareSize: twinSize({ [name]: bare }),
      };
    }),
  );
}

function asBare(one: Sized): Sized {
  return { ...one, service: one.bare, size: one.bareSize };
}

function bareOf({ ips, state, reason, owner }: ReportedService): ReportedService {
  return { ...(ips === undefined || ips === '' ? {} : { ips }), state, reason, owner };
}

function sizeOf(services: readonly Sized[]): number {
  return services.reduce((sum, { size }) => sum + size, 0);
}

/** Leaves out as many Services as it takes, from the end of the alphabet, and no more. */
function withoutLast(services: readonly Sized[], step: Step, room: number): readonly Sized[] {
  let size = sizeOf(services);
  const placeOf = ({ namespace, name }: Sized): string => `${namespace}/${name}`;
  const candidates = services
    .filter(({ service }) => step.applies(service))
    .sort((a, b) => (placeOf(a) < placeOf(b) ? 1 : -1));
  const gone = new Set<Sized>();
  for (const one of candidates) {
    if (size <= room) break;
    gone.add(one);
    size -= one.size;
  }
  return services.filter((one) => !gone.has(one));
}
