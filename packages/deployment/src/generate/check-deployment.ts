import type { Network, NetworkFile, Problem } from '@iotedge-networking/contract';
import { checkManifest } from './check-manifest.ts';
import { checkModules } from './check-modules.ts';
import { checkPoolDemand } from './check-pool-demand.ts';
import { checkProfile } from './check-profile.ts';
import { checkTwins } from './check-twins.ts';
import { deviceScopes } from './device-scope.ts';

/**
 * Everything that would go wrong with the deployments of a network, of every device at once, with paths into network.yaml.
 * What several devices have in common is said once.
 */
export function checkDeployment(network: Network, file: NetworkFile): readonly Problem[] {
  const problems = deviceScopes(network, file).flatMap((scope) => [
    ...checkProfile(scope),
    ...checkModules(scope),
    ...checkPoolDemand(scope),
    ...checkTwins(scope),
    ...checkManifest(scope),
  ]);
  return [...new Map(problems.map((problem) => [`${problem.path}\n${problem.message}`, problem])).values()];
}
