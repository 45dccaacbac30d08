/** Which MetalLB a simulated cluster has. */
export interface MetalLbOptions {
  /** `configmap` up to 0.12, `crd` from 0.13 on. */
  readonly dialect: 'configmap' | 'crd';
  /** Release, such as `0.12.1`; it decides how the model behaves and what clients can see of it. */
  readonly version: string;
  /** Ranges by pool name: what the device takes from its "Kubernetes external service IPs". */
  readonly pools: Readonly<Record<string, readonly string[]>>;
}

/** MetalLB's own namespace. */
export const METALLB_NAMESPACE = 'metallb-system';
