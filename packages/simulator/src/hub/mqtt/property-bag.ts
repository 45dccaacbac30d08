/** Properties of a message as they travel in its topic: system ones start with `$.`. */
export interface PropertyBag {
  readonly system: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, string>>;
}

/** Reads `%24.on=out1&name=value`; a slash after it, which the SDK adds for outputs, is ignored. */
export function parsePropertyBag(text: string): PropertyBag {
  const pairs = text
    .replace(/\/$/, '')
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair): [string, string] => {
      const at = pair.indexOf('=');
      return at < 0 ? [decode(pair), ''] : [decode(pair.slice(0, at)), decode(pair.slice(at + 1))];
    });
  return {
    system: Object.fromEntries(pairs.filter(([name]) => name.startsWith('$.'))),
    properties: Object.fromEntries(pairs.filter(([name]) => !name.startsWith('$.'))),
  };
}

/** Writes properties the way {@link parsePropertyBag} reads them. */
export function formatPropertyBag(properties: Readonly<Record<string, string>>): string {
  return Object.entries(properties)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
