import type { KubeObject, ObjectClient, ResourceRef } from './object-client.ts';

/** Creates an object unless one of that name is there, which then stays as it is. */
export function ensureObject(client: ObjectClient, ref: ResourceRef, object: KubeObject): void {
  const { namespace, name } = object.metadata;
  if (client.get(ref, { namespace, name }) === undefined) client.create(ref, object);
}
