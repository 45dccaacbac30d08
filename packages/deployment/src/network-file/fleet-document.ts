import type { Environment } from './environment-placeholders.ts';
import { readPlainYaml } from './plain-yaml.ts';
import { readYaml, type YamlDocument } from './yaml-document.ts';

/** From this length on it pays to look for a long list of devices. */
const LONG = 50_000;

/**
 * Reads network.yaml of any length as {@link readYaml} does. In a long one the list of devices is read by {@link readPlainYaml} where it is plain; positions are worked
 * out when somebody asks for one, by reading everything once more.
 */
export function readFleetYaml(text: string, file: string, environment: Environment): YamlDocument {
  return (text.length < LONG ? undefined : readLong(text, file, environment)) ?? readYaml(text, file, environment);
}

function readLong(text: string, file: string, environment: Environment): YamlDocument | undefined {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const first = lines.findIndex((line) => DEVICES.test(line));
  if (first < 0) return undefined;
  const end = lines.findIndex((line, index) => index > first && ENDS_LIST.test(line));
  const last = end < 0 ? lines.length : end;
  const list = readPlainYaml(lines.slice(first + 1, last), environment);
  if (list === undefined || !Array.isArray(list.value)) return undefined;
  const head = readYaml([...lines.slice(0, first), ...lines.slice(last)].join('\n'), file, environment);
  if (!isMapping(head.value) || head.problems.length > 0 || Object.hasOwn(head.value, 'devices')) return undefined;
  let located: YamlDocument | undefined;
  return {
    value: { ...head.value, devices: list.value as unknown },
    readable: true,
    locate: (path, aim) => {
      located ??= readYaml(text, file, environment);
      return located.locate(path, aim);
    },
    problems: [],
  };
}

const DEVICES = /^devices: *(?:#.*)?$/;

/** A line that begins with anything but a blank, a comment or an item belongs to what follows the list. */
const ENDS_LIST = /^(?![ #]|- |-$|$)/;

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
