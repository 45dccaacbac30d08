import type { LoadBalancerService } from '@iotedge-networking/metallb';

/** An object of the configuration. The recorded shapes are told in reference/metallb.md section 3. */
export interface NamedSpec {
  readonly name: string;
  readonly spec: unknown;
}

/** A Service in a step; what is left out has the defaults of reference/metallb.md section 3. */
export interface RecordedService extends Partial<Omit<LoadBalancerService, 'name' | 'namespace'>> {
  readonly name: string;
}

/** One thing that happens. */
export type Step =
  | { readonly op: 'apply'; readonly service: RecordedService }
  | { readonly op: 'delete'; readonly name: string }
  | { readonly op: 'setPools'; readonly pools: readonly NamedSpec[] }
  | { readonly op: 'restart' }
  | { readonly op: 'clearEvents' };

/** What a recorded case starts from. */
export interface MetalLbCaseInput {
  readonly configmap?: string;
  readonly pools?: readonly NamedSpec[];
  readonly l2advertisements?: readonly NamedSpec[];
  readonly bgpadvertisements?: readonly NamedSpec[];
  readonly bgppeers?: readonly NamedSpec[];
  readonly bfdprofiles?: readonly NamedSpec[];
  readonly communities?: readonly NamedSpec[];
  readonly bgpMode?: 'native' | 'frr';
  readonly controllerLbClass?: string;
  readonly namespaces?: readonly { readonly name: string; readonly labels?: Record<string, string> }[];
  readonly steps?: readonly Step[];
  readonly ip?: string;
  readonly nodes?: readonly (string | { readonly name: string })[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly interfaces?: readonly string[];
  readonly metallb?: string;
  readonly namespace?: string;
}

/** What MetalLB did. */
export interface Expected {
  readonly accepted?: boolean;
  readonly errorContains?: string;
  readonly cidrs?: Readonly<Record<string, readonly string[]>>;
  readonly available?: Readonly<Record<string, readonly [number, number]>>;
  readonly services?: Readonly<Record<string, { ips?: readonly string[]; pool?: string; ipsIn?: readonly string[] }>>;
  readonly events?: readonly string[];
  readonly eventTextContains?: string;
  readonly counters?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly noPoolAnnotation?: readonly string[];
  readonly configErrorContains?: string;
  readonly configErrors?: readonly string[];
  readonly announcer?: string;
  readonly text?: string;
}
