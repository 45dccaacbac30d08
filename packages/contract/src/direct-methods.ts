/** Names of the networking module's direct methods. */
export const DIRECT_METHODS = ['getStatus', 'getServices', 'explain', 'reconcile'] as const;

/** Output on which the networking module sends events, and the kinds of event it sends. */
export const EVENT_OUTPUT = 'networkEvents';

/** Kinds of event on {@link EVENT_OUTPUT}. */
export type NetworkEventKind =
  'AddressAssigned' | 'AddressChanged' | 'AddressLost' | 'PoolLow' | 'PoolExhausted' | 'DesiredRejected';
