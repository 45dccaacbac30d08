import { checkTwinSection, TWIN_LIMITS, type Problem } from '@iotedge-networking/contract';
import { desiredOf } from './desired.ts';
import { entryPath, type DeviceScope } from './device-scope.ts';

/** Tags have a smaller budget than the other sections. Source: IoT Hub device-twin developer guide. */
const TAGS_LIMITS = { ...TWIN_LIMITS, sectionBytes: 8192 };

/** What the hub would refuse of the networking module's desired properties and of the device's tags: sizes, keys, values, depth. */
export function checkTwins(scope: DeviceScope): readonly Problem[] {
  const desired = checkTwinSection(desiredOf(scope.network, scope.device), TWIN_LIMITS);
  const tags = checkTwinSection(scope.device.tags, TAGS_LIMITS);
  return [
    ...desired.map((problem) => ({ ...problem, path: pathOfDesired(scope, problem.path) })),
    ...tags.map((problem) => ({
      ...problem,
      path: [`devices[${scope.index}].tags`, problem.path].filter((part) => part !== '').join('.'),
    })),
  ];
}

function pathOfDesired(scope: DeviceScope, path: string): string {
  const [, namespace = '', name = ''] = /^services\.([^.]+)\.([^.]+)/.exec(path) ?? [];
  if (name !== '') return entryPath(scope, namespace, name);
  return path === '' ? 'services' : path;
}
