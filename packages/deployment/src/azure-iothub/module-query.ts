import type { ModuleSelection } from '../commands/hub-gateway.ts';
import { isJsonObject, type JsonObject } from '../generate/sorted-json.ts';

const SECTIONS = ['desired', 'reported'] as const;
type Section = (typeof SECTIONS)[number];

/** Stands between the section and the key in the name of a column. */
const JOINT = '__';

/** Column of the version of the desired properties. */
const VERSION = `desired${JOINT}version`;

/** The query for these modules. Columns that are part of a section get a name that {@link gatherSections} takes apart again. */
export function moduleQuery({ moduleIds, desired = true, reported }: ModuleSelection): string {
  const columns = [
    'deviceId, moduleId, etag, connectionState, lastActivityTime, tags',
    ...sectionColumns('desired', desired),
    `properties.desired.$version AS ${VERSION}`,
    ...sectionColumns('reported', reported),
  ];
  const names = moduleIds.map((id) => `'${id.replaceAll("'", "''")}'`);
  const condition = names.length === 1 ? `= ${names.join()}` : `IN [${names.join(', ')}]`;
  return `SELECT ${columns.join(', ')} FROM devices.modules WHERE moduleId ${condition}`;
}

function sectionColumns(section: Section, wanted: boolean | readonly string[]): readonly string[] {
  if (typeof wanted === 'boolean') return wanted ? [`properties.${section} AS ${section}`] : [];
  return wanted.map((key) => `properties.${section}.${key} AS ${section}${JOINT}${key}`);
}

/** A row of {@link moduleQuery} with its columns put together to sections. */
export function gatherSections(row: JsonObject): JsonObject {
  const twin: Record<string, unknown> = {};
  const sections: Record<Section, Record<string, unknown>> = { desired: {}, reported: {} };
  for (const [column, value] of Object.entries(row)) {
    const section = SECTIONS.find((name) => column.startsWith(name));
    if (section === undefined) twin[column] = value;
    else if (column === section) Object.assign(sections[section], isJsonObject(value) ? value : {});
    else if (column === VERSION) sections.desired.$version = value;
    else sections[section][column.slice(section.length + JOINT.length)] = value;
  }
  return { ...twin, properties: sections };
}
