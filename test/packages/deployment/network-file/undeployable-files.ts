import type { BadNetworkFile } from './bad-network-file.ts';

/** Files that could not be deployed as they stand. */
export const UNDEPLOYABLE: readonly BadNetworkFile[] = [
  {
    why: 'replica takes the name of another app',
    codes: 'module-name-taken',
    yaml: `
apps:
  web: { image: nginx:1, replicas: »2 }
  web2: { image: nginx:1 }
`,
  },
  {
    why: 'app takes the name of the networking module',
    codes: 'module-name-taken',
    yaml: `
apps:
  »networking: { image: nginx:1 }
`,
  },
  {
    why: 'service claimed by an app and a selector',
    codes: 'service-claimed-twice',
    yaml: `
apps:
  web: { image: nginx:1, expose: internal, ports: { http: { port: 80 } } }
services:
  »web: { selector: app=web, ports: { http: { port: 80 } } }
`,
  },
  {
    why: 'port bindings beside replicas',
    codes: 'ports-in-create-options',
    yaml: `
apps:
  web:
    image: nginx:1
    replicas: 2
    expose: external
    ports: { http: { port: 80 } }
    createOptions:
      HostConfig:
        »PortBindings: { "80/tcp": [{ HostPort: "80" }] }
`,
  },
  {
    why: 'pool too small for the apps',
    codes: 'N06',
    yaml: `
computeNetwork:
  externalServiceIps: »10.0.0.10
apps:
  web: { image: nginx:1, expose: external, ports: { http: { port: 80 } } }
`,
  },
  {
    why: 'replicas on a virtual machine',
    codes: 'not-in-profile',
    yaml: `
profile: vm
apps:
  web: { image: nginx:1, replicas: »2 }
`,
  },
  {
    why: 'address on a virtual machine',
    codes: 'not-in-profile',
    yaml: `
profile: vm
apps:
  web: { image: nginx:1, expose: external, ports: { http: { port: 80 } }, address: »10.0.0.9 }
`,
  },
  {
    why: 'two apps on one host port',
    codes: 'docker-hostport-clash',
    yaml: `
profile: vm
networkingModule: { env: { KUBECONFIG: /etc/kubeconfig } }
apps:
  one: { image: nginx:1, expose: external, ports: { http: { port: 80 } } }
  two: { image: nginx:1, expose: external, ports: { http: »"80:8080" } }
`,
  },
  {
    why: 'host port of edgeHub',
    codes: 'docker-hostport-clash',
    yaml: `
profile: vm
apps:
  web: { image: nginx:1, expose: external, ports: { »https: { port: 443 } } }
`,
  },
  {
    why: 'env name a twin refuses',
    codes: 'env-name-refused',
    yaml: `
apps:
  web:
    image: nginx:1
    env: { »"LOG.LEVEL": debug }
`,
  },
  {
    why: 'tag a twin refuses',
    codes: 'bad-key',
    yaml: `
devices:
  - id: store-001
    tags: { »"a.b": 1 }
`,
  },
  {
    why: 'env value too long',
    codes: 'value-too-long',
    yaml: `
apps:
  web:
    image: nginx:1
    env: { LONG: »"\${LONG_VALUE}" }
`,
  },
  {
    why: 'pool name a twin refuses',
    codes: 'bad-key',
    yaml: `
computeNetwork:
  externalServiceIps: { »"plant.one": 10.0.0.10-10.0.0.19 }
`,
  },
  {
    why: 'colon in the name of a variable',
    codes: 'env-name-colon',
    yaml: `
apps:
  web:
    image: nginx:1
    env:
      »Logging:Level: debug
`,
  },
  {
    why: 'name of the sidecar',
    codes: 'reserved-name',
    yaml: `
apps:
  »proxy: { image: nginx:1 }
`,
  },
  {
    why: 'label that cannot become an annotation',
    codes: 'label-key-invalid',
    yaml: `
apps:
  web:
    image: nginx:1
    expose: external
    ports: { http: { port: 80 } }
    createOptions:
      Labels:
        /x: »y
`,
  },
  {
    why: 'override of an application that is not there, on every device',
    codes: 'unknown-app, unknown-app',
    yaml: `
apps:
  webserver: { image: nginx:1 }
devices:
  - { id: store-001, apps: { »webservr: { replicas: 2 } } }
  - { id: store-002, apps: { »other: { replicas: 2 } } }
`,
  },
];
