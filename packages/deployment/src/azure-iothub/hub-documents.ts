import type { HubConfiguration, HubDevice, HubModuleTwin } from '../commands/hub-gateway.ts';
import { isJsonObject, type JsonObject } from '../generate/sorted-json.ts';
import { gatherSections } from './module-query.ts';

/** What the hub writes where a time never happened. */
const NEVER = '0001-01-01';

/** A device twin, whole or as the columns of a query. */
export function deviceOf(raw: unknown): HubDevice {
  const twin = objectOf(raw);
  return {
    id: String(twin.deviceId),
    iotEdge: objectOf(twin.capabilities).iotEdge === true,
    tags: withoutSystemKeys(twin.tags),
    remark: textOf(twin.statusReason),
    etag: textOf(twin.etag),
  };
}

/** A module twin. */
export function moduleTwinOf(raw: unknown): HubModuleTwin {
  const twin = objectOf(raw);
  const properties = objectOf(twin.properties);
  const desired = objectOf(properties.desired);
  const reported = objectOf(properties.reported);
  return {
    deviceId: String(twin.deviceId),
    moduleId: String(twin.moduleId),
    connectionState: textOf(twin.connectionState),
    desired: withoutSystemKeys(desired),
    desiredVersion: typeof desired.$version === 'number' ? desired.$version : undefined,
    reported: withoutSystemKeys(reported),
    tags: withoutSystemKeys(twin.tags),
    etag: textOf(twin.etag),
    lastSeen: latest([textOf(twin.lastActivityTime), lastReport(reported)]),
  };
}

/** A row of a query for module twins. */
export function moduleRowOf(raw: unknown): HubModuleTwin {
  return moduleTwinOf(gatherSections(objectOf(raw)));
}

/** A configuration with the metrics that the hub counted. */
export function configurationOf(raw: unknown): HubConfiguration {
  const document = objectOf(raw);
  return {
    id: String(document.id),
    labels: textsOf(document.labels),
    content: objectOf(document.content),
    targetCondition: textOf(document.targetCondition) ?? '',
    priority: typeof document.priority === 'number' ? document.priority : 0,
    metrics: textsOf(objectOf(document.metrics).queries),
    etag: textOf(document.etag),
    createdAt: textOf(document.createdTimeUtc),
    counts: numbersOf(objectOf(document.systemMetrics).results),
  };
}

// An empty section was stamped when the twin was made, which is no sign of life.
function lastReport(reported: JsonObject): string | undefined {
  return reported.$version === 1 ? undefined : textOf(objectOf(reported.$metadata).$lastUpdated);
}

function latest(times: readonly (string | undefined)[]): string | undefined {
  return times
    .filter((time) => time !== undefined && !time.startsWith(NEVER))
    .sort()
    .at(-1);
}

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function textsOf(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(objectOf(value)).map(([key, text]) => [key, String(text)]));
}

function numbersOf(value: unknown): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(objectOf(value)).map(([key, count]) => [key, Number(count)]));
}

function withoutSystemKeys(section: unknown): JsonObject {
  const object = objectOf(section);
  const keys = Object.keys(object);
  const own = keys.filter((key) => !key.startsWith('$'));
  return own.length === keys.length ? object : Object.fromEntries(own.map((key) => [key, object[key]]));
}
