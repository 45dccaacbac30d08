import { HubError, type HubErrorName } from './hub-error.ts';
import { parseQuery, parseTargetCondition, type Target } from './query/parse-query.ts';
import { QuerySyntaxError } from './query/query-tokens.ts';
import type { Query } from './query/query-tree.ts';

/** Reads a query, or answers as the service does to one it cannot read. */
export function readQuery(text: string, error: HubErrorName = 'ArgumentInvalid'): Query {
  return orHubError(() => parseQuery(text), error);
}

/** Reads a target condition, or answers as the service does to one it cannot read. */
export function readTarget(text: string, error: HubErrorName = 'InvalidConfigurationTargetCondition'): Target {
  return orHubError(() => parseTargetCondition(text), error);
}

function orHubError<T>(read: () => T, name: HubErrorName): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof QuerySyntaxError) throw new HubError(name, error.message);
    throw error;
  }
}
