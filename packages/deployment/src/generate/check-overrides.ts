import { nearestName, type Problem } from '@iotedge-networking/contract';
import type { DeviceScope } from './device-scope.ts';

/** A device may change the fleet's applications, not add to them: an override of an unknown one would be lost in silence. */
export function checkOverrides({ file, index }: DeviceScope): readonly Problem[] {
  const known = Object.keys(file.apps ?? {});
  const overridden = Object.keys(file.devices?.[index]?.apps ?? {});
  return overridden
    .filter((name) => !known.includes(name))
    .map((name) => {
      const nearest = nearestName(name, known);
      const fix = nearest === undefined ? `Add it under apps first.` : `Did you mean "${nearest}"?`;
      const message = `There is no application "${name}" to change.`;
      return { code: 'unknown-app', path: `devices[${index}].apps.${name}`, message, fix };
    });
}
