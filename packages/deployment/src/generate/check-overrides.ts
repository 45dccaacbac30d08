import { groupOf, nearestName, type Problem } from '@iotedge-networking/contract';
import type { DeviceScope } from './device-scope.ts';

/** A group or a device may change the fleet's applications, not add to them: an override of an unknown one would be lost in silence. */
export function checkOverrides({ file, index }: DeviceScope): readonly Problem[] {
  const known = Object.keys(file.apps ?? {});
  const device = file.devices?.[index];
  const group = device === undefined ? undefined : groupOf(file, device);
  return [
    ...unknownApps(device?.apps, known, `devices[${index}].apps`),
    ...unknownApps(group?.apps, known, `groups.${device?.group ?? ''}.apps`),
  ];
}

function unknownApps(overrides: object | undefined, known: readonly string[], place: string): readonly Problem[] {
  return Object.keys(overrides ?? {})
    .filter((name) => !known.includes(name))
    .map((name) => {
      const nearest = nearestName(name, known);
      const fix = nearest === undefined ? `Add it under apps first.` : `Did you mean "${nearest}"?`;
      const message = `There is no application "${name}" to change.`;
      return { code: 'unknown-app', path: `${place}.${name}`, message, fix };
    });
}
