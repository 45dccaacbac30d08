import assert from 'node:assert/strict';
import fc from 'fast-check';
import { planFails, type DevicePlan } from '../../../../packages/deployment/src/plan/device-plan.ts';
import { formatPlan } from '../../../../packages/deployment/src/plan/format-plan.ts';
import { planDevice, type PlanOptions } from '../../../../packages/deployment/src/plan/plan-device.ts';
import { sampleNetwork, type NetworkParts } from '../sample-network.ts';

const COMPUTE = { nodeIps: '10.0.0.2-10.0.0.3', externalServiceIps: '10.0.0.10-10.0.0.13' };

function plan(parts: NetworkParts, options: PlanOptions = {}): DevicePlan {
  const { network, device } = sampleNetwork({ computeNetwork: COMPUTE, ...parts });
  return planDevice(network, device, options);
}

const app = (parts: object = {}): object => ({ image: 'nginx:1', expose: 'external', ports: { http: 80 }, ...parts });

/** `web lowest-free 10.0.0.11` per Service, edgeHub left out. */
function rows({ services }: DevicePlan): readonly string[] {
  return services
    .filter(({ service }) => service !== 'iotedge/edgehub')
    .map(({ service, type, addresses, choice, reason }) =>
      [
        service.replace('iotedge/', ''),
        type === 'LoadBalancer' ? '' : type,
        reason === '' ? choice : reason,
        addresses.join('+'),
      ]
        .filter((part) => part !== undefined && part !== '')
        .join(' '),
    );
}

const codes = ({ warnings }: DevicePlan): readonly string[] => warnings.map(({ code }) => code);

describe('[unit] plan of a device', () => {
  const CASES: readonly {
    why: string;
    parts: NetworkParts;
    options?: PlanOptions;
    shown: readonly string[];
    warned?: readonly string[];
  }[] = [
    { why: 'nothing is exposed', parts: { apps: { web: { image: 'nginx:1' } } }, shown: [] },
    {
      why: 'an internal application has no address',
      parts: { apps: { db: app({ expose: 'internal' }) } },
      shown: ['db ClusterIP'],
    },
    {
      why: 'edgeHub and one application are created together',
      parts: { apps: { web: app() } },
      shown: ['web order 10.0.0.11'],
    },
    {
      why: 'a Service of the module comes after edgeHub',
      parts: { apps: { web: app({ replicas: 2 }) } },
      shown: ['web lowest-free 10.0.0.11'],
    },
    {
      why: 'a pinned address',
      parts: { apps: { web: app({ address: '10.0.0.13' }) } },
      shown: ['web pinned 10.0.0.13'],
    },
    {
      why: 'a pinned address that edgeHub takes first',
      parts: { apps: { web: app({ address: '10.0.0.10' }) } },
      shown: ['web AddressInUse'],
    },
    {
      why: 'a pinned address that another application may take first',
      parts: { apps: { api: app(), web: app({ address: '10.0.0.12' }), zoo: app() } },
      shown: ['api order 10.0.0.11', 'web pinned 10.0.0.12', 'zoo order 10.0.0.13'],
      warned: ['address-race'],
    },
    {
      why: 'two share an address',
      parts: { apps: { a: app({ shareAddress: 'k' }), b: app({ shareAddress: 'k', ports: { p: 81 } }) } },
      shown: ['a order 10.0.0.11', 'b order 10.0.0.11'],
    },
    {
      why: 'more than the range holds',
      parts: { apps: Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, app()])) },
      shown: ['a order 10.0.0.11', 'b order 10.0.0.12', 'c order 10.0.0.13', 'd PoolExhausted'],
    },
    {
      why: 'no range is declared',
      parts: { computeNetwork: {}, apps: { web: app() } },
      shown: ['web unknown'],
      warned: ['addresses-unknown'],
    },
    {
      why: 'no range, but a pin',
      parts: { computeNetwork: {}, apps: { web: app({ address: '10.0.0.13' }) } },
      shown: ['web unknown 10.0.0.13'],
      warned: ['addresses-unknown'],
    },
    {
      why: 'pools are chosen at random',
      parts: {
        computeNetwork: { externalServiceIps: { a: '10.0.0.10-10.0.0.11', b: '10.0.1.10-10.0.1.11' } },
        apps: { web: app({ replicas: 2 }), api: app({ replicas: 2, pool: 'b' }) },
      },
      shown: ['api lowest-free 10.0.1.10', 'web chance 10.0.0.11'],
      warned: ['address-by-chance', 'address-by-chance'],
    },
    {
      why: 'a Service of others is there before',
      parts: {
        services: { guest: { namespace: 'guestbook', adopt: 'frontend' } },
        apps: { web: app({ replicas: 2 }) },
      },
      shown: ['guestbook/frontend order 10.0.0.10', 'web order 10.0.0.12'],
    },
    {
      why: 'edgeHub is given a certain address',
      parts: { services: { hub: { adopt: 'edgehub', address: '10.0.0.12' } }, apps: { web: app({ replicas: 2 }) } },
      shown: ['web lowest-free 10.0.0.10'],
    },
    {
      why: 'a Service of others asks for what is taken: it keeps what it has',
      parts: {
        services: { guest: { namespace: 'a', adopt: 'b', address: '10.0.0.11' } },
      },
      shown: ['a/b AddressInUse 10.0.0.10'],
    },
    {
      why: 'an internal Service of others is left alone',
      parts: { services: { x: { namespace: 'a', adopt: 'b', expose: 'internal' } } },
      shown: ['a/b ClusterIP'],
    },
    {
      why: 'a workload gets a Service by its labels',
      parts: {
        services: {
          hmi: { namespace: 'plant', selector: 'app=hmi', ports: { web: '443:8443' }, externalTrafficPolicy: 'Local' },
        },
      },
      shown: ['plant/hmi lowest-free 10.0.0.11'],
    },
    {
      why: 'traffic policies that differ share all the same where the module keeps the endpoints',
      parts: {
        apps: {
          a: app({ shareAddress: 'k', replicas: 2, externalTrafficPolicy: 'Local' }),
          b: app({ shareAddress: 'k', replicas: 2, ports: { p: 81 } }),
        },
      },
      // Without a selector Local and Cluster look the same to MetalLB (A128).
      shown: ['a lowest-free 10.0.0.11', 'b lowest-free 10.0.0.11'],
    },
    {
      why: 'traffic policies that differ do not share where there are selectors',
      parts: {
        services: {
          a: { selector: 'app=a', ports: { p: 80 }, shareAddress: 'k', externalTrafficPolicy: 'Local' },
          b: { selector: 'app=b', ports: { p: 81 }, shareAddress: 'k' },
        },
      },
      shown: ['a order 10.0.0.11', 'b order 10.0.0.12'],
    },
    {
      why: 'a newer MetalLB is asked by annotation',
      parts: { apps: { web: app({ replicas: 2, address: '10.0.0.13' }) } },
      options: { metallbVersion: '0.15.2' },
      shown: ['web pinned 10.0.0.13'],
    },
    {
      why: 'profile vm: only what runs in the cluster',
      parts: {
        profile: 'vm',
        apps: { web: app() },
        services: { hmi: { namespace: 'plant', selector: 'app=hmi', ports: { web: 443 } } },
      },
      shown: ['plant/hmi lowest-free 10.0.0.10'],
    },
    {
      why: 'profile kubernetes: applications by label',
      parts: { profile: 'kubernetes', apps: { web: app({ replicas: 3 }) } },
      shown: ['web lowest-free 10.0.0.10'],
    },
    {
      why: 'IPv6',
      parts: {
        computeNetwork: { externalServiceIps: 'fd00::10-fd00::1f' },
        profile: 'kubernetes',
        apps: { web: app({ address: 'fd00::12' }) },
      },
      shown: ['web pinned fd00::12'],
    },
  ];
  for (const { why, parts, options, shown, warned = [] } of CASES)
    it(why, () => {
      const result = plan(parts, options);
      assert.deepEqual(rows(result), shown);
      assert.deepEqual(codes(result), warned);
    });

  it('fails when a Service gets none of what it asks for', () => {
    assert.equal(planFails(plan({ apps: { web: app() } })), false);
    assert.equal(planFails(plan({ apps: { web: app({ address: '10.0.0.10' }) } })), true);
    assert.equal(planFails(plan({ computeNetwork: {}, apps: { web: app() } })), false);
  });

  it('tells what the Kubernetes API refuses, and what blocks everything', () => {
    const twice = { HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '1' }, { HostPort: '2' }] } } };
    const refused = plan({ apps: { web: { image: 'nginx:1', createOptions: twice } } });
    assert.deepEqual(rows(refused), ['web Refused']);
    assert.match(refused.services[1]?.message ?? '', /^iotedge\/web: Kubernetes refuses /);
    const broken = plan({
      apps: { web: { image: 'nginx:1', createOptions: { HostConfig: { PortBindings: { '80/tcp': null } } } } },
    });
    assert.deepEqual([rows(broken), codes(broken), planFails(broken)], [[], ['deployment-blocked'], true]);
  });

  it('counts demand against supply', () => {
    const apps = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, app()]));
    const [pool] = plan({ apps }).pools;
    assert.deepEqual(pool, {
      name: 'default',
      ranges: ['10.0.0.10-10.0.0.13'],
      total: 4,
      used: 4,
      free: 0,
      unserved: ['iotedge/d'],
    });
  });

  it('knows how many nodes may answer, and that with BGP all do', () => {
    const [edgehub] = plan({}).services;
    assert.deepEqual(edgehub?.announcer, { protocol: 'layer2', nodes: 2 });
    const peers = [{ peerAddress: '10.0.0.1', peerAsn: 1, selfAsn: 2 }];
    const bgp = plan({ computeNetwork: { externalServiceIps: '10.0.0.10', announce: 'bgp', bgpPeers: peers } });
    assert.deepEqual(bgp.services[0]?.announcer, { protocol: 'bgp', nodes: undefined });
    assert.deepEqual(bgp.notSent, ['computeNetwork.deviceNodes', 'computeNetwork.bgpPeers']);
  });

  it('is a function of its input, in any order of the applications', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,6}$/), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(names, (chosen) => {
        const apps = (order: readonly string[]): object => Object.fromEntries(order.map((name) => [name, app()]));
        const text = (order: readonly string[]): string => {
          const { services, pools } = plan({ apps: apps(order), networkingModule: { name: 'zz-networking' } });
          return JSON.stringify([services, pools]);
        };
        assert.equal(text([...chosen].reverse()), text(chosen));
      }),
      { numRuns: 25 },
    );
  });

  it('gives no address twice without a sharing key', () => {
    const expose = fc.record({
      address: fc.option(fc.constantFrom('10.0.0.10', '10.0.0.11', '10.0.0.13'), { nil: undefined }),
      replicas: fc.constantFrom(1, 2),
    });
    fc.assert(
      fc.property(fc.array(expose, { maxLength: 6 }), (chosen) => {
        const services = chosen.map(({ address }, index) => [
          `s${index}`,
          { namespace: 'plant', selector: `app=s${index}`, ports: { p: 80 }, address },
        ]);
        const seen = new Set(chosen.flatMap(({ address }) => address ?? []));
        // Two pins on one address are refused before any plan.
        if (seen.size < chosen.filter(({ address }) => address !== undefined).length) return;
        const { services: planned } = plan({ services: Object.fromEntries(services) as object });
        const given = planned.flatMap(({ addresses }) => addresses);
        assert.equal(new Set(given).size, given.length);
      }),
      { numRuns: 50 },
    );
  });

  it('prints one device as text for a pull request', () => {
    const parts = {
      computeNetwork: { ...COMPUTE, subnet: '10.0.0.0/24', gateway: '10.0.0.1' },
      devices: [{ id: 'store-001', tags: { role: 'store' } }],
      apps: {
        db: app({ expose: 'internal', ports: { sql: 5432 } }),
        web: app({ replicas: 2, ports: { http: '8080:80' } }),
        bad: app({ address: '10.0.0.10' }),
      },
    };
    assert.deepEqual(
      formatPlan(plan(parts)).map((line) => line.replace(/\d+ of (\d{4,}) +/, 'N of $1 ')),
      [
        'store-001: profile ase-k8s, MetalLB 0.12 (ConfigMap), layer2',
        '',
        '  SERVICE           TYPE           PORTS                       ADDRESS     HOW            POOL      ANNOUNCER        MADE BY',
        '  iotedge/bad       LoadBalancer   80/TCP                      -           AddressInUse   -         -                edgeAgent',
        '  iotedge/db        ClusterIP      5432/TCP                    -           -              -         -                edgeAgent',
        '  iotedge/edgehub   LoadBalancer   443/TCP,5671/TCP,8883/TCP   10.0.0.10   lowest free    default   one of 2 nodes   edgeAgent',
        '  iotedge/web       LoadBalancer   8080:80/TCP                 10.0.0.11   lowest free    default   one of 2 nodes   networking',
        `  ! iotedge/bad does not get what it asks for: can't change sharing key for "iotedge/bad", address also in use by iotedge/edgehub. Choose another address, or give both the same sharing key.`,
        '',
        '  POOL      RANGES                TOTAL   USED   FREE   UNSERVED',
        '  default   10.0.0.10-10.0.0.13   4       2      2      iotedge/bad',
        '',
        '  TWIN         BYTES           HOLDS',
        '  $edgeAgent   N of 32768 apps.bad (image, replicas, expose, ports, address), apps.db (image, replicas, expose, ports), apps.web (image, replicas), networkingModule, runtime',
        '  $edgeHub     N of 32768 networkingModule.name (a route for its events)',
        '  networking   N of 32768 computeNetwork (nodeIps, externalServiceIps, podSubnet, clusterIpSubnet, announce, managePools), options, namespace, apps.bad (expose, address), apps.db (expose), apps.web (replicas, expose, ports)',
        '  tags         N of 8192 devices[].tags',
        '  (none)       -               computeNetwork.subnet, computeNetwork.gateway, computeNetwork.deviceNodes',
      ],
    );
  });

  it('prints what is left to chance or unknown, and what Docker publishes', () => {
    const chance = plan({ computeNetwork: { externalServiceIps: { a: '10.0.0.10', b: '10.0.1.10' } } });
    assert.match(formatPlan(chance).join('\n'), /10\.0\.0\.10 or 10\.0\.1\.10 +chance +a +one node/);
    const unknown = formatPlan(plan({ computeNetwork: {} })).join('\n');
    assert.match(unknown, / - +unknown +- +- +edgeAgent/);
    assert.match(unknown, /\n {2}warning addresses-unknown computeNetwork\.externalServiceIps: /);
    const vm = formatPlan(plan({ profile: 'vm', apps: { web: app() } })).join('\n');
    assert.match(vm, /No Services\.\n\n {2}MODULE .*\n(?:.*\n)*? {2}web +0\.0\.0\.0:80 +80\/tcp/);
    const blocked = plan({
      apps: { web: { image: 'nginx:1', createOptions: { HostConfig: { PortBindings: { '80/tcp': null } } } } },
    });
    assert.match(formatPlan(blocked).join('\n'), /\n {2}error deployment-blocked apps: edgeAgent makes nothing/);
  });
});
