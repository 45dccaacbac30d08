import type { PoolResource, SliceEndpoint, SlicePort } from '../gather/snapshot.ts';
import type { ServiceEdit } from './service-edit.ts';

/** An EndpointSlice as the module wants it. */
export interface WantedSlice {
  readonly namespace: string;
  readonly name: string;
  readonly service: string;
  readonly ownerUid: string;
  readonly addressType: 'IPv4' | 'IPv6';
  readonly ports: readonly SlicePort[];
  readonly endpoints: readonly SliceEndpoint[];
}

/** An object of the group metallb.io as the module wants it. */
export interface WantedPoolObject {
  readonly resource: PoolResource;
  readonly version: string;
  readonly namespace: string;
  readonly name: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** Null removes a key; what is not mentioned stays. */
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Stands for a Service where a change is about the pools: all of these are done in order, and their outcome is kept together. */
export const POOLS_KEY = 'the pools';

interface ServiceChange {
  readonly namespace: string;
  readonly name: string;
}

/**
 * One write to the cluster, as data. `service` is the `namespace/name` of the Service it is about, by which outcomes are kept. `early` changes
 * are done before the others: an explicit address is asked for before automatic choices can take it.
 */
export type Change = { readonly service: string; readonly early?: boolean } & (
  | (ServiceChange & { readonly kind: 'create-service'; readonly fields: ServiceEdit })
  | (ServiceChange & {
      readonly kind: 'edit-service';
      readonly uid: string;
      readonly edit: ServiceEdit;
      /** Somebody had changed what is wanted; it is put back. */
      readonly drift: boolean;
    })
  | (ServiceChange & { readonly kind: 'delete-service'; readonly uid: string })
  | { readonly kind: 'create-slice'; readonly slice: WantedSlice }
  | { readonly kind: 'replace-slice'; readonly uid: string; readonly slice: WantedSlice }
  | (ServiceChange & { readonly kind: 'delete-slice'; readonly uid: string })
  | { readonly kind: 'create-pool-object'; readonly object: WantedPoolObject }
  | { readonly kind: 'edit-pool-object'; readonly uid: string; readonly object: WantedPoolObject }
  | { readonly kind: 'delete-pool-object'; readonly uid: string; readonly object: Omit<WantedPoolObject, 'spec'> }
  | {
      readonly kind: 'edit-config-map';
      readonly namespace: string;
      readonly name: string;
      /** Of the ConfigMap that the text was made from. */
      readonly resourceVersion: string;
      readonly text: string;
      readonly annotations: Readonly<Record<string, string | null>>;
    }
);

/** One line for the log. */
export function describeChange(change: Change): string {
  switch (change.kind) {
    case 'create-service':
      return `create Service ${change.service}`;
    case 'edit-service':
      return `${change.drift ? 'put back' : 'change'} Service ${change.service}: ${Object.keys(change.edit).join(', ')}`;
    case 'delete-service':
      return `delete Service ${change.service}`;
    case 'create-slice':
    case 'replace-slice':
      return `${change.kind === 'create-slice' ? 'create' : 'change'} EndpointSlice ${change.slice.namespace}/${change.slice.name}: ${change.slice.endpoints.length} endpoints`;
    case 'delete-slice':
      return `delete EndpointSlice ${change.namespace}/${change.name}`;
    default:
      return describePoolChange(change);
  }
}

function describePoolChange(
  change: Extract<Change, { readonly kind: `${string}-pool-object` | 'edit-config-map' }>,
): string {
  if (change.kind === 'edit-config-map') return `change the pools in ConfigMap ${change.namespace}/${change.name}`;
  const { resource, namespace, name } = change.object;
  return `${change.kind.split('-', 1)[0] ?? ''} ${resource}.metallb.io ${namespace}/${name}`;
}
