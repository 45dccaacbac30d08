import type { HubOperation } from '@iotedge-networking/contract';
import type { JsonObject } from '../generate/sorted-json.ts';

/** One write that brings a device to what a network file says. */
export type DeviceStep =
  | { readonly kind: 'create-device' }
  | { readonly kind: 'merge-tags'; readonly tags: JsonObject; readonly etag?: string }
  | { readonly kind: 'create-module'; readonly module: string }
  | {
      readonly kind: 'patch-desired';
      readonly module: string;
      readonly patch: JsonObject;
      /** Tags of the module twin. */
      readonly tags?: JsonObject;
      readonly etag?: string;
    }
  | {
      readonly kind: 'set-modules';
      readonly manifest: { readonly modulesContent: JsonObject };
      /** The twins that this changes. */
      readonly twins: readonly string[];
    }
  | { readonly kind: 'delete-module'; readonly module: string }
  | { readonly kind: 'delete-device' };

/** Writes that are made for many devices with one request; always the first of a device. */
export type BulkStep = Extract<DeviceStep, { kind: 'create-device' | 'delete-device' }>;

/** Whether a write is made for many devices with one request. */
export function isBulk(step: DeviceStep): step is BulkStep {
  return step.kind === 'create-device' || step.kind === 'delete-device';
}

/** All writes for one device, in order; none when nothing differs. */
export interface DeviceSteps {
  readonly id: string;
  readonly steps: readonly DeviceStep[];
  /** Why the device cannot be brought there at all. */
  readonly refusal?: string;
}

const OPERATIONS: Readonly<Record<DeviceStep['kind'], HubOperation>> = {
  'create-device': 'IdentityRegistry',
  'merge-tags': 'TwinUpdates',
  'create-module': 'IdentityRegistry',
  'patch-desired': 'TwinUpdates',
  'set-modules': 'Configurations',
  'delete-module': 'IdentityRegistry',
  'delete-device': 'IdentityRegistry',
};

/** What the hub counts the write against. */
export function operationOf(step: DeviceStep): HubOperation {
  return OPERATIONS[step.kind];
}

/** Prints a write in a few words. */
export function formatStep(step: DeviceStep): string {
  switch (step.kind) {
    case 'create-device':
      return 'create the IoT Edge device';
    case 'merge-tags':
      return tagsText(step.tags);
    case 'create-module':
      return `create the module ${step.module}`;
    case 'patch-desired':
      return `change ${step.tags === undefined ? '' : 'tags and '}desired properties of ${step.module}`;
    case 'set-modules':
      return `set modules (changes ${step.twins.join(', ')})`;
    case 'delete-module':
      return `delete the module ${step.module}`;
    case 'delete-device':
      return 'delete the device';
  }
}

/** Null takes a tag away. */
function tagsText(tags: JsonObject): string {
  const names = (gone: boolean): string =>
    Object.keys(tags)
      .filter((name) => (tags[name] === null) === gone)
      .join(', ');
  const [given, gone] = [names(false), names(true)];
  return [given === '' ? [] : `set tags ${given}`, gone === '' ? [] : `remove tags ${gone}`].flat().join(', ');
}
