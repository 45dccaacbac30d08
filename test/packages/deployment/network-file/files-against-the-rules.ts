import type { BadNetworkFile } from './bad-network-file.ts';

/** Files that break a rule about addresses, Services or devices. */
export const AGAINST_THE_RULES: readonly BadNetworkFile[] = [
  {
    why: 'pinned address outside',
    codes: 'N12',
    yaml: `
computeNetwork:
  externalServiceIps: 10.0.0.10-10.0.0.19
apps:
  web: { image: nginx:1, expose: external, ports: { http: { port: 80 } }, address: »10.0.0.30 }
`,
  },
  {
    why: 'pinned address of an internal app',
    codes: 'N12',
    yaml: `
computeNetwork:
  externalServiceIps: 10.0.0.10-10.0.0.19
apps:
  web: { image: nginx:1, expose: internal, ports: { http: { port: 80 } }, address: »10.0.0.11 }
`,
  },
  {
    why: 'one address pinned twice',
    codes: 'N12',
    yaml: `
computeNetwork:
  externalServiceIps: 10.0.0.10-10.0.0.19
apps:
  one: { image: nginx:1, expose: external, ports: { http: { port: 80 } }, address: 10.0.0.11 }
  two: { image: nginx:1, expose: external, ports: { http: { port: 81 } }, address: »10.0.0.11 }
`,
  },
  {
    why: 'unknown pool',
    codes: 'N12',
    yaml: `
computeNetwork:
  externalServiceIps: { plant: 10.0.0.10-10.0.0.19 }
apps:
  web: { image: nginx:1, expose: external, ports: { http: { port: 80 } }, pool: »plan }
`,
  },
  {
    why: 'pools of the device managed by the module',
    codes: 'not-in-profile',
    yaml: `
computeNetwork: { managePools: »true }
`,
  },
  {
    why: 'pools of the device managed by the module, in a group and on a device',
    codes: 'not-in-profile, not-in-profile',
    yaml: `
profile: vm
networkingModule: { env: { KUBECONFIG: /etc/kubeconfig } }
groups:
  north:
    computeNetwork: { managePools: »true }
devices:
  - { id: a, group: north }
  - { id: b, group: north, computeNetwork: { managePools: false } }
  - { id: c, computeNetwork: { managePools: »true } }
`,
  },
  {
    why: 'bad range',
    codes: 'invalid-value',
    yaml: `
computeNetwork:
  nodeIps: »10.0.0.9-10.0.0.1
`,
  },
  {
    why: 'too few node addresses',
    codes: 'N02',
    yaml: `
computeNetwork:
  nodeIps: »10.0.0.1
`,
  },
  {
    why: 'node and service ranges overlap',
    codes: 'N03',
    yaml: `
computeNetwork:
  nodeIps: 10.0.0.1-10.0.0.5
  externalServiceIps: »10.0.0.5-10.0.0.9
`,
  },
  {
    why: 'range outside the subnet',
    codes: 'N04',
    yaml: `
computeNetwork:
  subnet: 10.0.0.0/24
  externalServiceIps: »10.0.1.5-10.0.1.9
`,
  },
  {
    why: 'gateway inside the range',
    codes: 'N04',
    yaml: `
computeNetwork:
  subnet: 10.0.0.0/24
  gateway: 10.0.0.6
  externalServiceIps: »10.0.0.5-10.0.0.9
`,
  },
  {
    why: 'subnet clashes with the pod subnet',
    codes: 'N07',
    yaml: `
computeNetwork:
  subnet: »172.27.3.0/24
`,
  },
  {
    why: 'second range of a list is bad',
    codes: 'invalid-value',
    yaml: `
computeNetwork:
  externalServiceIps:
    - 10.0.0.5-10.0.0.9
    - »10.0.0.300
`,
  },
  {
    why: 'range of a device is bad',
    codes: 'N02',
    yaml: `
devices:
  - id: store-001
    computeNetwork:
      nodeIps: »10.0.0.1
`,
  },
  {
    why: 'duplicate device',
    codes: 'duplicate-device',
    yaml: `
devices:
  - id: store-001
  - id: »store-001
`,
  },
  {
    why: 'bad device id',
    codes: 'invalid-format',
    yaml: `
devices:
  - id: »store 001
`,
  },
  {
    why: 'no devices in the list',
    codes: 'too-small',
    yaml: `
»devices: []
`,
  },
  {
    why: 'service without selector',
    codes: 'missing',
    yaml: `
services:
  »hmi: { ports: { web: { port: 443 } } }
`,
  },
  {
    why: 'service with selector and adopt',
    codes: 'conflict',
    yaml: `
services:
  »hmi: { selector: app=hmi, adopt: hmi, ports: { web: { port: 443 } } }
`,
  },
  {
    why: 'bad selector',
    codes: 'invalid-selector',
    yaml: `
services:
  hmi: { selector: »"app ~ hmi", ports: { web: { port: 443 } } }
`,
  },
  {
    why: 'bad namespace',
    codes: 'invalid-format',
    yaml: `
namespace: »Plant_1
`,
  },
  {
    why: 'bad deployment id',
    codes: 'invalid-format',
    yaml: `
deployments:
  - { id: »Stores, targetCondition: "tags.role='store'", priority: 1 }
`,
  },
  {
    why: 'negative priority',
    codes: 'too-small',
    yaml: `
deployments:
  - { id: stores, targetCondition: "tags.role='store'", priority: »-1 }
`,
  },
];
