import type { TwinObject } from '@iotedge-networking/contract';
import { isDeepStrictEqual } from 'node:util';
import { checkConfigurationId, readContent, readMutableParts, type Configuration } from './configuration.ts';
import { HubError } from './hub-error.ts';
import type { HubStore } from './hub-store.ts';
import { optionalObject, optionalText } from './json-input.ts';
import { requireMatch } from './precondition.ts';
import { readQuery, readTarget } from './read-query.ts';

// A paid hub; the free one has 10.
const CONFIGURATIONS = 100;

/** PUT without If-Match: creates. */
export function createConfiguration(store: HubStore, id: string, body: TwinObject): Configuration {
  checkConfigurationId(id);
  if (store.configurations.has(id))
    throw new HubError('ConfigurationAlreadyExists', `a configuration with id '${id}' already exists`);
  if (store.configurations.size >= CONFIGURATIONS)
    throw new HubError('ConfigurationCountLimitExceeded', `a hub has at most ${CONFIGURATIONS} configurations`);
  const now = store.now().toISOString();
  const configuration = {
    id,
    ...readMutableParts(body),
    content: readContent(body),
    createdTimeUtc: now,
    lastUpdatedTimeUtc: now,
    etag: 1,
  };
  return save(store, configuration);
}

/** PUT with If-Match: updates everything but the content, which must be sent and must be the same. */
export function updateConfiguration(
  store: HubStore,
  id: string,
  { body, ifMatch }: { readonly body: TwinObject; readonly ifMatch: string },
): Configuration {
  const before = getConfiguration(store, id);
  requireMatch(ifMatch, configurationEtag(before));
  if (!isDeepStrictEqual(optionalObject(body['content'], 'content'), before.content))
    throw new HubError(
      'CannotModifyImmutableConfigurationContent',
      `the content of configuration '${id}' cannot change; create another one with a higher priority`,
    );
  const lastUpdatedTimeUtc = store.now().toISOString();
  return save(store, { ...before, ...readMutableParts(body), lastUpdatedTimeUtc, etag: before.etag + 1 });
}

/** The configuration, or the error a client would get. */
export function getConfiguration(store: HubStore, id: string): Configuration {
  const configuration = store.configurations.get(id);
  if (configuration === undefined) throw new HubError('ConfigurationNotFound', `configuration '${id}' does not exist`);
  return configuration;
}

/** DELETE; an If-Match header is optional here. */
export function deleteConfiguration(store: HubStore, id: string, ifMatch = '*'): void {
  requireMatch(ifMatch, configurationEtag(getConfiguration(store, id)));
  store.configurations.delete(id);
  store.events.emit('configuration', id);
}

/** The etag of a configuration: base64 of a counter, such as MQ==. */
export function configurationEtag({ etag }: Configuration): string {
  return Buffer.from(String(etag)).toString('base64');
}

/** POST /configurations/testQueries: what is wrong with each query, without storing anything. */
export function testQueries(body: TwinObject): TwinObject {
  const target = optionalText(body['targetCondition'], 'targetCondition') ?? '';
  const queries = Object.entries(optionalObject(body['customMetricQueries'], 'customMetricQueries') ?? {});
  const errors = queries
    .map(([name, query]): [string, string | null] => [name, problemOf(() => readQuery(String(query)))])
    .filter(([, problem]) => problem !== null);
  return {
    targetConditionError: target === '' ? null : problemOf(() => readTarget(target)),
    customMetricQueryErrors: Object.fromEntries(errors),
  };
}

function problemOf(read: () => unknown): string | null {
  try {
    read();
    return null;
  } catch (error) {
    if (error instanceof HubError) return error.message;
    throw error;
  }
}

function save(store: HubStore, configuration: Configuration): Configuration {
  store.configurations.set(configuration.id, configuration);
  store.events.emit('configuration', configuration.id);
  return configuration;
}
