import protobuf from 'protobufjs';
import { badRequest } from '../api-error.ts';
import { isJsonObject } from '../json.ts';
import type { JsonObject } from '../json.ts';
import { kubernetesProto } from './kubernetes-proto.ts';

const magic = Buffer.from('k8s\u0000', 'latin1');
const objectOptions = { longs: Number, bytes: String, defaults: false } as const;

let root: protobuf.Root | undefined;

/**
 * Reads a body of type `application/vnd.kubernetes.protobuf`: the magic number, an envelope that names the kind, and the object. Only the kinds
 * of `kubernetes-proto.ts` are known; another one is a 400.
 */
export function decodeProtobuf(body: Buffer): JsonObject {
  if (!body.subarray(0, magic.length).equals(magic))
    throw badRequest('provided data does not appear to be a protobuf message');
  root ??= protobuf.parse(kubernetesProto, { keepCase: true }).root;
  const envelope = decode(root.lookupType('k8s.Unknown'), body.subarray(magic.length));
  const { typeMeta, raw } = envelope;
  const { apiVersion, kind } = isJsonObject(typeMeta) ? typeMeta : {};
  const type = typeof kind === 'string' ? root.nested?.['k8s'] : undefined;
  const message = type instanceof protobuf.Namespace ? type.get(String(kind)) : null;
  if (!(message instanceof protobuf.Type)) {
    throw badRequest(`the simulator does not read ${String(kind)} from protobuf: send it as JSON or YAML`);
  }
  const object = decode(message, Buffer.from(typeof raw === 'string' ? raw : '', 'base64'));
  return { apiVersion, kind, ...(plainValue(message, object) as JsonObject) };
}

function decode(type: protobuf.Type, bytes: Uint8Array): JsonObject {
  return type.toObject(type.decode(bytes), objectOptions);
}

/** Turns a decoded message into the JSON form of the API: times and quantities are texts, IntOrString is one of the two. */
function plainValue(type: protobuf.Type, value: unknown): unknown {
  if (!isJsonObject(value)) return value;
  switch (type.name) {
    case 'Time':
      return typeof value['seconds'] === 'number' && value['seconds'] > 0
        ? new Date(value['seconds'] * 1000).toISOString().replace('.000Z', 'Z')
        : undefined;
    case 'IntOrString':
      return value['type'] === 1 ? value['strVal'] : value['intVal'];
    case 'Quantity':
      return value['string'];
    default:
      return plainFields(type, value);
  }
}

function plainFields(type: protobuf.Type, value: JsonObject): JsonObject {
  const fields = Object.entries(value).map(([name, item]) => {
    const field = type.fields[name];
    const inner = field?.resolve().resolvedType;
    if (!(inner instanceof protobuf.Type)) return [name, item] as const;
    if (Array.isArray(item)) return [name, item.map((each: unknown) => plainValue(inner, each))] as const;
    if (field instanceof protobuf.MapField) {
      const entries = Object.entries(isJsonObject(item) ? item : {}).map(([key, each]) => [
        key,
        plainValue(inner, each),
      ]);
      return [name, Object.fromEntries(entries) as JsonObject] as const;
    }
    return [name, plainValue(inner, item)] as const;
  });
  return Object.fromEntries(fields.filter(([, item]) => item !== undefined));
}
