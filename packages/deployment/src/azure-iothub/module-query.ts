import type { ModuleSelection } from '../commands/hub-gateway.ts';
import { isJsonObject, type JsonObject } from '../generate/sorted-json.ts';

type Section = 'desired' | 'reported';

/** The query for these modules. Columns that are part of a section get a name that {@link gatherSections} takes apart again. */
export function moduleQuery({ moduleIds, desired = true, reported }: ModuleSelection): string {
  const columns = [
    'deviceId, moduleId, etag, connectionState, lastActivityTime, tags',
    ...sectionColumns('desired', desired),
    'properties.desired.$version AS desired__version',
    ...sectionColumns('reported', reported),
  ];
  const names = moduleIds.map((id) => `'${id.replaceAll("'", "''")}'`);
  const condition = names.length === 1 ? `= ${names.join()}` : `IN [${names.join(', ')}]`;
  return `SELECT ${columns.join(', ')} FROM devices.modules WHERE moduleId ${condition}`;
}

function sectionColumns(section: Section, wanted: boolean | readonly string[]): readonly string[] {
  if (typeof wanted === 'boolean') return wanted ? [`properties.${section} AS ${section}`] : [];
  return wanted.map((key) => `properties.${section}.${key} AS ${section}__${key}`);
}

/** A row of {@link moduleQuery} with its columns put together to sections. */
export function gatherSections(row: JsonObject): JsonObject {
  const plain: [string, unknown][] = [];
  const sections: Record<Section, Record<string, unknown>> = { desired: {}, reported: {} };
  for (const [column, value] of Object.entries(row)) {
    const [, section, key = ''] = /^(desired|reported)__(.+)$/.exec(column) ?? [];
    if (section === 'desired' && key === 'version') sections.desired.$version = value;
    else if (section === 'desired' || section === 'reported') sections[section][key] = value;
    else if (column === 'desired' || column === 'reported')
      Object.assign(sections[column], isJsonObject(value) ? value : {});
    else plain.push([column, value]);
  }
  return { ...Object.fromEntries(plain), properties: sections };
}
