import type { ServiceView } from '../../view/index.ts';

/** Whether a client outside reaches a Service, as far as the device can tell. */
export type Reachability = 'yes' | 'no' | 'inside' | 'unknown';

/** A Service without an external address is for the cluster only, unless it waits for one; reason tokens say the rest. */
export function reachability({ type, ips, state, reason }: ServiceView): Reachability {
  if (ips.length === 0 && type !== 'LoadBalancer') return 'inside';
  if (ips.length === 0 || reason === 'Unreachable' || state === 'Failing') return 'no';
  return state === 'Ready' ? 'yes' : 'unknown';
}
