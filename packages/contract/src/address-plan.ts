import type { PortMapping } from './port-mapping.ts';

/** A range as somebody wrote it, with the place where it stands. */
export interface DeclaredRange {
  readonly path: string;
  readonly text: string;
}

/** The external service IPs of one pool. */
export interface DeclaredPool {
  readonly name: string;
  readonly ranges: readonly DeclaredRange[];
}

/** What one exposed application asks of the address plan. */
export interface AddressClaim {
  readonly path: string;
  /** `namespace/name` of the Service. */
  readonly owner: string;
  readonly expose: 'external' | 'internal';
  readonly address?: string;
  readonly pool?: string;
  readonly shareKey?: string;
  readonly trafficPolicy: 'Cluster' | 'Local';
  readonly ports: readonly PortMapping[];
}

/** An address that is taken. */
export interface OtherAddress extends DeclaredRange {
  /** What has it, such as `DNS`. */
  readonly name: string;
}

/** The four address planes of one device and all that is asked of them, from network.yaml or from desired properties alike. */
export interface AddressPlan {
  readonly subnet?: DeclaredRange;
  readonly gateway?: DeclaredRange;
  readonly deviceNodes?: number;
  /** Whose Kubernetes takes the node IPs; the device's own when absent. */
  readonly kubernetes?: 'device' | 'aks';
  /** Addresses that something else has. */
  readonly otherAddresses?: readonly OtherAddress[];
  /** Networks that are reached by routes. */
  readonly routes?: readonly DeclaredRange[];
  readonly nodeIps?: DeclaredRange;
  readonly pools: readonly DeclaredPool[];
  readonly podSubnet?: DeclaredRange;
  readonly clusterIpSubnet?: DeclaredRange;
  readonly claims: readonly AddressClaim[];
}
