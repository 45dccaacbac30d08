import type { DeviceComputeNetwork, Problem } from '@iotedge-networking/contract';
import { isMap, isScalar, isSeq, parseDocument, type Document, type Node, type YAMLMap } from 'yaml';

/** A network file as it will be, or why it cannot be written. */
export type EditedText =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly problems: readonly Problem[] };

/** Which values of which device change. */
export interface NetworkEdit {
  readonly device: string;
  readonly before: DeviceComputeNetwork;
  readonly after: DeviceComputeNetwork;
  /** Whether the network has no other device: then what the fleet has is this one's. */
  readonly isAlone: boolean;
}

type Field = keyof DeviceComputeNetwork;

/**
 * Writes changed values of a device's Compute network into the text of a network file, with comments and order kept: where the device has the value itself, there; in a
 * file of one device where the fleet's value stands; otherwise as a value of the device's own, so that no other device changes.
 */
export function editNetworkText(text: string, { device, before, after, isAlone }: NetworkEdit): EditedText {
  const changed = (Object.keys({ ...before, ...after }) as Field[]).filter(
    (field) => !isSame(before[field], after[field]),
  );
  if (changed.length === 0) return { ok: true, text };
  const document = parseDocument(text, { keepSourceTokens: true });
  const place = placeOf(document, device, isAlone);
  if (place === undefined)
    return refused(
      'not-in-file',
      'devices',
      `${device} is not listed in the file itself.`,
      'Change it where it is described.',
    );
  for (const field of changed) {
    const path = pathFor(document, place, field);
    const held = document.getIn(path, true);
    if (holdsPlaceholder(held)) {
      const message = 'comes from the environment (${…}) and cannot be written here.';
      return refused('placeholder', `computeNetwork.${field}`, message, 'Change the variable.');
    }
    write(document, path, written(field, after, held));
  }
  return { ok: true, text: document.toString({ lineWidth: 0 }) };
}

function refused(code: string, path: string, message: string, fix: string): EditedText {
  return { ok: false, problems: [{ code, path, message, fix }] };
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

interface Place {
  readonly index: number;
  /** Whether what the fleet has is had by this device only. */
  readonly isAlone: boolean;
}

function placeOf(document: Document, device: string, isOnly: boolean): Place | undefined {
  const devices = document.get('devices');
  if (!isSeq(devices)) return undefined;
  const index = devices.items.findIndex((item) => isMap(item) && String(item.get('id')) === device);
  const isAlone = isOnly && !document.has('groups') && !document.has('devicesFrom');
  return index === -1 ? undefined : { index, isAlone };
}

function pathFor(document: Document, { index, isAlone }: Place, field: Field): readonly (string | number)[] {
  const own = ['devices', index, 'computeNetwork', field];
  return isAlone && !document.hasIn(own) ? ['computeNetwork', field] : own;
}

function holdsPlaceholder(held: unknown): boolean {
  if (isScalar(held)) return typeof held.value === 'string' && held.value.includes('${');
  if (isSeq(held)) return held.items.some(holdsPlaceholder);
  return isMap(held) && held.items.some(({ value }) => holdsPlaceholder(value));
}

function write(document: Document, path: readonly (string | number)[], value: unknown): void {
  const held = document.getIn(path, true);
  if (value === undefined) {
    document.deleteIn(path);
    return;
  }
  if (isScalar(held) && typeof value !== 'object') {
    held.value = value;
    return;
  }
  const node: Node = document.createNode(value);
  if (isScalar(held)) node.comment = held.comment;
  if (isSeq(held) && isSeq(node)) node.flow = held.flow === true;
  ensureMap(document, path.slice(0, -1));
  document.setIn(path, node);
}

/** A key that stands there without a value (`computeNetwork:`) is no map yet. */
function ensureMap(document: Document, path: readonly (string | number)[]): void {
  const parent = document.getIn(path) as YAMLMap | undefined;
  if (!isMap(parent)) document.setIn(path, document.createNode({}));
}

/** A value as people write it: one range as a text, several as a list, pools by name only where there are others than `default`. */
function written(field: Field, after: DeviceComputeNetwork, held: unknown): unknown {
  if (field === 'externalServiceIps') return writtenPools(after.externalServiceIps, isMap(held));
  const value = after[field];
  return value === '' || (Array.isArray(value) && value.length === 0) ? undefined : value;
}

function writtenPools(pools: DeviceComputeNetwork['externalServiceIps'], byName: boolean): unknown {
  const names = Object.keys(pools);
  if (names.length === 0) return undefined;
  const plain = (ranges: readonly string[]): unknown => (ranges.length === 1 ? ranges[0] : [...ranges]);
  if (!byName && names.length === 1 && pools.default !== undefined) return plain(pools.default);
  return Object.fromEntries(Object.entries(pools).map(([name, ranges]) => [name, plain(ranges)]));
}
