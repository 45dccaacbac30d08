import type { Network, NetworkFile, Problem } from '@iotedge-networking/contract';
import { checkBgp } from './check-bgp.ts';
import { checkManifest } from './check-manifest.ts';
import { checkModules } from './check-modules.ts';
import { checkOverrides } from './check-overrides.ts';
import { checkPoolDemand } from './check-pool-demand.ts';
import { checkProfile } from './check-profile.ts';
import { checkReserved } from './check-reserved.ts';
import { checkTwins } from './check-twins.ts';
import { deviceScopes, type DeviceScope } from './device-scope.ts';

/**
 * Everything that would go wrong with the deployments of a network, of every device at once, with paths into network.yaml.
 * What several devices have in common is looked at and said once, so that a fleet costs little more than its differences.
 */
export function checkDeployment(network: Network, file: NetworkFile): readonly Problem[] {
  const scopes = deviceScopes(network, file);
  const problems = [
    ...withDistinctApps(scopes).flatMap((scope) => [
      ...checkProfile(scope),
      ...checkModules(scope),
      ...checkManifest(scope),
    ]),
    ...scopes.flatMap((scope) => [
      ...checkOverrides(scope),
      ...checkBgp(scope),
      ...checkReserved(scope),
      ...checkPoolDemand(scope),
      ...checkTwins(scope),
    ]),
  ];
  return [...new Map(problems.map((problem) => [`${problem.path}\n${problem.message}`, problem])).values()];
}

/** The first device of each set of applications; services are the same on all devices. */
function withDistinctApps(scopes: readonly DeviceScope[]): readonly DeviceScope[] {
  const first = new Map<string, DeviceScope>();
  for (const scope of scopes) {
    const key = JSON.stringify([scope.device.apps, scope.file.devices?.[scope.index]?.apps]);
    if (!first.has(key)) first.set(key, scope);
  }
  return [...first.values()];
}
