import { cidrToRange, formatAddress, parseCidr } from '@iotedge-networking/addressing';
import type { KubeObject, ObjectClient, ResourceRef } from './cluster/object-client.ts';

const services: ResourceRef = { group: '', version: 'v1', plural: 'services' };
const endpointSlices: ResourceRef = { group: 'discovery.k8s.io', version: 'v1', plural: 'endpointslices' };

/** Where the cluster's DNS server is. */
export interface CoreDnsPlace {
  readonly clusterIpSubnet: string;
  /** Address (of a node) and port where the DNS server answers. */
  readonly address: string;
  readonly port: number;
}

/** Puts the Service `kube-dns` at the tenth address of the cluster IP subnet, as the device does, leading to the simulator's DNS server. */
export function installCoreDns(client: ObjectClient, place: CoreDnsPlace): void {
  const labels = { 'k8s-app': 'kube-dns', 'kubernetes.io/name': 'CoreDNS' };
  const ports = [
    { name: 'dns', protocol: 'UDP', port: 53 },
    { name: 'dns-tcp', protocol: 'TCP', port: 53 },
  ];
  const metadata = { name: 'kube-dns', namespace: 'kube-system', labels };
  replace(client, services, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { clusterIP: tenthAddress(place.clusterIpSubnet), ports },
  });
  replace(client, endpointSlices, {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: 'kube-dns-simulator',
      namespace: 'kube-system',
      labels: { 'kubernetes.io/service-name': 'kube-dns' },
    },
    addressType: 'IPv4',
    endpoints: [{ addresses: [place.address], conditions: { ready: true } }],
    ports: ports.map(({ name, protocol }) => ({ name, protocol, port: place.port })),
  });
}

function replace(client: ObjectClient, ref: ResourceRef, object: KubeObject): void {
  const present = client.get(ref, object.metadata);
  if (present === undefined) client.create(ref, object);
  else client.patch(ref, object.metadata, { kind: 'merge', body: object });
}

function tenthAddress(subnet: string): string {
  const cidr = parseCidr(subnet);
  if (cidr === undefined) throw new Error(`"${subnet}" is not a cluster IP subnet.`);
  return formatAddress({ family: cidr.family, value: cidrToRange(cidr).first + 10n });
}
