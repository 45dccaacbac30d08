/** Tags as short texts by path (`location.site`); lists and nulls are left out. */
export function scalarTags(tags: Readonly<Record<string, unknown>>, prefix = ''): Readonly<Record<string, string>> {
  const entries = Object.entries(tags).flatMap(([key, value]): readonly (readonly [string, string])[] => {
    if (key.startsWith('$')) return [];
    const path = `${prefix}${key}`;
    if (['string', 'number', 'boolean'].includes(typeof value)) return [[path, String(value)]];
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
    return Object.entries(scalarTags(value as Readonly<Record<string, unknown>>, `${path}.`));
  });
  return Object.fromEntries(entries);
}
