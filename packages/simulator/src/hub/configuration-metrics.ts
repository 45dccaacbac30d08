import type { TwinObject } from '@iotedge-networking/contract';
import type { Configuration } from './configuration.ts';
import { readConfigurationContent } from './configuration-content.ts';
import { configurationEtag } from './configurations.ts';
import type { HubStore } from './hub-store.ts';
import { twinRows } from './query-rows.ts';
import { readQuery } from './read-query.ts';
import { runQuery } from './query/run-query.ts';

/** A configuration as the service answers it, with the metrics counted now. */
export function configurationDocument(store: HubStore, configuration: Configuration): TwinObject {
  const { id, schemaVersion, labels, content, targetCondition, priority, metrics } = configuration;
  const { createdTimeUtc, lastUpdatedTimeUtc } = configuration;
  return {
    id,
    schemaVersion,
    labels,
    content,
    targetCondition,
    createdTimeUtc,
    lastUpdatedTimeUtc,
    priority,
    systemMetrics: countAll(store, systemQueries(configuration)),
    metrics: countAll(store, metrics),
    etag: configurationEtag(configuration),
  };
}

function countAll(store: HubStore, queries: Readonly<Record<string, string>>): TwinObject {
  const counts = Object.entries(queries).map(([name, query]): [string, number] => [name, countRows(store, query)]);
  return { results: Object.fromEntries(counts), queries };
}

// A metric is the number of rows, or the number itself when the query counts.
function countRows(store: HubStore, text: string): number {
  const query = readQuery(text);
  if (query.source === 'devices.jobs') return 0;
  const rows = runQuery(query, twinRows(store, query.source));
  const [only] = rows.length === 1 ? Object.values(rows[0] ?? {}) : [];
  const counts = query.columns !== '*' && query.columns.some(({ aggregate }) => aggregate !== undefined);
  return counts && typeof only === 'number' ? only : rows.length;
}

function systemQueries({ id, content, targetCondition }: Configuration): Readonly<Record<string, string>> {
  const { kind } = readConfigurationContent(content);
  const status = `configurations.[[${id}]].status`;
  if (kind !== 'edge') {
    const source = kind === 'device' ? 'devices' : 'devices.modules';
    return {
      targetedCount: `select deviceId from ${source} where is_defined(${status})`,
      appliedCount: `select deviceId from ${source} where ${status} = 'Applied'`,
    };
  }
  const condition = targetCondition === '*' ? 'true' : targetCondition === '' ? 'false' : targetCondition;
  const applied = `select deviceId from devices.modules where moduleId = '$edgeAgent' and ${status} = 'Applied'`;
  const current = `${applied} and properties.desired.$version = properties.reported.lastDesiredVersion`;
  return {
    targetedCount: `select deviceId from devices where capabilities.iotEdge = true and (${condition})`,
    appliedCount: applied,
    reportedSuccessfulCount: `${current} and properties.reported.lastDesiredStatus.code = 200`,
    reportedFailedCount: `${current} and properties.reported.lastDesiredStatus.code != 200`,
  };
}
