import type { BadNetworkFile } from './bad-network-file.ts';

/** Files that YAML or the schema of network.yaml refuses. */
export const MISSHAPEN: readonly BadNetworkFile[] = [
  {
    why: 'empty file',
    codes: 'empty',
    whole: true,
    yaml: `
»
`,
  },
  {
    why: 'only a comment',
    codes: 'empty',
    whole: true,
    yaml: `
»# nothing
`,
  },
  {
    why: 'a list',
    codes: 'invalid-type',
    whole: true,
    yaml: `
»- a
`,
  },
  {
    why: 'unknown escape in quotes',
    codes: 'yaml-syntax',
    yaml: `
apps: { web: { image: "nginx»\\q" } }
`,
  },
  {
    why: 'tab as indentation',
    codes: 'yaml-syntax',
    yaml: `
apps:
»	web: {}
`,
  },
  {
    why: 'bad indentation',
    codes: 'yaml-syntax',
    yaml: `
apps:
  web:
    image: nginx:1
»   replicas: 2
`,
  },
  {
    why: 'duplicate key',
    codes: 'duplicate-key',
    yaml: `
apps: {}
»apps: {}
`,
  },
  {
    why: 'two documents',
    codes: 'yaml-syntax',
    yaml: `
»---
name: other
`,
  },
  {
    why: 'unknown anchor',
    codes: 'unknown-anchor',
    yaml: `
apps: »*base
`,
  },
  {
    why: 'unresolved placeholder',
    codes: 'unresolved-placeholder',
    yaml: `
computeNetwork:
  gateway: »\${GATEWAY}
`,
  },
  {
    why: 'malformed placeholder',
    codes: 'bad-placeholder',
    yaml: `
computeNetwork:
  gateway: »"\${not a name}"
`,
  },
  {
    why: 'missing apiVersion',
    codes: 'missing',
    whole: true,
    yaml: `
»name: shop
`,
  },
  {
    why: 'wrong apiVersion',
    codes: 'invalid-value',
    whole: true,
    yaml: `
apiVersion: »v1
name: shop
`,
  },
  {
    why: 'missing name',
    codes: 'missing',
    whole: true,
    yaml: `
»apiVersion: iotedge-networking/v1
`,
  },
  {
    why: 'bad name',
    codes: 'invalid-format',
    whole: true,
    yaml: `
apiVersion: iotedge-networking/v1
name: »My Shop
`,
  },
  {
    why: 'unknown key at the root',
    codes: 'unknown-key',
    yaml: `
»aps: {}
`,
  },
  {
    why: 'unknown key in computeNetwork',
    codes: 'unknown-key',
    yaml: `
computeNetwork:
  »nodeIPs: 10.0.0.1-10.0.0.2
`,
  },
  {
    why: 'unknown key in an app',
    codes: 'unknown-key',
    yaml: `
apps:
  web: { image: nginx:1, »exposed: external }
`,
  },
  {
    why: 'unknown key in a port',
    codes: 'unknown-key',
    yaml: `
apps:
  web:
    image: nginx:1
    ports: { http: { port: 80, »target: 8080 } }
`,
  },
  {
    why: 'unknown key in a device',
    codes: 'unknown-key',
    yaml: `
devices:
  - id: store-001
    »tag: { role: store }
`,
  },
  {
    why: 'unknown profile',
    codes: 'invalid-value',
    yaml: `
profile: »ase
`,
  },
  {
    why: 'missing image',
    codes: 'missing',
    yaml: `
apps:
  »web:
    replicas: 2
`,
  },
  {
    why: 'image is null',
    codes: 'invalid-type',
    yaml: `
apps:
  web:
    »image:
`,
  },
  {
    why: 'replicas is text',
    codes: 'invalid-type',
    yaml: `
apps:
  web:
    image: nginx:1
    replicas: »two
`,
  },
  {
    why: 'too many replicas',
    codes: 'too-big',
    yaml: `
apps:
  web:
    image: nginx:1
    replicas: »50
`,
  },
  {
    why: 'unknown exposure',
    codes: 'invalid-value',
    yaml: `
apps:
  web: { image: nginx:1, expose: »extern, ports: { http: { port: 80 } } }
`,
  },
  {
    why: 'app name with capitals',
    codes: 'invalid-key',
    yaml: `
apps:
  »WebServer: { image: nginx:1 }
`,
  },
  {
    why: 'port out of range',
    codes: 'too-big',
    yaml: `
apps:
  web: { image: nginx:1, ports: { http: { port: »70000 } } }
`,
  },
  {
    why: 'bad port mapping',
    codes: 'invalid-value',
    yaml: `
apps:
  web: { image: nginx:1, ports: { http: »"80->8080" } }
`,
  },
  {
    why: 'exposed without ports',
    codes: 'missing',
    yaml: `
apps:
  »web: { image: nginx:1, expose: external }
`,
  },
  {
    why: 'duplicate port',
    codes: 'duplicate-port',
    yaml: `
apps:
  web: { image: nginx:1, expose: external, »ports: { a: { port: 80 }, b: "80:81" } }
`,
  },
  {
    why: 'bad address',
    codes: 'invalid-value',
    yaml: `
apps:
  web: { image: nginx:1, expose: external, ports: { http: { port: 80 } }, address: »10.0.0.256 }
`,
  },
  {
    why: 'merge key and alias',
    codes: 'unknown-key, unknown-key, too-big',
    yaml: `
apps:
  one: &base { image: nginx:1, »»prots: {} }
  two: { <<: *base, replicas: »99 }
`,
  },
  {
    why: 'bad port name',
    codes: 'invalid-key',
    yaml: `
apps:
  web: { image: nginx:1, ports: { »Http: { port: 81 } } }
`,
  },
  {
    why: 'several problems at once, in file order',
    codes: 'invalid-value, unknown-key, invalid-key, invalid-value',
    yaml: `
profile: »ase
apps:
  web: { image: nginx:1, »exposed: external }
  »WEB: { image: nginx:1 }
computeNetwork:
  nodeIps: »10.0.0.9-10.0.0.1
`,
  },
  {
    why: 'problem inside an aliased value',
    codes: 'N02',
    yaml: `
computeNetwork: &network
  nodeIps: »10.0.0.1
devices:
  - id: store-001
    computeNetwork: *network
`,
  },
  {
    why: 'alias bomb',
    codes: 'yaml-syntax',
    whole: true,
    yaml: `
»apiVersion: iotedge-networking/v1
name: shop
a: &a [x,x,x,x,x,x,x,x,x,x]
b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]
c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]
d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]
`,
  },
];
