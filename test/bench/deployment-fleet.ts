/** network.yaml of a fleet as people and their scripts write it: ten applications of which each has a Service, and per device an id, a tag and its own ranges. */
export function fleetFile(devices: number): string {
  const apps = Array.from({ length: 10 }, (_, index) => appLines(index)).flat();
  const entries = Array.from({ length: devices }, (_, index) => deviceLines(index)).flat();
  return `${[...HEAD, 'apps:', ...apps, 'devices:', ...entries].join('\n')}\n`;
}

const HEAD = [
  'apiVersion: iotedge-networking/v1',
  'name: stores',
  'profile: ase-k8s',
  'computeNetwork:',
  '  deviceNodes: 1',
  '  podSubnet: 172.27.0.0/16',
  '  clusterIpSubnet: 172.28.0.0/16',
];

function appLines(index: number): readonly string[] {
  return [
    `  app${index}:`,
    `    image: registry.example.com/store/app${index}:1.${index}`,
    '    env:',
    '      LOG_LEVEL: info',
    `    expose: ${index % 5 === 4 ? 'internal' : 'external'}`,
    `    ports: { http: ${8080 + index}, metrics: ${9100 + index} }`,
    ...(index % 3 === 2 ? ['    replicas: 2'] : []),
  ];
}

function deviceLines(index: number): readonly string[] {
  const net = `10.${Math.floor(index / 256) % 256}.${index % 256}`;
  return [
    `  - id: store-${String(index).padStart(5, '0')}`,
    `    tags: { region: r${index % 12} }`,
    '    computeNetwork:',
    `      subnet: ${net}.0/24`,
    `      gateway: ${net}.1`,
    `      nodeIps: ${net}.10-${net}.11`,
    `      externalServiceIps: ${net}.20-${net}.39`,
  ];
}
