import { createHash } from 'node:crypto';
import type { Network } from '@iotedge-networking/contract';
import type { ConfigurationInput } from '../commands/hub-gateway.ts';
import type { FleetSplit } from '../generate/fleet-split.ts';
import { hubConfiguration, type ConfigurationKind } from '../generate/hub-configuration.ts';
import { sortKeys } from '../generate/sorted-json.ts';

/** Labels of a configuration that this program made. */
export const CONFIGURATION_LABELS = { maker: 'createdBy', network: 'network', family: 'deployment' } as const;

/** Value of the label that says who made a configuration. */
export const CONFIGURATION_MAKER = 'iotedge-net';

/** Whose base deployment the modules stand on: our own, or somebody else's that we put a layer on. */
export type DeploymentBase = 'own' | 'other';

/** Hexadecimal digits of the content's hash in an id. */
const DIGITS = 8;

/** Longest id of a configuration. */
const ID_LENGTH = 128;

const KINDS: Readonly<Record<DeploymentBase, readonly ConfigurationKind[]>> = {
  own: ['at-scale', 'module-configuration'],
  other: ['layered'],
};

/**
 * The automatic deployments of a network, as the hub is to hold them. A content cannot be changed on the hub, so the id ends in a hash of it: another content is another
 * configuration, and equal contents have one id wherever they are made.
 */
export function wantedConfigurations(
  network: Network,
  { deployments }: FleetSplit,
  base: DeploymentBase,
): readonly ConfigurationInput[] {
  return deployments.flatMap((split) =>
    KINDS[base]
      .map((kind) => hubConfiguration(network, split, kind))
      .filter(({ content }) => Object.values(content).some((section) => Object.keys(section).length > 0))
      .map(({ id, labels, content, targetCondition, priority, metrics }) => {
        const hash = createHash('sha256')
          .update(JSON.stringify(sortKeys(content)))
          .digest('hex')
          .slice(0, DIGITS);
        const unique = `${id.slice(0, ID_LENGTH - DIGITS - 1)}-${hash}`;
        // A metric may count by the configuration's own id.
        const queries = Object.entries(metrics.queries).map(([name, query]) => [
          name,
          query.replaceAll(`[[${id}]]`, `[[${unique}]]`),
        ]);
        return {
          id: unique,
          labels: {
            ...labels,
            [CONFIGURATION_LABELS.maker]: CONFIGURATION_MAKER,
            [CONFIGURATION_LABELS.network]: network.name,
            [CONFIGURATION_LABELS.family]: id,
          },
          content: { ...content },
          targetCondition,
          priority,
          metrics: Object.fromEntries(queries) as Record<string, string>,
        };
      }),
  );
}
