import type { SliceEndpoint, SlicePort } from '../gather/snapshot.ts';
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
  }
}
