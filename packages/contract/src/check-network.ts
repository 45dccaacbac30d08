import type { AddressClaim, AddressPlan } from './address-plan.ts';
import { checkAddressPlan } from './check-address-plan.ts';
import { layerPath } from './device-layers.ts';
import { parseLabelSelector } from './label-selector.ts';
import { nearestName } from './nearest-name.ts';
import { networkSchema, type NetworkFile } from './network-schema.ts';
import { planOfCompute } from './plan-of-compute.ts';
import type { Outcome, Problem } from './problem.ts';
import { resolveNetwork, type DeviceNetwork, type DeviceService, type Network } from './resolve-network.ts';
import { checkShape, salvageShape } from './schema-problems.ts';

/** A network file that was understood, with the warnings that do not stop it. */
export interface CheckedNetwork {
  readonly file: NetworkFile;
  readonly network: Network;
  readonly warnings: readonly Problem[];
}

/** Checks a parsed network.yaml: shape first, then the rules about addresses, ports and selectors of every device. All problems at once. */
export function checkNetwork(document: unknown): Outcome<CheckedNetwork> {
  const shape = checkShape(networkSchema, document);
  const file = shape.ok ? shape.value : salvageShape(networkSchema, document);
  if (file === undefined) return { ok: false, problems: shape.ok ? [] : shape.problems };
  const network = resolveNetwork(file);
  const meaning = [
    ...checkEntries(file),
    ...duplicateDevices(network),
    ...checkGroups(file),
    ...checkDevices(file, network),
  ];
  const problems = unique(shape.ok ? meaning : [...shape.problems, ...withoutRepeats(meaning, shape.problems)]);
  const errors = problems.filter((problem) => problem.level !== 'warning');
  if (errors.length > 0) return { ok: false, problems };
  return { ok: true, value: { file, network, warnings: problems } };
}

/** What was taken out of a broken file must not be called missing or wrong a second time. */
function withoutRepeats(meaning: readonly Problem[], shape: readonly Problem[]): readonly Problem[] {
  return meaning.filter(
    ({ path }) => !shape.some((known) => known.path.startsWith(path) || path.startsWith(known.path)),
  );
}

function unique(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [`${problem.path} ${problem.message}`, problem])).values()];
}

function checkEntries(file: NetworkFile): readonly Problem[] {
  const apps = Object.entries(file.apps ?? {}).map(([name, app]) => ({
    path: `apps.${name}`,
    entry: app,
    exposed: (app.expose ?? 'none') !== 'none',
  }));
  const services = Object.entries(file.services ?? {}).map(([name, service]) => ({
    path: `services.${name}`,
    entry: service,
    exposed: service.adopt === undefined && service.expose !== 'none',
  }));
  return [
    ...[...apps, ...services].flatMap(({ path, entry, exposed }) =>
      exposed && Object.keys(entry.ports ?? {}).length === 0
        ? [
            {
              code: 'missing',
              path: `${path}.ports`,
              message: 'An exposed entry needs at least one port.',
              fix: 'Add for example ports: { http: { port: 8080 } }.',
            },
          ]
        : [],
    ),
    ...Object.entries(file.services ?? {}).flatMap(([name, service]) => checkServiceEntry(`services.${name}`, service)),
  ];
}

function checkServiceEntry(path: string, service: NonNullable<NetworkFile['services']>[string]): readonly Problem[] {
  const both = service.selector !== undefined && service.adopt !== undefined;
  if (both)
    return [
      {
        code: 'conflict',
        path,
        message: 'has both selector and adopt.',
        fix: 'Keep selector to make a Service, or adopt to take one over.',
      },
    ];
  if (service.selector === undefined && service.adopt === undefined)
    return [{ code: 'missing', path, message: 'needs selector (to make a Service) or adopt (to take one over).' }];
  if (typeof service.selector === 'string' && (parseLabelSelector(service.selector)?.length ?? 0) === 0)
    return [
      {
        code: 'invalid-selector',
        path: `${path}.selector`,
        message: `"${service.selector}" is not a label selector.`,
        fix: 'Write for example app=hmi.',
      },
    ];
  return [];
}

function duplicateDevices(network: Network): readonly Problem[] {
  const seen = new Set<string>();
  return network.devices.flatMap((device, index) => {
    if (!seen.has(device.id)) {
      seen.add(device.id);
      return [];
    }
    return [
      {
        code: 'duplicate-device',
        path: `devices[${index}].id`,
        message: `Device "${device.id}" is listed twice.`,
        fix: 'Keep one entry per device.',
      },
    ];
  });
}

/** Every group that a device names exists, and every group has a device. */
function checkGroups(file: NetworkFile): readonly Problem[] {
  const known = Object.keys(file.groups ?? {});
  const named = new Set((file.devices ?? []).map(({ group }) => group));
  const unknown = (file.devices ?? []).flatMap(({ group }, index) =>
    group === undefined || known.includes(group) ? [] : [unknownGroup(group, known, `devices[${index}].group`)],
  );
  const unused = known.filter((name) => !named.has(name));
  return [
    ...unknown,
    ...unused.map((name): Problem => {
      const message = `No device is in the group "${name}".`;
      const fix = `Write group: ${name} at a device, or remove the group.`;
      return { code: 'unused-group', path: `groups.${name}`, message, fix, level: 'warning' };
    }),
  ];
}

function unknownGroup(group: string, known: readonly string[], path: string): Problem {
  const nearest = nearestName(group, known);
  const list = known.length === 0 ? 'Add it under groups first.' : `Known groups: ${known.join(', ')}.`;
  const fix = nearest === undefined ? list : `Did you mean "${nearest}"?`;
  return { code: 'unknown-group', path, message: `There is no group "${group}".`, fix };
}

function checkDevices(file: NetworkFile, network: Network): readonly Problem[] {
  const devices =
    network.devices.length > 0 ? network.devices : resolveNetwork({ ...file, devices: [{ id: 'fleet' }] }).devices;
  return devices.flatMap((device, index) => {
    const source = sourceOf(file, index);
    return [...checkPoolManager(network, device, source), ...checkAddressPlan(planOfDevice(network, device, source))];
  });
}

/** On an Azure Stack Edge the device's own page makes MetalLB's pools; two that write them would undo each other's work. */
function checkPoolManager({ profile }: Network, { computeNetwork }: DeviceNetwork, source: Source): readonly Problem[] {
  if (!computeNetwork.managePools || profile === 'kubernetes') return [];
  const path = source('computeNetwork', ['managePools']);
  const message = `In profile ${profile} the pools of MetalLB belong to the device, and the networking module must not manage them.`;
  const fix =
    'Take managePools out and set the external service IPs on the page "Compute network" of the device; or write profile: kubernetes, where the cluster is not the device’s.';
  return [{ code: 'not-in-profile', path, message, fix }];
}

/** Tells from which place of the file a value of a device came: its own entry where it has one, its group's, or the fleet's. */
type Source = (section: 'computeNetwork' | 'apps' | 'services', path: readonly [string, ...string[]]) => string;

function sourceOf(file: NetworkFile, index: number): Source {
  return (section, path) =>
    section === 'services' ? ['services', ...path].join('.') : layerPath(file, index, section, path);
}

function planOfDevice(network: Network, device: DeviceNetwork, source: Source): AddressPlan {
  // A pool or a route is placed at its list; only a named address has a line of its own.
  return planOfCompute(device.computeNetwork, claimsOf(network, device, source), (field, ...inside) =>
    source('computeNetwork', field === 'otherAddresses' ? [field, ...inside.map(String)] : [field]),
  );
}

function claimsOf(network: Network, device: DeviceNetwork, source: Source): readonly AddressClaim[] {
  const entries = [
    ...device.apps.map((app) => ({ section: 'apps' as const, owner: `${network.namespace}/${app.name}`, entry: app })),
    ...device.services.map((entry) => ({ section: 'services' as const, owner: ownerOf(entry), entry })),
  ];
  return entries.flatMap(({ section, owner, entry }) => {
    if (entry.expose === 'none') return [];
    const addressPath = source(section, [entry.name, 'address']);
    return [
      {
        path: addressPath.slice(0, -'.address'.length),
        owner,
        expose: entry.expose,
        address: entry.address,
        pool: entry.pool,
        shareKey: entry.shareAddress,
        trafficPolicy: entry.externalTrafficPolicy ?? 'Cluster',
        ports: Object.values(entry.ports),
      },
    ];
  });
}

/** `namespace/name` of the Service that an entry of `services` makes or adopts. */
export function ownerOf(service: DeviceService): string {
  return `${service.namespace}/${service.adopt ?? service.name}`;
}
