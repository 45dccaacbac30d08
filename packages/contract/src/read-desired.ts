import type { AddressClaim, AddressPlan } from './address-plan.ts';
import { checkAddressPlan } from './check-address-plan.ts';
import { desiredSchema, type Desired, type DesiredService } from './desired-schema.ts';
import { parsePortMapping } from './port-mapping.ts';
import type { Outcome, Problem } from './problem.ts';
import { checkShape, salvageShape } from './schema-problems.ts';
import { TWIN_LIMITS } from './twin-limits.ts';
import { isTwinObject } from './twin-patch.ts';
import { twinSize } from './twin-size.ts';

/**
 * Reads the desired properties of the networking module as they stand in the twin (`$version` and `$metadata` are ignored) and
 * checks shape, size and address rules. Refused as a whole when anything is wrong: a half-good document is not applied.
 */
export function readDesired(section: unknown): Outcome<Desired> {
  const document = withoutSystemKeys(section);
  const shape = checkShape(desiredSchema, document);
  const readable = shape.ok ? shape.value : salvageShape(desiredSchema, document);
  const shapeProblems = shape.ok ? [] : shape.problems;
  const meaning = (readable === undefined ? [] : checkMeaning(readable)).filter(
    ({ path, level }) => level !== 'warning' && !shapeProblems.some((known) => known.path.startsWith(path)),
  );
  const problems = [...checkSize(document), ...shapeProblems, ...meaning];
  return shape.ok && problems.length === 0 ? shape : { ok: false, problems };
}

function withoutSystemKeys(section: unknown): unknown {
  if (!isTwinObject(section)) return section;
  return Object.fromEntries(Object.entries(section).filter(([key]) => !key.startsWith('$')));
}

function checkSize(document: unknown): readonly Problem[] {
  const size = twinSize(document);
  if (size <= TWIN_LIMITS.sectionBytes) return [];
  const message = `The desired properties count ${size} bytes; the limit is ${TWIN_LIMITS.sectionBytes}.`;
  return [{ code: 'section-too-large', path: '', message, fix: 'Remove Services, or split them over devices.' }];
}

function checkMeaning(desired: Desired): readonly Problem[] {
  return [...checkAddressPlan(planOfDesired(desired)), ...servicesOf(desired).flatMap(checkService)];
}

function checkService({ path, service }: PlacedService): readonly Problem[] {
  const ports = Object.keys(service.ports ?? {}).length;
  if (service.backends !== undefined && ports === 0)
    return [{ code: 'missing', path: `${path}.ports`, message: 'A Service with backends needs at least one port.' }];
  if (service.backends === undefined && ports > 0)
    return [
      {
        code: 'missing',
        path: `${path}.backends`,
        message: 'is required with ports.',
        fix: 'Add backends, or leave ports out to adopt an existing Service.',
      },
    ];
  return [];
}

interface PlacedService {
  readonly path: string;
  readonly owner: string;
  readonly service: DesiredService;
}

function servicesOf(desired: Desired): readonly PlacedService[] {
  return Object.entries(desired.services).flatMap(([namespace, services]) =>
    Object.entries(services).map(([name, service]) => ({
      path: `services.${namespace}.${name}`,
      owner: `${namespace}/${name}`,
      service,
    })),
  );
}

/** The address plan that desired properties declare, with twin paths. */
export function planOfDesired(desired: Desired): AddressPlan {
  const { nodeIps, podSubnet, clusterIpSubnet, externalServiceIps } = desired.computeNetwork;
  const declared = (name: string, text: string | undefined) =>
    text === undefined ? undefined : { path: `computeNetwork.${name}`, text };
  return {
    nodeIps: declared('nodeIps', nodeIps),
    podSubnet: declared('podSubnet', podSubnet),
    clusterIpSubnet: declared('clusterIpSubnet', clusterIpSubnet),
    pools: Object.entries(externalServiceIps).map(([name, text]) => ({
      name,
      ranges: text.split(',').map((part) => ({ path: `computeNetwork.externalServiceIps.${name}`, text: part.trim() })),
    })),
    claims: servicesOf(desired).map(claimOf),
  };
}

function claimOf({ path, owner, service }: PlacedService): AddressClaim {
  return {
    path,
    owner,
    expose: service.expose,
    address: service.address,
    pool: service.pool,
    shareKey: service.shareAddress,
    trafficPolicy: service.externalTrafficPolicy ?? 'Cluster',
    ports: Object.values(service.ports ?? {}).flatMap((text) => parsePortMapping(text) ?? []),
  };
}
