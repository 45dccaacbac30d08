/** A Kubernetes event that the controller records on a Service. */
export interface ServiceEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  /** `namespace/name` of the Service. */
  readonly service: string;
  readonly message: string;
}
