/**
 * What an address is used for. `held`: MetalLB gave it to a Service. `pinned`: held, and asked for by address. `wanted`: pinned, and not held (yet).
 * `shared`: held by several Services with one sharing key. `conflict`: claimed by two that cannot share. `gateway`, `node`: not for Services.
 */
export type AddressUseKind = 'node' | 'gateway' | 'held' | 'pinned' | 'wanted' | 'shared' | 'conflict';

/** One address that is not free. */
export interface AddressUse {
  readonly address: string;
  readonly kind: AddressUseKind;
  /** In no range of the Compute network. */
  readonly outside?: true;
  /** `namespace/name` of Services, or the name of a node. */
  readonly holders: readonly string[];
}
