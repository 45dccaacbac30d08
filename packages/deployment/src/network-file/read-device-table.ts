import { nearestName } from '@iotedge-networking/contract';
import { CsvError, parse } from 'csv-parse/sync';
import type { DeviceFile, ImportedDevice } from './imported-devices.ts';
import type { PlacedProblem } from './placed-problem.ts';
import { resolvePlainScalar } from './plain-scalar.ts';
import type { SourcePosition } from './source-position.ts';

/** The columns that a table of devices may have besides `tags.NAME` and `externalServiceIps.POOL`. */
const COMPUTE_COLUMNS = [
  ...['subnet', 'gateway', 'deviceNodes', 'nodeIps', 'externalServiceIps', 'podSubnet', 'clusterIpSubnet'],
  ...['announce', 'managePools'],
];
const COLUMNS = ['id', 'group', ...COMPUTE_COLUMNS];
const HINT = `Columns: ${COLUMNS.join(', ')}, externalServiceIps.POOL, tags.NAME.`;

/** A row with the place of each cell. */
interface Row {
  readonly cells: readonly string[];
  readonly placeOf: (cell: number) => SourcePosition;
}

/**
 * Reads devices out of a CSV table as spreadsheets write it: a heading, then one device per row, separated by comma, semicolon or tab. The columns are `id`, `group`, the
 * fields of computeNetwork, `externalServiceIps.POOL` and `tags.NAME`; an empty cell says nothing, several ranges in one cell are separated by `|`.
 */
export function readDeviceTable(text: string, file: string): DeviceFile {
  const parsed = readRows(text, file);
  if ('problem' in parsed) return { file, devices: [], problems: [parsed.problem] };
  const [heading, ...rows] = parsed.rows;
  if (heading === undefined || rows.length === 0) {
    const message = 'The table holds no devices.';
    return { file, devices: [], problems: [problem(file, { line: 1, column: 1 }, { message, fix: EMPTY_FIX })] };
  }
  const problems = [...checkHeading(heading, file), ...rows.flatMap((row) => checkRow(row, heading, file))];
  return { file, devices: rows.map((row) => deviceOf(row, heading)), problems };
}

const EMPTY_FIX = 'Begin with a heading such as id,nodeIps,externalServiceIps and write one device per line.';

interface Info {
  readonly info: { readonly lines: number };
  readonly record: readonly string[];
  readonly raw: string;
}

function readRows(text: string, file: string): { readonly rows: readonly Row[] } | { readonly problem: PlacedProblem } {
  const delimiter = delimiterOf(text);
  try {
    const records = parse(text, {
      ...{ bom: true, delimiter, info: true, raw: true, trim: true },
      ...{ relax_column_count: true, skip_empty_lines: true, skip_records_with_empty_values: true },
    }) as unknown as readonly Info[];
    return { rows: records.map((record) => placed(record, delimiter)) };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error.lines === 'number' ? error.lines : 1;
    const message = `The table cannot be read: ${error.message}.`;
    const fix =
      'Put cells that hold separators, quotes or line breaks in double quotes, and double the quotes in them.';
    return { problem: problem(file, { line, column: 1 }, { code: 'csv-syntax', message, fix }) };
  }
}

/** The separator that the heading has most of. */
function delimiterOf(text: string): string {
  const [heading = ''] = text.split('\n', 1);
  const countOf = (separator: string): number => heading.split(separator).length;
  return [',', ';', '\t'].reduce((best, other) => (countOf(other) > countOf(best) ? other : best));
}

function placed({ record, raw, info }: Info, delimiter: string): Row {
  return { cells: record, placeOf: (cell) => placeInRow({ raw, last: info.lines, delimiter }, cell) };
}

interface RowText {
  readonly raw: string;
  /** Line on which the row ends. */
  readonly last: number;
  readonly delimiter: string;
}

/** Worked out when a problem has to be placed: the text of a row may begin with empty lines and hold quoted line breaks. */
function placeInRow({ raw, last, delimiter }: RowText, cell: number): SourcePosition {
  const own = raw
    .replace(/^\ufeff/, '')
    .replace(/^(?:[ \t]*\r?\n)+/, '')
    .replace(/\r?\n$/, '');
  let line = last - (own.split('\n').length - 1);
  let column = 1;
  let quoted = false;
  let left = cell;
  for (const character of own) {
    if (left === 0) break;
    if (character === '"') quoted = !quoted;
    if (character === delimiter && !quoted) left -= 1;
    column = character === '\n' ? 1 : column + 1;
    line += Number(character === '\n');
  }
  return { line, column };
}

function checkHeading({ cells, placeOf }: Row, file: string): readonly PlacedProblem[] {
  const missing = cells.includes('id')
    ? []
    : [problem(file, placeOf(0), { code: 'missing', message: 'The table has no column "id".', fix: HINT })];
  return [
    ...missing,
    ...cells.flatMap((name, index) => checkColumn({ name, index }, cells, { file, ...placeOf(index) })),
  ];
}

function checkColumn(
  { name, index }: { readonly name: string; readonly index: number },
  all: readonly string[],
  place: SourcePosition & { readonly file: string },
): readonly PlacedProblem[] {
  const { file } = place;
  if (all.indexOf(name) < index)
    return [
      problem(file, place, {
        code: 'duplicate-key',
        message: `The column "${name}" stands here twice.`,
        fix: 'Keep one of them.',
      }),
    ];
  if (COLUMNS.includes(name) || /^(?:tags|externalServiceIps)\.[^.]+$/.test(name)) return [];
  const nearest = nearestName(name, COLUMNS);
  const fix = nearest === undefined ? HINT : `Did you mean "${nearest}"?`;
  return [problem(file, place, { code: 'unknown-key', message: `"${name}" is not a known column.`, fix })];
}

function checkRow({ cells, placeOf }: Row, heading: Row, file: string): readonly PlacedProblem[] {
  const extra =
    cells.length > heading.cells.length
      ? [
          problem(file, placeOf(heading.cells.length), {
            message: `The row has ${cells.length} cells; the heading has ${heading.cells.length}.`,
            fix: 'Put a cell that holds separators in double quotes; separate several ranges by |.',
          }),
        ]
      : [];
  const id = heading.cells.indexOf('id');
  if (id < 0 || (cells[id] ?? '') !== '') return extra;
  return [
    ...extra,
    problem(file, placeOf(id), { code: 'missing', message: 'The row has no id.', fix: 'Write the device id.' }),
  ];
}

function deviceOf({ cells, placeOf }: Row, { cells: columns }: Row): ImportedDevice {
  const filled = columns.flatMap((name, index) =>
    (cells[index] ?? '') === '' ? [] : [{ name, text: cells[index] ?? '', index }],
  );
  const fields = filled.filter(({ name }) => COMPUTE_COLUMNS.includes(name));
  const pools = named(filled, 'externalServiceIps.');
  const tags = named(filled, 'tags.');
  const compute = {
    ...Object.fromEntries(fields.map(({ name, text }) => [name, computeValue(name, text)])),
    ...(pools.length === 0
      ? {}
      : { externalServiceIps: Object.fromEntries(pools.map(([name, text]) => [name, rangesOf(text)])) }),
  };
  return {
    value: {
      ...Object.fromEntries(
        filled.filter(({ name }) => name === 'id' || name === 'group').map(({ name, text }) => [name, text]),
      ),
      ...(Object.keys(compute).length === 0 ? {} : { computeNetwork: compute }),
      ...(tags.length === 0
        ? {}
        : { tags: Object.fromEntries(tags.map(([name, text]) => [name, resolvePlainScalar(text) ?? text])) }),
    },
    locate: (path) => placeOf(filled.find(({ name }) => isInside(path, pathOf(name)))?.index ?? 0),
  };
}

function isInside(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`);
}

function pathOf(column: string): string {
  return column === 'id' || column === 'group' || column.startsWith('tags.') ? column : `computeNetwork.${column}`;
}

function named(
  filled: readonly { readonly name: string; readonly text: string }[],
  prefix: string,
): readonly (readonly [string, string])[] {
  return filled.flatMap(({ name, text }) =>
    name.startsWith(prefix) ? [[name.slice(prefix.length), text] as const] : [],
  );
}

function computeValue(name: string, text: string): unknown {
  if (name === 'externalServiceIps') return rangesOf(text);
  return name === 'deviceNodes' || name === 'managePools' ? (resolvePlainScalar(text) ?? text) : text;
}

/** One range as it stands, several as a list. */
function rangesOf(text: string): string | readonly string[] {
  const parts = text.split('|').map((part) => part.trim());
  return parts.length === 1 ? text : parts;
}

function problem(
  file: string,
  { line, column }: SourcePosition,
  said: { readonly code?: string; readonly message: string; readonly fix: string },
): PlacedProblem {
  return { file, line, column, code: 'invalid-value', path: '', ...said };
}
