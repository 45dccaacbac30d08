/**
 * The reason catalogue: stable tokens that reported properties, events, metrics and messages use, each with what it means
 * and what mends it. Tokens are never renamed; new ones may be added.
 */
export const REASONS = {
  Ready: { means: 'The Service answers as it should.', mend: 'Nothing to do.' },
  WaitingForAddress: {
    means: 'An address was asked for and has not been assigned yet.',
    mend: 'Wait a moment; it becomes another reason if it lasts.',
  },
  PoolExhausted: {
    means: 'Every address of the pool is taken.',
    mend: 'Extend the Kubernetes external service IPs, or share an address.',
  },
  AddressOutsidePools: {
    means: 'The requested address is in no pool.',
    mend: 'Choose an address inside the Kubernetes external service IPs.',
  },
  AddressInUse: {
    means: 'Another Service holds the requested address and does not share it.',
    mend: 'Choose another address, or give both the same sharing key.',
  },
  SharingConflict: {
    means: 'The Services may not share one address: key, ports or traffic policy clash.',
    mend: 'Use one key, distinct ports and the same traffic policy.',
  },
  PoolNotFound: { means: 'The named pool does not exist.', mend: 'Name a pool that the load balancer has.' },
  FamilyMismatch: {
    means: 'The requested address is not of the IP family the Service has.',
    mend: 'Request an address of the Service’s family.',
  },
  RequestConflict: {
    means: 'The Service asks for an address in two ways that contradict each other.',
    mend: 'Keep one of spec.loadBalancerIP and the annotation.',
  },
  NotAnnounced: {
    means: 'The address is assigned but no node announces it.',
    mend: 'Add an advertisement for the pool, or check the speakers.',
  },
  NodeExcluded: {
    means: 'Every node that could announce the address is excluded from load balancers.',
    mend: 'Remove the exclude-from-external-load-balancers label from one node.',
  },
  NoReadyEndpoints: { means: 'No pod behind the Service is ready.', mend: 'See why the pods are not ready.' },
  NoMatchingPods: {
    means: 'No pod matches the Service’s backends.',
    mend: 'Compare the backends with the labels and names of the pods.',
  },
  DnsMismatch: {
    means: 'The cluster DNS answers another address than the Service’s cluster IP.',
    mend: 'Check CoreDNS and the Service.',
  },
  Unreachable: {
    means: 'A probe to the address got no answer.',
    mend: 'Check the network between the device and the probe, and the application.',
  },
  DnsUnreachable: {
    means: 'The cluster DNS does not answer the networking module, so names are not checked.',
    mend: 'Outside the cluster (profile vm) this is normal: set options.probe to false. Inside, check CoreDNS.',
  },
  NodeIpsMismatch: {
    means: 'A node has an address outside the declared Kubernetes node IPs.',
    mend: 'Correct nodeIps in network.yaml, or the Kubernetes node IPs of the device.',
  },
  PoolsMismatch: {
    means: 'The pools of the load balancer are not the declared external service IPs.',
    mend: 'Correct externalServiceIps in network.yaml, or the Kubernetes external service IPs of the device.',
  },
  SubnetMismatch: {
    means: 'The cluster’s pod or cluster IP subnet is not the declared one.',
    mend: 'Correct podSubnet or clusterIpSubnet in network.yaml.',
  },
  RangesOverlap: {
    means: 'Ranges that must have no address in common do.',
    mend: 'Move one of the ranges; the message names both.',
  },
  ConfigurationStale: {
    means: 'The load balancer’s configuration is invalid or refused, so an older one is in force.',
    mend: 'Correct what the message says in the configuration of MetalLB.',
  },
  PoolChangeRefused: {
    means: 'A managed pool is not changed, because that would break what works.',
    mend: 'Read the message; change network.yaml or the pool.',
  },
  AddressTakenAway: {
    means: 'The desired properties dropped a range, and Services lost addresses of it.',
    mend: 'Declare the range again, or tell the clients of these Services their new addresses.',
  },
  LoadBalancerMissing: {
    means: 'Nothing in the cluster assigns addresses to LoadBalancer Services.',
    mend: 'Install MetalLB or enable compute on the device.',
  },
  Forbidden: {
    means: 'The networking module lacks a right.',
    mend: 'Apply the RBAC of deployment-templates/rbac for this profile.',
  },
  InvalidDesired: {
    means: 'The desired properties break a rule and were refused as a whole.',
    mend: 'Correct what the problems say; the last good document stays in force.',
  },
  DriftCorrected: {
    means: 'Somebody changed what the desired properties state; it was put back.',
    mend: 'Change network.yaml instead.',
  },
  NameTaken: {
    means: 'A Service of that name exists and belongs to somebody else.',
    mend: 'Choose another name, or adopt the Service by leaving out its backends.',
  },
  ServiceNotFound: {
    means: 'The Service to adopt does not exist.',
    mend: 'Create it, or give ports and backends so that the module makes it.',
  },
  NamespaceNotFound: { means: 'The namespace of the Service does not exist.', mend: 'Create the namespace.' },
  ApiUnavailable: {
    means: 'The Kubernetes API did not answer.',
    mend: 'Check the API server and the module’s kubeconfig.',
  },
  Refused: { means: 'The Kubernetes API refused the object.', mend: 'Read the message; correct the entry.' },
} as const satisfies Record<string, { means: string; mend: string }>;

/** A token of the reason catalogue. */
export type Reason = keyof typeof REASONS;

/** All tokens, in catalogue order. */
export const REASON_TOKENS = Object.keys(REASONS) as readonly Reason[];
