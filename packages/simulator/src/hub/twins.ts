import {
  applyTwinPatch,
  checkTwinSection,
  diffTwin,
  TWIN_LIMITS,
  twinSize,
  type TwinObject,
} from '@iotedge-networking/contract';
import { HubError } from './hub-error.ts';
import type { HubStore } from './hub-store.ts';
import type { Identity, TwinState } from './identity.ts';
import { twinEtag } from './identity-documents.ts';
import { optionalObject } from './json-input.ts';
import { requireMatch } from './precondition.ts';
import type { TwinAddress } from './twin-address.ts';
import { patchSection, replaceSection, type TwinSection } from './twin-section.ts';

const TAGS_BYTES = 8192;
const SECTIONS = {
  tags: ["'Tags'", TAGS_BYTES],
  desired: ["'Properties.Desired'", TWIN_LIMITS.sectionBytes],
  reported: ["'Properties.Reported'", TWIN_LIMITS.sectionBytes],
} as const;

/** A write from the service side. */
export interface TwinWrite {
  readonly body: TwinObject;
  readonly ifMatch: string;
}

/** PATCH of a twin: merges `tags` and `properties.desired`; anything else in the body is not writable and is ignored. */
export function patchTwin(store: HubStore, address: TwinAddress, { body, ifMatch }: TwinWrite): Identity {
  const before = store.get(address);
  requireMatch(ifMatch, twinEtag(before));
  const tags = optionalObject(body['tags'], 'tags');
  const desired = readDesired(body);
  const twin = before.twin;
  const next: TwinState = {
    ...twin,
    tags: tags === undefined ? twin.tags : merged('tags', twin.tags, tags),
    desired: desired === undefined ? twin.desired : patched('desired', twin.desired, desired, store.now()),
  };
  return commit(store, before, { next, tags, desiredPatch: desired });
}

/** PUT of a twin: `tags` and `properties.desired` are replaced as a whole; a section left out becomes empty. */
export function replaceTwin(store: HubStore, address: TwinAddress, { body, ifMatch }: TwinWrite): Identity {
  const before = store.get(address);
  requireMatch(ifMatch, twinEtag(before));
  const tags = optionalObject(body['tags'], 'tags') ?? {};
  const desired = readDesired(body) ?? {};
  const next = { ...before.twin, tags: merged('tags', {}, tags), desired: replaced(before, desired, store.now()) };
  return commit(store, before, { next, tags, desiredPatch: diff(before, next.desired) });
}

/** Puts `desired` in place of the whole desired section, the way deployments do; clients get the difference. */
export function replaceDesired(store: HubStore, address: TwinAddress, desired: TwinObject): Identity {
  const before = store.get(address);
  const next = { ...before.twin, desired: replaced(before, desired, store.now()) };
  return commit(store, before, { next, desiredPatch: diff(before, next.desired) });
}

/** Refuses a desired section that {@link replaceDesired} would refuse, without writing anything. */
export function checkDesired(desired: TwinObject): void {
  checkShape('desired', desired);
  checkSize('desired', applyTwinPatch({}, desired));
}

/** Merges reported properties and returns the new `$version`; the only writer is the device or module itself. */
export function patchReported(store: HubStore, address: TwinAddress, input: TwinObject): number {
  const before = store.get(address);
  const patch = withoutSystemKeys(input);
  const reported = patched('reported', before.twin.reported, patch, store.now());
  const twin = { ...before.twin, version: before.twin.version + 1, reported };
  store.put({ ...before, lastActivityTime: store.now().toISOString(), twin });
  const { deviceId, moduleId } = before;
  const { values, version } = reported;
  store.events.emit('reported', { deviceId, moduleId, patch, values, version });
  return version;
}

interface Commit {
  readonly next: TwinState;
  readonly tags?: TwinObject | undefined;
  readonly desiredPatch: TwinObject | undefined;
}

function commit(store: HubStore, before: Identity, { next, tags, desiredPatch }: Commit): Identity {
  const twin = { ...next, version: before.twin.version + 1, etag: before.twin.etag + 1 };
  const after = { ...before, twin };
  store.put(after);
  const { deviceId, moduleId } = before;
  const { values, version } = twin.desired;
  if (tags !== undefined) store.events.emit('tags', { deviceId, moduleId });
  if (desiredPatch !== undefined)
    store.events.emit('desired', { deviceId, moduleId, patch: desiredPatch, values, version });
  return after;
}

function readDesired(body: TwinObject): TwinObject | undefined {
  const desired = optionalObject(optionalObject(body['properties'], 'properties')?.['desired'], 'properties.desired');
  return desired === undefined ? undefined : withoutSystemKeys(desired);
}

// A client may send back a section it read, with `$version` and `$metadata` still in it.
function withoutSystemKeys(section: TwinObject): TwinObject {
  return Object.fromEntries(Object.entries(section).filter(([key]) => key !== '$version' && key !== '$metadata'));
}

function merged(name: keyof typeof SECTIONS, values: TwinObject, patch: TwinObject): TwinObject {
  checkShape(name, patch);
  const after = applyTwinPatch(values, patch);
  checkSize(name, after);
  return after;
}

function patched(name: 'desired' | 'reported', section: TwinSection, patch: TwinObject, now: Date): TwinSection {
  checkShape(name, patch);
  const after = patchSection(section, patch, now);
  checkSize(name, after.values);
  return after;
}

function replaced(before: Identity, desired: TwinObject, now: Date): TwinSection {
  checkDesired(desired);
  return replaceSection(before.twin.desired, desired, now);
}

// Nothing differs: the version still grew, and a client that counts versions has to hear of it.
function diff(before: Identity, after: TwinSection): TwinObject {
  return diffTwin(before.twin.desired.values, after.values) ?? {};
}

function checkShape(name: keyof typeof SECTIONS, patch: TwinObject): void {
  const [problem] = checkTwinSection(patch, { ...TWIN_LIMITS, sectionBytes: Number.POSITIVE_INFINITY });
  if (problem === undefined) return;
  throw new HubError('ArgumentInvalid', `${SECTIONS[name][0]}: ${problem.path}: ${problem.message}`);
}

function checkSize(name: keyof typeof SECTIONS, values: TwinObject): void {
  const [title, limit] = SECTIONS[name];
  const size = twinSize(values);
  if (size > limit)
    throw new HubError('TwinSectionTooLarge', `${title} size should be less than ${limit} bytes, it is ${size}.`);
}
