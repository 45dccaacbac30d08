import { isJsonObject } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { FieldSchema, StructSchema } from './field-schema.ts';

// Go pointers: the empty text means something else than no text.
const textPointers = new Set([
  'storageClassName',
  'volumeMode',
  'appProtocol',
  'runtimeClassName',
  'loadBalancerClass',
  'holderIdentity',
]);
const droppedFalse = new Set([
  'hostNetwork', 'hostPID', 'hostIPC', 'publishNotReadyAddresses', 'paused', 'unschedulable', 'stdin', 'stdinOnce', 'tty', 'readOnly',
]); // prettier-ignore
const droppedZero = new Set([
  'nodePort', 'healthCheckNodePort', 'observedGeneration', 'updatedReplicas', 'readyReplicas', 'availableReplicas', 'unavailableReplicas',
  'fullyLabeledReplicas', 'hostPort', 'minReadySeconds', 'generation',
]); // prettier-ignore
const keptText = new Set(['message', 'reason']);

/**
 * Leaves out, in place, what Go's `omitempty` leaves out when the API server writes an object: empty texts, lists and maps, and the zeros and
 * falses of fields that are no pointers. Without it a client that sends `loadBalancerIP: ""` would seem to change something.
 */
export function omitEmpty(schema: StructSchema, object: JsonObject): void {
  for (const [name, value] of Object.entries(object)) {
    const field = schema.fields.get(name);
    if (field === undefined) continue;
    if (isOmitted(name, field, value)) Reflect.deleteProperty(object, name);
    else descend(field, value);
  }
}

function descend(field: FieldSchema, value: unknown): void {
  if (field.type === 'struct' && isJsonObject(value)) omitEmpty(field, value);
  else if (field.type === 'list' && Array.isArray(value)) for (const item of value) descend(field.items, item);
  else if (field.type === 'map' && isJsonObject(value))
    for (const item of Object.values(value)) descend(field.values, item);
}

function isOmitted(name: string, field: FieldSchema, value: unknown): boolean {
  if (value === undefined) return true;
  if (value === '') return field.type === 'string' && !textPointers.has(name) && !keptText.has(name);
  if (value === 0) return field.type === 'integer' && droppedZero.has(name);
  if (value === false) return droppedFalse.has(name);
  const container = field.type === 'list' || field.type === 'map';
  return container && typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
