/** The metadata of a Kubernetes object, as far as the simulator reads it. */
export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: {
    apiVersion: string;
    kind: string;
    name: string;
    uid: string;
    controller?: boolean;
    blockOwnerDeletion?: boolean;
  }[];
  finalizers?: string[];
  managedFields?: unknown[];
  [field: string]: unknown;
}

/** Any Kubernetes object, as JSON. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

/** Which collection: `{ group: '', version: 'v1', plural: 'services' }`. */
export interface ResourceRef {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
}

/** What happened to an object of a watched collection. */
export interface ObjectEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
}

/** The way one object is addressed. */
export interface ObjectKey {
  readonly namespace?: string;
  readonly name: string;
}

/** The four kinds of patch that the Kubernetes API takes, by content type. */
export type PatchKind = 'json' | 'merge' | 'strategic' | 'apply';

/** A change to an object by patch. `subresource` is `status` or `scale`; an apply needs `fieldManager`. */
export interface ObjectPatch {
  readonly kind: PatchKind;
  readonly body: unknown;
  readonly subresource?: 'status' | 'scale';
  readonly fieldManager?: string;
  readonly force?: boolean;
}

/**
 * The simulated API server as its controllers use it: the same storage, admission, defaulting, validation and resource versions that clients
 * get over TLS, called in process. Refusals are thrown as `ApiError` with the Kubernetes Status they stand for. Objects handed out are copies.
 */
export interface ObjectClient {
  get(ref: ResourceRef, key: ObjectKey): KubeObject | undefined;
  list(
    ref: ResourceRef,
    options?: { namespace?: string; labelSelector?: string; fieldSelector?: string },
  ): readonly KubeObject[];
  create(ref: ResourceRef, object: KubeObject): KubeObject;
  /** Full replace; a stale `resourceVersion` in the object is a 409. */
  update(ref: ResourceRef, object: KubeObject): KubeObject;
  /** Replaces only `status` (and, as MetalLB does, metadata annotations through `update`). */
  updateStatus(ref: ResourceRef, object: KubeObject): KubeObject;
  patch(ref: ResourceRef, key: ObjectKey, patch: ObjectPatch): KubeObject;
  remove(ref: ResourceRef, key: ObjectKey): void;
  /** Calls the listener with every present object as ADDED, then with each change, in order. Returns the function that ends it. */
  watch(ref: ResourceRef, listener: (event: ObjectEvent) => void): () => void;
}
