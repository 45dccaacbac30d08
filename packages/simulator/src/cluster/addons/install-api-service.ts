import { addressOfSubnet } from '../admission/cluster-ip-allocator.ts';
import { refs } from '../controllers/refs.ts';
import { jsonEqual } from '../json.ts';
import type { KubeObject, ObjectClient, ResourceRef } from '../object-client.ts';

/** Where the API server is reached. */
export interface ApiServiceOptions {
  readonly client: ObjectClient;
  readonly clusterIpSubnet: string;
  readonly address: string;
  readonly port: number;
}

/** Keeps `kubernetes` in `default`: the Service by which pods find the API server, with its Endpoints and EndpointSlice. */
export function installApiService({ client, clusterIpSubnet, address, port }: ApiServiceOptions): void {
  const key = { namespace: 'default', name: 'kubernetes' };
  const labels = { component: 'apiserver', provider: 'kubernetes' };
  if (client.get(refs.services, key) === undefined) {
    const clusterIP = addressOfSubnet(clusterIpSubnet, 1);
    const ports = [{ name: 'https', port: 443, protocol: 'TCP', targetPort: port }];
    client.create(refs.services, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...key, labels },
      spec: { type: 'ClusterIP', clusterIP, ports },
    });
  }
  write(client, refs.endpoints, {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { ...key, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
    subsets: [{ addresses: [{ ip: address }], ports: [{ name: 'https', port, protocol: 'TCP' }] }],
  });
  write(client, refs.endpointSlices, {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { ...key, labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
    ports: [{ name: 'https', port, protocol: 'TCP' }],
  });
}

// The port may be another one after a restart.
function write(client: ObjectClient, ref: ResourceRef, object: KubeObject): void {
  const present = client.get(ref, object.metadata);
  if (present === undefined) client.create(ref, object);
  else if (!jsonEqual(present['subsets'], object['subsets']) || !jsonEqual(present['ports'], object['ports']))
    client.update(ref, object);
}
