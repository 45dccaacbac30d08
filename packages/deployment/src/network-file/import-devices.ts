import { isJsonObject, type JsonObject } from '../generate/sorted-json.ts';
import type { DeviceFile, ImportedDevice } from './imported-devices.ts';
import type { NetworkDocument } from './network-document.ts';
import type { PlacedProblem } from './placed-problem.ts';

interface Origin {
  readonly file: string;
  readonly device: ImportedDevice;
}

/**
 * Adds the devices of files to a document. One that network.yaml lists too is put together with its entry there: the file may say what the entry does not; what both
 * say is a problem, because nobody could tell which one counts.
 */
export function importDevices(document: NetworkDocument, files: readonly DeviceFile[]): NetworkDocument {
  if (!isJsonObject(document.value) || files.length === 0) return document;
  const listed: readonly unknown[] = Array.isArray(document.value.devices) ? document.value.devices : [];
  const indexOf = new Map(listed.map((entry, index) => [isJsonObject(entry) ? entry.id : undefined, index]));
  const devices = [...listed];
  const origins = new Map<number, Origin>();
  const problems: PlacedProblem[] = [];
  for (const { file, devices: imported } of files)
    for (const device of imported) {
      const known = indexOf.get(device.value.id);
      const index = known === undefined || origins.has(known) ? devices.length : known;
      const entry = devices[index];
      problems.push(...conflicts(entry, { file, device }));
      devices[index] = isJsonObject(entry) ? merged(device.value, entry) : device.value;
      origins.set(index, { file, device });
    }
  return {
    // A file that brings none has said why; an empty list would be a second complaint.
    value: devices.length === 0 ? document.value : { ...document.value, devices },
    locate: (path, aim) => {
      const [, index = '', rest = ''] = /^devices\[(\d+)\]\.?(.*)$/.exec(path) ?? [];
      const origin = index === '' ? undefined : origins.get(Number(index));
      const own = listed[Number(index)];
      if (origin === undefined || (own !== undefined && !says(origin.device.value, rest)))
        return document.locate(path, aim);
      return { file: origin.file, ...origin.device.locate(rest) };
    },
    problems: [...document.problems, ...files.flatMap((file) => file.problems), ...problems],
  };
}

/** The sections whose fields may come partly from here and partly from there. */
const SHARED_SECTIONS = ['computeNetwork', 'tags'] as const;

function merged(imported: JsonObject, entry: JsonObject): JsonObject {
  const sections = SHARED_SECTIONS.flatMap((name) => {
    const [one, other] = [imported[name], entry[name]];
    return isJsonObject(one) && isJsonObject(other) ? [[name, { ...one, ...other }] as const] : [];
  });
  return { ...imported, ...entry, ...Object.fromEntries(sections) };
}

function conflicts(entry: unknown, { file, device }: Origin): readonly PlacedProblem[] {
  if (!isJsonObject(entry)) return [];
  return pathsOf(device.value)
    .filter((path) => path !== 'id' && says(entry, path))
    .map((path) => {
      const message = `${String(device.value.id)} has ${path} in the network file too.`;
      return { file, ...device.locate(path), code: 'given-twice', path: '', message, fix: 'Keep one of the two.' };
    });
}

function pathsOf(value: JsonObject): readonly string[] {
  return Object.entries(value).flatMap(([key, inner]) =>
    SHARED_SECTIONS.some((name) => name === key) && isJsonObject(inner)
      ? Object.keys(inner).map((name) => `${key}.${name}`)
      : [key],
  );
}

/** Whether a device says something at a path; the path of a shared section counts by its field. */
function says(device: JsonObject, path: string): boolean {
  const [first = '', second] = path.split(/[.[]/);
  const value = device[first];
  if (second === undefined || !SHARED_SECTIONS.some((name) => name === first)) return value !== undefined;
  return isJsonObject(value) && value[second] !== undefined;
}
