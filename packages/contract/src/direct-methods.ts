/** Names of the networking module's direct methods. */
export const DIRECT_METHODS = ['getStatus', 'getServices', 'explain', 'reconcile'] as const;

/** Output on which the networking module sends events. */
export const EVENT_OUTPUT = 'networkEvents';
