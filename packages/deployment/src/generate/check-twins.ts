import { checkTwinSection, TWIN_LIMITS, type Network, type Problem } from '@iotedge-networking/contract';
import { desiredMaker } from './desired.ts';
import { entryPath, type DeviceScope } from './device-scope.ts';
import { twinMeasure } from './twin-measure.ts';

/** Tags have a smaller budget than the other sections. Source: IoT Hub device-twin developer guide. */
const TAGS_LIMITS = { ...TWIN_LIMITS, sectionBytes: 8192 };

/**
 * Makes the check of what the hub would refuse of the networking module's desired properties and of a device's tags: sizes, keys, values, depth. What several
 * devices have in common is looked at once.
 */
export function twinsCheck(network: Network): (scope: DeviceScope) => readonly Problem[] {
  const desiredOf = desiredMaker(network);
  const measure = twinMeasure();
  const servicesProblems = new WeakMap<object, readonly Problem[]>();
  const problemsOfServices = (services: object = NO_SERVICES): readonly Problem[] => {
    const known = servicesProblems.get(services) ?? checkTwinSection({ services }, ANY_SIZE);
    servicesProblems.set(services, known);
    return known;
  };
  return (scope) => {
    const desired = desiredOf(scope.device);
    const { services, ...own } = desired;
    const isTooLarge = measure(desired) > TWIN_LIMITS.sectionBytes;
    const problems = isTooLarge
      ? checkTwinSection(desired, TWIN_LIMITS)
      : [...checkTwinSection(own, ANY_SIZE), ...problemsOfServices(services)];
    return [
      ...problems.map((problem) => ({ ...problem, path: pathOfDesired(scope, problem.path) })),
      ...checkTags(scope),
    ];
  };
}

const NO_SERVICES = {};

const ANY_SIZE = { ...TWIN_LIMITS, sectionBytes: Infinity };

function checkTags({ device, index }: DeviceScope): readonly Problem[] {
  return checkTwinSection(device.tags, TAGS_LIMITS).map((problem) => ({
    ...problem,
    path: [`devices[${index}].tags`, problem.path].filter((part) => part !== '').join('.'),
  }));
}

function pathOfDesired(scope: DeviceScope, path: string): string {
  const [, namespace = '', name = ''] = /^services\.([^.]+)\.([^.]+)/.exec(path) ?? [];
  if (name !== '') return entryPath(scope, namespace, name);
  return path === '' ? 'services' : path;
}
