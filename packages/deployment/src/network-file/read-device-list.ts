import { formatPath } from '@iotedge-networking/contract';
import { locateStep, positionAt } from '../lint/locate-step.ts';
import { plainValue, readJson, type JsonTree } from '../lint/read-json.ts';
import { isJsonObject } from '../generate/sorted-json.ts';
import type { DeviceFile } from './imported-devices.ts';
import type { PlacedProblem } from './placed-problem.ts';

/** Reads devices out of a JSON file: a list of entries as under `devices` in network.yaml, or an object that has such a list under `devices`. */
export function readDeviceList(text: string, file: string): DeviceFile {
  const reading = readJson(text);
  const at = (offset: number, said: Pick<PlacedProblem, 'code' | 'message' | 'fix'>): DeviceFile => ({
    file,
    devices: [],
    problems: [{ file, ...positionAt(text, offset), path: '', ...said }],
  });
  if (!reading.ok)
    return at(reading.offset, {
      code: 'json-syntax',
      message: reading.message,
      fix: 'Write JSON: double quotes, no comments, no trailing commas.',
    });
  const list = listOf(reading.tree);
  const wrong = list?.items.find((item) => item.kind !== 'object');
  if (list === undefined || list.items.length === 0 || wrong !== undefined)
    return at(wrong?.offset ?? reading.tree.offset, {
      code: 'invalid-type',
      message: 'A list of devices was expected.',
      fix: EXAMPLE,
    });
  return {
    file,
    problems: [],
    devices: list.items.map((tree) => ({
      value: objectOf(plainValue(tree)),
      locate: (path) => positionAt(text, locateStep(tree, stepsOf(tree, path))),
    })),
  };
}

const EXAMPLE = 'Write for example [{ "id": "store-001", "computeNetwork": { "nodeIps": "10.1.0.10-10.1.0.11" } }].';

function listOf(tree: JsonTree): Extract<JsonTree, { kind: 'array' }> | undefined {
  if (tree.kind === 'array') return tree;
  if (tree.kind !== 'object') return undefined;
  const inner = tree.members.find(({ key }) => key === 'devices')?.value;
  return inner?.kind === 'array' ? inner : undefined;
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return isJsonObject(value) ? value : {};
}

/** The steps of a problem path, found by walking the tree: keys may hold dots themselves. */
function stepsOf(tree: JsonTree, path: string): readonly (string | number)[] {
  if (tree.kind === 'scalar') return [];
  const children =
    tree.kind === 'array'
      ? tree.items.map((value, index) => ({ step: index, value }))
      : tree.members.map(({ key, value }) => ({ step: key, value }));
  const fitting = children
    .map((child) => ({ ...child, text: formatPath([child.step]) }))
    .filter(({ text }) => path === text || path.startsWith(`${text}.`) || path.startsWith(`${text}[`))
    .sort((one, other) => other.text.length - one.text.length);
  const [best] = fitting;
  if (best === undefined) return [];
  return [best.step, ...stepsOf(best.value, path.slice(best.text.length).replace(/^\./, ''))];
}
