import { isTwinObject, type TwinObject } from '@iotedge-networking/contract';
import { readConfigurationContent } from './configuration-content.ts';
import { HubError } from './hub-error.ts';
import { optionalInteger, optionalObject, optionalText } from './json-input.ts';
import { readQuery, readTarget } from './read-query.ts';

/** An automatic deployment or configuration as it is stored. */
export interface Configuration {
  readonly id: string;
  readonly schemaVersion: string;
  readonly labels: TwinObject;
  /** As it was sent; cannot change afterwards. */
  readonly content: TwinObject;
  /** `*`, a condition, or empty: then it targets nothing. */
  readonly targetCondition: string;
  readonly priority: number;
  /** Custom metric queries by name. */
  readonly metrics: Readonly<Record<string, string>>;
  readonly createdTimeUtc: string;
  readonly lastUpdatedTimeUtc: string;
  /** Counter behind the etag. */
  readonly etag: number;
}

const ID = /^[a-z0-9\-:+%_#*?!(),=@;$'.]{1,128}$/;
const CUSTOM_METRICS = 5;
const PRIORITY = { min: 0, max: 2_147_483_647 };

/** Refuses ids the service refuses: at most 128 lower-case letters, digits and a small set of signs. */
export function checkConfigurationId(id: string): void {
  if (!ID.test(id)) throw new HubError('ArgumentInvalid', `configuration id '${id}' is not a valid id`);
}

/** Reads the parts of a configuration that may change after creation, and checks the queries in it. */
export function readMutableParts(
  body: TwinObject,
): Pick<Configuration, 'labels' | 'metrics' | 'priority' | 'schemaVersion' | 'targetCondition'> {
  const targetCondition = optionalText(body['targetCondition'], 'targetCondition') ?? '';
  if (targetCondition !== '') readTarget(targetCondition);
  return {
    schemaVersion: optionalText(body['schemaVersion'], 'schemaVersion') ?? '1.0',
    labels: readLabels(body['labels']),
    targetCondition,
    priority: optionalInteger(body['priority'], 'priority', PRIORITY) ?? 0,
    metrics: readMetrics(body['metrics']),
  };
}

/** Reads and checks the content, which is kept as it was sent. */
export function readContent(body: TwinObject): TwinObject {
  const content = body['content'];
  if (!isTwinObject(content)) throw new HubError('InvalidConfigurationContent', 'content must be a JSON object');
  readConfigurationContent(content);
  return content;
}

function readLabels(input: unknown): TwinObject {
  const labels = optionalObject(input, 'labels') ?? {};
  for (const [name, value] of Object.entries(labels)) optionalText(value, `labels.${name}`);
  return labels;
}

function readMetrics(input: unknown): Readonly<Record<string, string>> {
  const metrics = Object.entries(
    optionalObject(optionalObject(input, 'metrics')?.['queries'], 'metrics.queries') ?? {},
  );
  if (metrics.length > CUSTOM_METRICS)
    throw new HubError(
      'InvalidConfigurationCustomMetricsQuery',
      `at most ${CUSTOM_METRICS} custom metric queries are allowed`,
    );
  return Object.fromEntries(
    metrics.map(([name, query]): [string, string] => {
      const text = optionalText(query, `metrics.queries.${name}`) ?? '';
      readQuery(text, 'InvalidConfigurationCustomMetricsQuery');
      return [name, text];
    }),
  );
}
