import { dirname, isAbsolute, join } from 'node:path';
import { isJsonObject } from '../generate/sorted-json.ts';
import { encodingProblem } from './encoding-problem.ts';
import type { DeviceFile } from './imported-devices.ts';
import type { NetworkDocument } from './network-document.ts';
import { readDeviceList } from './read-device-list.ts';

/** Where a file stands that was named on the command line. */
const COMMAND_LINE = '--devices-from';

/** Where files of devices are named and how they are read. */
export interface DeviceFileSources {
  /** network.yaml; what it names is relative to it. */
  readonly file: string;
  /** Named on the command line; relative to the working directory. */
  readonly devicesFrom: readonly string[];
  readonly readText: (path: string) => Promise<string>;
}

/** Reads the files of devices that a document and the command line name. One that cannot be read is a problem where it is named. */
export async function readDeviceFiles(
  document: NetworkDocument,
  { file, devicesFrom, readText }: DeviceFileSources,
): Promise<readonly DeviceFile[]> {
  const named = [
    ...namesIn(document).map((name) => ({ name: besides(file, name), place: document.locate('devicesFrom', 'value') })),
    ...devicesFrom.map((name) => ({ name, place: { file: COMMAND_LINE, line: 1, column: 1 } })),
  ];
  return Promise.all(
    named.map(async ({ name, place }) => {
      const text = await readText(name).catch((error: unknown) => ({ error }));
      if (typeof text === 'string') return readDevices(text, name);
      const why =
        (text.error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : String(text.error);
      const message = `${name} cannot be read: ${why}.`;
      const from = place.file === COMMAND_LINE ? 'working directory' : 'network file';
      const fix = `Give a CSV or JSON file, relative to the ${from}.`;
      return {
        file: name,
        devices: [],
        problems: [{ ...place, code: 'unreadable', path: 'devicesFrom', message, fix }],
      };
    }),
  );
}

function namesIn({ value }: NetworkDocument): readonly string[] {
  const named = isJsonObject(value) ? value.devicesFrom : undefined;
  return [named].flat().filter((name) => typeof name === 'string');
}

function besides(file: string, name: string): string {
  return isAbsolute(name) ? name : join(dirname(file), name);
}

async function readDevices(text: string, name: string): Promise<DeviceFile> {
  const foreign = encodingProblem(name, text);
  if (foreign !== undefined) return { file: name, devices: [], problems: [foreign] };
  if (/\.json$/i.test(name)) return readDeviceList(text, name);
  // Loaded on demand: most networks list their devices themselves.
  return (await import('./read-device-table.ts')).readDeviceTable(text, name);
}
