import type { Network, NetworkFile, Problem } from '@iotedge-networking/contract';
import { checkBgp } from './check-bgp.ts';
import { checkManifest } from './check-manifest.ts';
import { checkModules } from './check-modules.ts';
import { checkOverrides } from './check-overrides.ts';
import { poolDemandCheck } from './check-pool-demand.ts';
import { checkProfile } from './check-profile.ts';
import { checkReservedAddresses, checkReservedPorts } from './check-reserved.ts';
import { twinsCheck } from './check-twins.ts';
import { checkTargetConditions } from './check-target-conditions.ts';
import { deviceScopes, type DeviceScope } from './device-scope.ts';

/**
 * Everything that would go wrong with the deployments of a network, of every device at once, with paths into network.yaml.
 * What several devices have in common is looked at and said once, so that a fleet costs little more than its differences.
 */
export function checkDeployment(network: Network, file: NetworkFile): readonly Problem[] {
  const scopes = deviceScopes(network, file);
  const poolDemand = poolDemandCheck();
  const twins = twinsCheck(network);
  const problems = [
    ...checkTargetConditions(network),
    ...withDistinctApps(scopes).flatMap((scope) => [
      ...checkProfile(scope),
      ...checkModules(scope),
      ...checkManifest(scope),
      ...checkReservedPorts(scope),
    ]),
    ...scopes.flatMap((scope) => [
      ...checkOverrides(scope),
      ...checkBgp(scope),
      ...checkReservedAddresses(scope),
      ...poolDemand(scope),
      ...twins(scope),
    ]),
  ];
  return [...new Map(problems.map((problem) => [`${problem.path}\n${problem.message}`, problem])).values()];
}

/** The first device of each set of applications, which devices that say the same share; services are the same on all devices. */
function withDistinctApps(scopes: readonly DeviceScope[]): readonly DeviceScope[] {
  const first = new Map<unknown, DeviceScope>();
  for (const scope of scopes) if (!first.has(scope.device.apps)) first.set(scope.device.apps, scope);
  return [...first.values()];
}
