import type { DeviceView, ServiceView } from '../../../../packages/dashboard/src/view/index.ts';

/** A device as the page gets it: edgeHub and a web server at external addresses, a database inside. */
export function sampleDevice(): DeviceView {
  const rule = { mutability: 'live', by: 'device' } as const;
  const fields = {
    ...{ subnet: rule, gateway: rule, deviceNodes: rule, nodeIps: rule, externalServiceIps: rule, podSubnet: rule },
    ...{ clusterIpSubnet: rule, announce: rule, bgpPeers: rule, managePools: rule },
  };
  return {
    id: 'store-001',
    revision: '1',
    tags: {},
    profile: 'ase-k8s',
    hasCluster: true,
    module: { name: 'networking', version: '0.1.0' },
    computeNetwork: {
      subnet: '10.126.72.0/22',
      gateway: '10.126.72.1',
      deviceNodes: 1,
      nodeIps: '10.126.75.200-10.126.75.201',
      externalServiceIps: { default: ['10.126.75.206-10.126.75.215'] },
      podSubnet: '172.27.0.0/16',
      clusterIpSubnet: '172.28.0.0/16',
      announce: 'layer2',
      bgpPeers: [],
      managePools: false,
    },
    computeNetworkFrom: 'network.yaml',
    fields: fields as unknown as DeviceView['fields'],
    claims: [],
    desired: { state: 'applied', problems: [] },
    pools: [{ name: 'default', ranges: ['10.126.75.206-10.126.75.215'], total: 10, used: 2 }],
    nodes: [{ name: 'k8s-1', ip: '10.126.75.200', role: 'master', ready: true }],
    services: [
      sampleService('edgehub', { ips: ['10.126.75.206'], type: 'LoadBalancer' }),
      sampleService('webserver', { ips: ['10.126.75.207'], type: 'LoadBalancer' }),
      sampleService('database', { ports: ['5432/TCP'] }),
    ],
    addresses: [],
    conditions: [],
  };
}

/** A Service inside the cluster that is ready, unless told otherwise. */
export function sampleService(name: string, change: Partial<ServiceView> = {}): ServiceView {
  return {
    ...{ namespace: 'iotedge', name, type: 'ClusterIP', ips: [], clusterIp: '172.28.0.7', ports: ['80/TCP'], urls: [] },
    ...{ state: 'Ready', reason: 'Ready' },
    ...change,
  };
}
