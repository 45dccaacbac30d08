import type { Environment } from '../network-file/environment-placeholders.ts';
import { isJsonObject, type JsonObject } from './sorted-json.ts';

/** A document with the registry credentials filled in, and the variables that were missing. */
export interface FilledCredentials<Document> {
  readonly document: Document;
  readonly missing: readonly string[];
}

/**
 * Fills the placeholders `$NAME` of `registryCredentials` from the environment, wherever they stand in a deployment; nothing else is touched. The result holds
 * secrets: send it, do not keep it.
 */
export function fillRegistryCredentials<Document extends object>(
  document: Document,
  environment: Environment,
): FilledCredentials<Document> {
  const missing = new Set<string>();
  const fillText = (value: unknown): unknown => {
    const name = typeof value === 'string' ? /^\$([A-Za-z_]\w*)$/.exec(value)?.[1] : undefined;
    if (name === undefined) return value;
    const found = environment[name];
    if (found === undefined || found === '') missing.add(name);
    return found ?? value;
  };
  const fillRegistry = (registry: unknown): unknown =>
    isJsonObject(registry) ? mapValues(registry, fillText) : registry;
  const walk = (value: unknown): unknown => {
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        key === 'registryCredentials' && isJsonObject(inner) ? mapValues(inner, fillRegistry) : walk(inner),
      ]),
    );
  };
  return { document: walk(document) as Document, missing: [...missing] };
}

function mapValues(object: JsonObject, change: (value: unknown) => unknown): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}

/** Reads a file `.env`: `NAME=value` per line, `#` comments, quotes around a value are taken off. */
export function readDotEnv(text: string): Environment {
  const lines = text.split(/\r?\n/).flatMap((line) => {
    const found = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line);
    return found === null ? [] : [[found[1] ?? '', unquoted(found[2] ?? '')] as const];
  });
  return Object.fromEntries(lines);
}

function unquoted(value: string): string {
  const quoted = /^(["'])(.*)\1$/.exec(value);
  return quoted?.[2] ?? value;
}
