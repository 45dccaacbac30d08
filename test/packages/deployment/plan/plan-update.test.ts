import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Reported } from '../../../../packages/contract/src/index.ts';
import type { DeployedDevice } from '../../../../packages/deployment/src/plan/current-state.ts';
import { formatChange } from '../../../../packages/deployment/src/plan/plan-change.ts';
import { planUpdate, updateFails, type DeviceUpdate } from '../../../../packages/deployment/src/plan/plan-update.ts';
import { sampleNetwork, type NetworkParts } from '../sample-network.ts';
import { sampleReported } from '../sample-reported.ts';
import { appliedDevice, sha256, withOthers } from './applied-device.ts';

const RANGE = '10.0.0.10-10.0.0.19';
const compute = (range: string | object = RANGE): object => ({
  computeNetwork: { nodeIps: '10.0.0.2-10.0.0.3', externalServiceIps: range },
});
const app = (parts: object = {}): object => ({ image: 'nginx:1', expose: 'external', ports: { http: 80 }, ...parts });

function update(parts: NetworkParts, deployed: DeployedDevice, metallbVersion?: string): DeviceUpdate {
  const { network, device } = sampleNetwork(parts);
  return planUpdate(network, device, deployed, { sha256, metallbVersion });
}

/** The lines about pools and addresses. */
const consequences = ({ changes }: DeviceUpdate): readonly string[] =>
  changes.filter(({ kind }) => /^(pool|address)-/.test(kind)).map(formatChange);

const sent = ({ changes }: DeviceUpdate): readonly string[] =>
  changes.filter(({ kind }) => !/^(pool|address)-/.test(kind)).map(formatChange);

describe('[unit] plan of an update', () => {
  const before = { ...compute(), apps: { web: app(), api: app({ replicas: 2 }) } };

  // edgeHub has .10, web .11, api .12.
  const CASES: readonly {
    why: string;
    before?: NetworkParts;
    after: NetworkParts;
    version?: string;
    lines: readonly (string | RegExp)[];
    fails?: true;
  }[] = [
    {
      why: 'one more application',
      after: { ...before, apps: { ...before.apps, zoo: app() } },
      lines: ['+ address iotedge/zoo: 10.0.0.13 from pool default, announced by k8s-1'],
    },
    {
      why: 'one application less',
      after: { ...before, apps: { api: app({ replicas: 2 }) } },
      lines: ['- address iotedge/web: 10.0.0.11 (the Service is removed)'],
    },
    {
      why: 'a Service of the module less',
      after: { ...before, apps: { web: app() } },
      lines: ['- address iotedge/api: 10.0.0.12 (the Service is removed)'],
    },
    {
      why: 'an application becomes internal',
      after: { ...before, apps: { web: app({ expose: 'internal' }), api: app({ replicas: 2 }) } },
      lines: ['- address iotedge/web: 10.0.0.11 (the Service becomes internal)'],
    },
    {
      why: 'an application is pinned elsewhere',
      after: { ...before, apps: { web: app({ address: '10.0.0.19' }), api: app({ replicas: 2 }) } },
      lines: ['! address iotedge/web: 10.0.0.11 → 10.0.0.19, announced by k8s-1 — network.yaml asks for it.'],
    },
    {
      why: 'an application is pinned where it is',
      after: { ...before, apps: { web: app({ address: '10.0.0.11' }), api: app({ replicas: 2 }) } },
      lines: [],
    },
    {
      why: 'an image changes',
      after: { ...before, apps: { web: app({ image: 'nginx:2' }), api: app({ replicas: 2 }) } },
      lines: [],
    },
    {
      why: 'a port changes',
      after: { ...before, apps: { web: app({ ports: { http: 81 } }), api: app({ replicas: 2 }) } },
      lines: [],
    },
    {
      why: 'an application gets replicas: the module takes over and brings the address back',
      after: { ...before, apps: { web: app({ replicas: 2 }), api: app({ replicas: 2 }) } },
      lines: [],
    },
    {
      why: 'without pinning it takes what is free',
      before: { ...before, apps: { ...before.apps, ant: app({ replicas: 2 }) }, options: { pinAddresses: false } },
      after: {
        ...before,
        apps: { web: app({ replicas: 2 }), api: app({ replicas: 2 }) },
        options: { pinAddresses: false },
      },
      lines: ['- address iotedge/ant: 10.0.0.12 (the Service is removed)'],
    },
    {
      why: 'edgeAgent gives a working address away for one that is taken',
      after: { ...before, apps: { web: app({ address: '10.0.0.10' }), api: app({ replicas: 2 }) } },
      lines: [/^! address iotedge\/web: 10\.0\.0\.11 → none — AddressInUse: iotedge\/web does not get/],
      fails: true,
    },
    {
      why: 'the module does not',
      after: { ...before, apps: { web: app(), api: app({ replicas: 2, address: '10.0.0.10' }) } },
      lines: [/^! address iotedge\/api: keeps 10\.0\.0\.12 — AddressInUse: can't change sharing key/],
      fails: true,
    },
    {
      why: 'a new application gets nothing',
      after: { ...before, apps: { ...before.apps, zoo: app({ address: '10.0.0.10' }) } },
      lines: [/^! address iotedge\/zoo: none — AddressInUse: /],
      fails: true,
    },
    {
      why: 'the range shrinks (0.14 and later)',
      version: '0.14.9',
      after: { ...before, ...compute('10.0.0.10-10.0.0.11') },
      lines: [
        '~ pool default: 10.0.0.10-10.0.0.19 → 10.0.0.10-10.0.0.11 (to be set on the page "Compute network" of the device)',
        /^! address iotedge\/api: 10\.0\.0\.12 → none — N10 PoolExhausted: /,
      ],
      fails: true,
    },
    {
      why: 'the range moves (0.14 and later)',
      version: '0.14.9',
      after: { ...before, ...compute('10.0.0.11-10.0.0.19') },
      lines: [
        '~ pool default: 10.0.0.10-10.0.0.19 → 10.0.0.11-10.0.0.19 (to be set on the page "Compute network" of the device)',
        '! address iotedge/edgehub: 10.0.0.10 → 10.0.0.13, announced by k8s-1 — N10 the pools no longer hold the address.',
      ],
    },
    {
      why: 'the range moves (before 0.14)',
      after: { ...before, ...compute('10.0.0.11-10.0.0.19') },
      lines: [
        '~ pool default: 10.0.0.10-10.0.0.19 → 10.0.0.11-10.0.0.19 (to be set on the page "Compute network" of the device)',
        /^! pool: MetalLB refuses them \(new config not compatible with assigned IPs: service "iotedge\/edgehub" cannot own \["10\.0\.0\.10"\] under new config\): it goes on with the old ranges until its controller restarts/,
        '! address iotedge/edgehub: 10.0.0.10 → 10.0.0.11, announced by k8s-2 — N10 the pools no longer hold the address.',
        // The restart knows of no address before it has looked at its Service, so edgeHub takes that of web.
        '! address iotedge/web: 10.0.0.11 → 10.0.0.13, announced by k8s-1 — N10 the pools no longer hold the address.',
      ],
    },
    {
      why: 'the range grows',
      after: { ...before, ...compute('10.0.0.10-10.0.0.29') },
      lines: [
        '~ pool default: 10.0.0.10-10.0.0.19 → 10.0.0.10-10.0.0.29 (to be set on the page "Compute network" of the device)',
      ],
    },
    {
      why: 'the range is written otherwise',
      after: { ...before, ...compute(['10.0.0.16/30', '10.0.0.10-10.0.0.15']) },
      lines: [],
    },
    {
      why: 'no range is declared any more',
      after: { apps: { ...before.apps, zoo: app() } },
      lines: ['+ address iotedge/zoo: 10.0.0.13 from pool default, announced by k8s-1'],
    },
    {
      why: 'the module writes the pools itself',
      before: {
        profile: 'kubernetes',
        computeNetwork: { externalServiceIps: { a: '10.0.0.10-10.0.0.19' }, managePools: true },
        apps: { web: app() },
      },
      after: {
        profile: 'kubernetes',
        computeNetwork: { externalServiceIps: { b: '10.0.1.10-10.0.1.19' }, managePools: true },
        apps: { web: app() },
      },
      lines: [
        '~ pool a: 10.0.0.10-10.0.0.19 → none (the networking module writes it)',
        '~ pool b: none → 10.0.1.10-10.0.1.19 (the networking module writes it)',
        '! address iotedge/web: 10.0.0.10 → 10.0.1.10, announced by k8s-1 — N10 the pools no longer hold the address.',
      ],
    },
    {
      why: 'a Service moves to another pool',
      before: {
        ...compute({ a: '10.0.0.10-10.0.0.19', b: '10.0.1.10-10.0.1.19' }),
        apps: { web: app({ replicas: 2, pool: 'a' }) },
      },
      after: {
        ...compute({ a: '10.0.0.10-10.0.0.19', b: '10.0.1.10-10.0.1.19' }),
        apps: { web: app({ replicas: 2, pool: 'b' }) },
      },
      version: '0.14.9',
      lines: [
        /^! address iotedge\/web: 10\.0\.0\.1\d → 10\.0\.1\.10, announced by k8s-\d — the Service asks for another pool or shares otherwise\.$/,
      ],
    },
    {
      why: 'a Service that the API refuses',
      after: {
        ...before,
        apps: {
          ...before.apps,
          twice: {
            image: 'a:1',
            createOptions: { HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '1' }, { HostPort: '2' }] } } },
          },
        },
      },
      lines: [/^! address iotedge\/twice: none — Refused: Kubernetes refuses /],
      fails: true,
    },
  ];
  for (const { why, before: old = before, after, version, lines, fails = false } of CASES)
    it(why, () => {
      const result = update(after, appliedDevice(old, {}, { metallbVersion: version }));
      const actual = consequences(result);
      assert.equal(actual.length, lines.length, actual.join('\n'));
      for (const [index, line] of lines.entries())
        if (typeof line === 'string') assert.equal(actual[index], line);
        else assert.match(actual[index] ?? '', line);
      assert.equal(updateFails(result), fails);
    });

  it('is empty for an applied state', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd');
    const one = fc.record({
      expose: fc.constantFrom('external', 'internal', 'none'),
      replicas: fc.constantFrom(1, 2),
      shareAddress: fc.option(fc.constantFrom('k', 'l'), { nil: undefined }),
      port: fc.integer({ min: 1000, max: 1003 }),
    });
    const parts = fc.record({
      profile: fc.constantFrom('ase-k8s', 'kubernetes', 'vm'),
      apps: fc.dictionary(name, one, { maxKeys: 4 }),
      range: fc.constantFrom('10.0.0.10-10.0.0.10', '10.0.0.10-10.0.0.12', RANGE),
      version: fc.constantFrom('0.12', '0.13.7', '0.14.9', 'main'),
    });
    fc.assert(
      fc.property(parts, ({ profile, apps, range, version }) => {
        // Services of one sharing key with a port in common are refused before there is a plan.
        const shares = Object.values(apps).map(({ shareAddress = '', port }) => `${shareAddress} ${port}`);
        fc.pre(profile === 'vm' || new Set(shares).size === shares.length);
        const entries = Object.entries(apps).map(([key, { port, replicas, shareAddress, ...rest }]) => [
          key,
          { image: 'nginx:1', ports: { p: port }, ...rest, ...(profile === 'vm' ? {} : { replicas, shareAddress }) },
        ]);
        const network = { profile, ...compute(range), apps: Object.fromEntries(entries) as object };
        const result = update(network, appliedDevice(network, {}, { metallbVersion: version }));
        assert.deepEqual(result, { device: 'store-001', changes: [], warnings: [] });
      }),
      { numRuns: 100 },
    );
  });

  it('lists what is sent: modules, desired properties, tags', () => {
    const old = { ...compute(), apps: { web: app({ env: { A: '1', PASSWORD: 'old' } }), gone: { image: 'g:1' } } };
    const next = {
      ...compute(),
      devices: [{ id: 'store-001', tags: { role: 'store' } }],
      apps: {
        web: app({
          image: 'nginx:2',
          ports: { http: '81:80' },
          env: { B: '2', PASSWORD: 'new' },
          createOptions: { Env: ['X=secret'] },
        }),
        fresh: { image: 'f:1' },
      },
      options: { probe: false },
    };
    const result = update(next, appliedDevice(old));
    assert.deepEqual(sent(result), [
      '+ tag role: "store"',
      '+ module fresh (f:1)',
      '- module gone',
      '~ module web env.A.value (not shown)',
      '~ module web env.B.value (not shown)',
      '~ module web env.PASSWORD.value (not shown)',
      '+ module web settings.createOptions.Env (not shown)'.replace('+', '~'),
      '~ module web settings.createOptions.HostConfig.PortBindings["80/tcp"]: [{"HostPort":"80"}] → [{"HostPort":"81"}]',
      '~ module web settings.image: "nginx:1" → "nginx:2"',
      '~ desired networking options.probe: true → false',
    ]);
    assert.doesNotMatch(JSON.stringify(result), /secret|"old"|"new"/);
  });

  it('tells no secrets of the deployment in force', () => {
    const deployed = appliedDevice(before);
    const registryCredentials = { acr: { address: 'a.azurecr.io', username: 'u', password: 'hunter2' } };
    const runtime = { type: 'docker', settings: { registryCredentials } };
    const desired = { ...deployed.desired, $edgeAgent: { ...deployed.desired.$edgeAgent, runtime } };
    const result = update(before, { ...deployed, desired });
    assert.ok(
      sent(result).includes('~ desired $edgeAgent runtime.settings.registryCredentials.acr.password (not shown)'),
    );
    assert.doesNotMatch(JSON.stringify(result), /hunter2/);
  });

  it('sees a difference in the spelling of createOptions, which edgeAgent compares as text', () => {
    const network = { ...compute(), apps: { web: { image: 'nginx:1', createOptions: { User: 'a' } } } };
    const deployed = appliedDevice(network);
    const text = JSON.stringify(deployed.desired.$edgeAgent).replace('{\\"User\\":\\"a\\"}', '{ \\"User\\": \\"a\\" }');
    const desired = { ...deployed.desired, $edgeAgent: JSON.parse(text) as object as Record<string, unknown> };
    assert.deepEqual(sent(update(network, { ...deployed, desired })), [
      '~ module web settings.createOptions (not shown)',
    ]);
    const broken = text.replace('{ \\"User\\": \\"a\\" }', '{');
    const other = { ...deployed.desired, $edgeAgent: JSON.parse(broken) as object as Record<string, unknown> };
    assert.deepEqual(sent(update(network, { ...deployed, desired: other })), [
      '~ module web settings.createOptions: "{" → {"User":"a"}',
    ]);
  });

  it('makes no difference between an object without content and none', () => {
    const deployed = appliedDevice(before);
    const networking = { ...deployed.desired.networking, empty: {} };
    assert.deepEqual(update(before, { ...deployed, desired: { ...deployed.desired, networking } }).changes, []);
  });

  describe('of a device', () => {
    const reported = (): Reported => appliedDevice(before).reported ?? sampleReported();

    it('that does not exist: everything is new, and the addresses are those of a first deployment', () => {
      const result = update(before, { exists: false, tags: {}, desired: {} });
      assert.deepEqual(sent(result).slice(0, 3), [
        '+ IoT Edge device',
        '+ module edgeAgent (mcr.microsoft.com/azureiotedge-agent:1.5)',
        '+ module edgeHub (mcr.microsoft.com/azureiotedge-hub:1.5)',
      ]);
      assert.ok(sent(result).includes('+ desired networking services.iotedge.api.backends: "modules:api,api2"'));
      assert.deepEqual(consequences(result), [
        '+ address iotedge/api: 10.0.0.12 from pool default, announced by one of 2 nodes',
        '+ address iotedge/edgehub: 10.0.0.10 from pool default, announced by one of 2 nodes',
        '+ address iotedge/web: 10.0.0.11 from pool default, announced by one of 2 nodes',
      ]);
      assert.deepEqual(result.warnings, []);
    });

    it('whose module has reported nothing', () => {
      const deployed = { ...appliedDevice(before), reported: undefined };
      assert.deepEqual(update(before, deployed), { device: 'store-001', changes: [], warnings: [] });
      const result = update({ ...before, apps: { web: app({ address: '10.0.0.10' }) } }, deployed);
      assert.match(
        consequences(result).join('\n'),
        /^\+ address iotedge\/edgehub: 10\.0\.0\.10.*\n! address iotedge\/web: none — AddressInUse/,
      );
      assert.deepEqual(
        result.warnings.map(({ code }) => code),
        ['not-reported'],
      );
    });

    it('with Services of others: they keep what they have, and nobody gets it', () => {
      const others = { type: 'LoadBalancer', ports: '443/TCP', state: 'Ready', reason: '' } as const;
      const report = withOthers(reported(), {
        'guestbook/frontend': { ...others, ips: '10.0.0.13' },
        'guestbook/backend': { ...others, ips: '10.0.0.13', ports: '8080/TCP' },
        'guestbook/waiting': { ...others, state: 'Pending', ips: '', ports: 'odd' },
        'guestbook/unclear': { state: 'Ready', reason: '' },
      });
      const after = { ...before, apps: { ...before.apps, zoo: app() } };
      const lines = consequences(update(after, appliedDevice(before, report)));
      assert.deepEqual(lines, [
        '+ address guestbook/waiting: 10.0.0.14 from pool default, announced by k8s-2',
        '+ address iotedge/zoo: 10.0.0.15 from pool default, announced by k8s-1',
      ]);
    });

    it('whose Services share an address by their key', () => {
      const shared = {
        ...compute(),
        apps: {
          a: app({ replicas: 2, shareAddress: 'k' }),
          b: app({ replicas: 2, shareAddress: 'k', ports: { p: 81 } }),
        },
      };
      const after = {
        ...shared,
        apps: { ...shared.apps, c: app({ replicas: 2, shareAddress: 'k', ports: { p: 82 } }) },
      };
      assert.deepEqual(consequences(update(after, appliedDevice(shared))), [
        '+ address iotedge/c: 10.0.0.11 from pool default, announced by k8s-2',
      ]);
    });

    it('whose report was cut', () => {
      const { services, addresses, summary } = reported();
      const iotedge = Object.fromEntries(
        Object.keys(services.iotedge ?? {}).map((name) => [name, { state: 'Ready' as const, reason: '' as const }]),
      );
      const cut = { services: { iotedge }, addresses, summary: { ...summary, truncated: 'details of 3 Services' } };
      const result = update({ ...before, apps: { ...before.apps, zoo: app() } }, appliedDevice(before, cut));
      assert.deepEqual(consequences(result), [
        '+ address iotedge/zoo: 10.0.0.13 from pool default, announced by k8s-1',
      ]);
      assert.deepEqual(
        result.warnings.map(({ code, message }) => `${code} ${message}`),
        [
          "report-truncated The device's report leaves out: details of 3 Services. Services that it does not list are not foreseen.",
        ],
      );
    });

    it('without a load balancer', () => {
      const none = { loadBalancer: { kind: 'none' as const }, pools: {}, services: {}, addresses: {} };
      const lines = consequences(update({ ...before, apps: { web: app() } }, appliedDevice(before, none)));
      assert.match(lines.join('\n'), /address iotedge\/web: none — LoadBalancerMissing: /);
    });

    it('whose release of MetalLB is not reported', () => {
      const deployed = appliedDevice(before, { loadBalancer: { kind: 'metallb', dialect: 'crd' } });
      assert.deepEqual(consequences(update({ ...before, apps: { ...before.apps, zoo: app() } }, deployed)).length, 1);
      const old = appliedDevice(before, { loadBalancer: { kind: 'metallb', dialect: 'configmap' } });
      assert.match(
        consequences(update({ ...before, ...compute('10.0.0.11-10.0.0.19') }, old)).join('\n'),
        /MetalLB refuses them/,
      );
      assert.doesNotMatch(
        consequences(update({ ...before, ...compute('10.0.0.11-10.0.0.19') }, old, '0.15.2')).join('\n'),
        /MetalLB refuses them/,
      );
    });

    it('with an address that the reported pools do not explain', () => {
      const { services } = reported();
      const iotedge = {
        ...services.iotedge,
        web: { ...services.iotedge?.web, ips: '192.0.2.1', state: 'Ready' as const, reason: '' as const },
      };
      const result = update(
        { ...before, apps: { ...before.apps, zoo: app() } },
        appliedDevice(before, { services: { iotedge } }),
      );
      assert.deepEqual(
        result.warnings.map(({ code }) => code),
        ['not-foreseen'],
      );
      assert.doesNotMatch(consequences(result).join(), /iotedge\/web/);
    });

    it('whose cluster has other node IPs or subnets: N09', () => {
      const nodes = Object.fromEntries(
        Array.from({ length: 7 }, (_, index) => [`n${index}`, { ip: `10.9.9.${index}`, role: 'worker', ready: true }]),
      );
      const result = update(before, appliedDevice(before, { nodes }));
      assert.deepEqual(
        result.warnings.map(({ code, path }) => `${code} ${path}`),
        ['N09 computeNetwork.nodeIps'],
      );
      assert.match(
        result.warnings[0]?.message ?? '',
        /10\.9\.9\.4, … outside this range|10\.9\.9\.4, …, outside this range/,
      );
      assert.equal(updateFails(result), true);
      const elsewhere = { ...before, computeNetwork: { externalServiceIps: RANGE, clusterIpSubnet: '172.20.0.0/16' } };
      assert.deepEqual(
        update(elsewhere, appliedDevice(elsewhere)).warnings.map(({ path }) => path),
        ['computeNetwork.clusterIpSubnet'],
      );
    });

    it('whose deployment would be blocked', () => {
      const after = {
        ...before,
        apps: { web: { image: 'a:1', createOptions: { HostConfig: { PortBindings: { '80/tcp': null } } } } },
      };
      const result = update(after, appliedDevice(before));
      assert.deepEqual(
        result.warnings.map(({ code }) => code),
        ['deployment-blocked'],
      );
    });

    it('whose deployed properties cannot be read', () => {
      const deployed = appliedDevice(before);
      const desired = { $edgeAgent: undefined, networking: { schemaVersion: '7' } };
      assert.ok(consequences(update(before, { ...deployed, desired })).length === 0);
      const odd = { ...deployed.desired, networking: { schemaVersion: '7' } };
      assert.ok(consequences(update(before, { ...deployed, desired: odd })).length === 0);
    });
  });
});
