import assert from 'node:assert/strict';
import type { ServiceSpec } from '../../../../packages/simulator/src/node/service.ts';
import { serviceRoutes } from '../../../../packages/simulator/src/node/service-routes.ts';
import { serviceObject, sliceObject } from '../../../support/node-objects.ts';

const nodes = new Map([
  ['k8s-1', '10.1.0.1'],
  ['k8s-2', '10.1.0.2'],
]);
const slices = [
  sliceObject(
    'web',
    [
      { addresses: ['172.27.0.1'], nodeName: 'k8s-1' },
      { addresses: ['172.27.0.65'], nodeName: 'k8s-2' },
    ],
    [{ name: 'http', port: 8080, protocol: 'TCP' }],
  ),
];
const spec: ServiceSpec = { type: 'LoadBalancer', clusterIP: '172.28.3.4', ports: [{ name: 'http', port: 80 }] };

function routesOf(
  more: Partial<ServiceSpec> = {},
  ingress = ['10.9.0.6'],
  announcement: { announced: boolean; node?: string } = { announced: true },
) {
  const routes = serviceRoutes(serviceObject('web', { ...spec, ...more }, ingress), slices, { nodes, announcement });
  return routes.map(
    (route) => `${route.key} → ${route.backends.map(({ ip }) => ip).join(' ')} as ${route.source ?? 'client'}`,
  );
}
const both = '172.27.0.1 172.27.0.65';

describe('[unit] routes of a Service', () => {
  const cases: [string, string[], string[]][] = [
    [
      'a LoadBalancer has its cluster IP and its external addresses',
      routesOf(),
      [`TCP 127.28.3.4:80 → ${both} as client`, `TCP 127.9.0.6:80 → ${both} as 127.1.0.1`],
    ],
    [
      'an address that is not announced is not served',
      routesOf({}, ['10.9.0.6'], { announced: false }),
      [`TCP 127.28.3.4:80 → ${both} as client`],
    ],
    [
      'a ClusterIP Service has no external address even if its status says so',
      routesOf({ type: 'ClusterIP' }),
      [`TCP 127.28.3.4:80 → ${both} as client`],
    ],
    [
      'external IPs count as external addresses',
      routesOf({ type: 'ClusterIP', externalIPs: ['10.9.0.9'] }),
      [`TCP 127.28.3.4:80 → ${both} as client`, `TCP 127.9.0.9:80 → ${both} as 127.1.0.1`],
    ],
    [
      'policy Local keeps to the announcing node and the client address',
      routesOf({ externalTrafficPolicy: 'Local' }, ['10.9.0.6'], { announced: true, node: 'k8s-2' }),
      [`TCP 127.28.3.4:80 → ${both} as client`, 'TCP 127.9.0.6:80 → 172.27.0.65 as client'],
    ],
    [
      'node ports are on every node',
      routesOf({ type: 'NodePort', ports: [{ name: 'http', port: 80, nodePort: 30080 }] }),
      [
        `TCP 127.28.3.4:80 → ${both} as client`,
        `TCP 127.1.0.1:30080 → ${both} as 127.1.0.1`,
        `TCP 127.1.0.2:30080 → ${both} as 127.1.0.2`,
      ],
    ],
    ['a headless Service has none', routesOf({ clusterIP: 'None' }), []],
    ['an alias has none', routesOf({ type: 'ExternalName' }), []],
    ['SCTP is not carried', routesOf({ ports: [{ port: 80, protocol: 'SCTP' }] }), []],
    ['IPv6 addresses are not carried', routesOf({}, ['fd00::1']), [`TCP 127.28.3.4:80 → ${both} as client`]],
  ];
  for (const [title, routes, expected] of cases) {
    it(title, () => assert.deepEqual(routes, expected));
  }

  it('keeps sessions for three hours unless told otherwise', () => {
    const seconds = (more: Partial<ServiceSpec>) =>
      serviceRoutes(serviceObject('web', { ...spec, ...more }), slices, { nodes, announcement: { announced: true } })[0]
        ?.affinitySeconds;
    assert.equal(seconds({}), undefined);
    assert.equal(seconds({ sessionAffinity: 'ClientIP' }), 10_800);
    assert.equal(
      seconds({ sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 5 } } }),
      5,
    );
  });
});
