/** A Kubernetes event that MetalLB records on a Service. */
export interface ServiceEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  /** `namespace/name` of the Service. */
  readonly service: string;
  readonly message: string;
}

/** Makes an event. */
export function serviceEvent(
  type: ServiceEvent['type'],
  reason: string,
  service: string,
  message: string,
): ServiceEvent {
  return { type, reason, service, message };
}
