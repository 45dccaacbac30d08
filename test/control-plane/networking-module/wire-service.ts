import type { WireObject } from './followed-collection.ts';

/** The parts of a Service that the suites look at. */
export interface WireService extends WireObject {
  readonly metadata: WireObject['metadata'] & {
    readonly managedFields?: readonly { readonly manager: string; readonly fieldsV1: object }[];
  };
  readonly spec: {
    readonly type: string;
    readonly clusterIP: string;
    readonly loadBalancerIP?: string;
    readonly externalTrafficPolicy?: string;
    readonly selector?: Readonly<Record<string, string>>;
    readonly ports: readonly {
      readonly name?: string;
      readonly port: number;
      readonly targetPort: number | string;
      readonly protocol: string;
      readonly nodePort?: number;
    }[];
  };
  readonly status: { readonly loadBalancer: { readonly ingress?: readonly { readonly ip: string }[] } };
}

/** External addresses of a Service, comma-separated. */
export function ingressOf({ status }: WireService): string {
  return (status.loadBalancer.ingress ?? []).map(({ ip }) => ip).join();
}
