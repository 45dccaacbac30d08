import assert from 'node:assert/strict';
import type { V1Service, V1ServicePort, V1ServiceSpec } from '@kubernetes/client-node';
import { PATCH, type Wire } from './api-session.ts';
import { accepted, assertRefused, type Behaviour } from './behaviour.ts';

type Service = Wire<V1Service>;
type ServicePort = Wire<V1ServicePort>;
type ServiceSpec = Wire<V1ServiceSpec>;

type SpecInput = Omit<Partial<ServiceSpec>, 'ports'> & {
  ports?: Partial<ServicePort>[] | { port: number | string }[];
};
type Cause = readonly [reason: string, field: string];

/** Services: what is filled in, what is allocated, what is refused. */
export function describeServices(behaviour: Behaviour): void {
  const post = (spec: SpecInput, name = behaviour.unique('svc')) =>
    behaviour.api.send({ method: 'POST', path: behaviour.collection('services'), body: { metadata: { name }, spec } });
  const create = async (spec: SpecInput) => accepted<Service>(await post(spec));
  const merge = (name: string | undefined, body: object) =>
    behaviour.patch('services', name ?? '', { type: PATCH.merge, body });
  const put = (body: Service | { metadata?: Service['metadata']; spec?: SpecInput }) =>
    behaviour.api.send({
      method: 'PUT',
      path: `${behaviour.collection('services')}/${body.metadata?.name ?? ''}`,
      body,
    });
  const balanced: SpecInput = { type: 'LoadBalancer', ports: [{ port: 80 }] };

  describe('defaults', () => {
    it('of a Service with one port: ClusterIP, TCP, the port as target, no affinity, an address', async () => {
      const { spec, status } = await create({ ports: [{ port: 80 }] });
      assert.equal(spec?.type, 'ClusterIP');
      assert.equal(spec.sessionAffinity, 'None');
      assert.deepEqual(spec.ports, [{ protocol: 'TCP', port: 80, targetPort: 80 }]);
      assert.match(spec.clusterIP ?? '', /^172\.28\.\d+\.\d+$|^\d+\.\d+\.\d+\.\d+$/);
      assert.deepEqual(spec.clusterIPs, [spec.clusterIP]);
      assert.equal(spec.externalTrafficPolicy, undefined);
      assert.deepEqual(status, { loadBalancer: {} });
    });

    it('of a LoadBalancer: a node port for each port, traffic policy Cluster, no address yet', async () => {
      const { spec, status } = await create({
        type: 'LoadBalancer',
        ports: [
          { name: 'a', port: 80 },
          { name: 'b', port: 443 },
        ],
      });
      const nodePorts = spec?.ports?.map(({ nodePort }) => nodePort ?? 0) ?? [];
      assert.ok(
        nodePorts.every((port) => port >= 30_000 && port <= 32_767),
        nodePorts.join(' '),
      );
      assert.equal(new Set(nodePorts).size, 2);
      assert.equal(spec?.externalTrafficPolicy, 'Cluster');
      assert.deepEqual(status, { loadBalancer: {} });
    });

    it('a LoadBalancer with traffic policy Local gets a health check node port', async () => {
      const { spec } = await create({ ...balanced, externalTrafficPolicy: 'Local' });
      assert.ok((spec?.healthCheckNodePort ?? 0) >= 30_000);
    });

    it('a headless Service keeps None and gets no address', async () => {
      const { spec } = await create({ clusterIP: 'None', ports: [{ port: 80 }] });
      assert.deepEqual([spec?.clusterIP, spec?.clusterIPs], ['None', ['None']]);
    });

    it('an ExternalName needs no ports and gets no address', async () => {
      const { spec } = await create({ type: 'ExternalName', externalName: 'hub.example.com' });
      assert.equal(spec?.clusterIP, undefined);
    });

    it('client address affinity gets its time-out of three hours', async () => {
      const { spec } = await create({ sessionAffinity: 'ClientIP', ports: [{ port: 80 }] });
      assert.equal(spec?.sessionAffinityConfig?.clientIP?.timeoutSeconds, 10_800);
    });

    it('a target port may be a name, and 0 counts as not given', async () => {
      const { spec } = await create({
        ports: [
          { name: 'a', port: 80, targetPort: 'web' },
          { name: 'b', port: 81, targetPort: 0 },
        ],
      });
      assert.deepEqual(
        spec?.ports?.map(({ targetPort }) => targetPort),
        ['web', 81],
      );
    });

    it('loadBalancerIP is taken as it is, whatever it says', async () => {
      const { spec } = await create({ ...balanced, loadBalancerIP: 'not an address' });
      assert.equal(spec?.loadBalancerIP, 'not an address');
    });
  });

  describe('cluster addresses', () => {
    it('a free one may be asked for, and nobody else gets it then', async () => {
      const { spec, metadata } = await create({ ports: [{ port: 80 }] });
      accepted(
        await behaviour.api.send({
          method: 'DELETE',
          path: `${behaviour.collection('services')}/${metadata?.name ?? ''}`,
        }),
      );
      const taken = await create({ clusterIP: spec?.clusterIP, ports: [{ port: 80 }] });
      assert.equal(taken.spec?.clusterIP, spec?.clusterIP);
      const answer = await post({ clusterIP: spec?.clusterIP, ports: [{ port: 80 }] });
      const field = behaviour.minor < 20 ? 'spec.clusterIP' : 'spec.clusterIPs';
      assertRefused(answer, {
        code: 422,
        reason: 'Invalid',
        message: /provided IP is already allocated/,
        causes: [['FieldValueInvalid', field]],
      });
    });

    it('one outside the range is refused', async () => {
      const answer = await post({ clusterIP: '203.0.113.1', ports: [{ port: 80 }] });
      assertRefused(answer, {
        code: 422,
        reason: 'Invalid',
        message: /provided IP.* is not in the valid range/,
        causes: [['FieldValueInvalid', 'spec.clusterIPs']],
      });
    });

    it('text that is no address is refused', async () => {
      const answer = await post({ clusterIP: 'abc', ports: [{ port: 80 }] });
      assertRefused(answer, { code: 422, reason: 'Invalid', causes: [['FieldValueInvalid', 'spec.clusterIPs[0]']] });
    });

    it('it can not be changed', async () => {
      const { metadata } = await create({ ports: [{ port: 80 }] });
      const answer = await merge(metadata?.name, {
        spec: { clusterIP: '172.28.200.200', clusterIPs: ['172.28.200.200'] },
      });
      assertRefused(answer, { code: 422, reason: 'Invalid', causes: [['FieldValueInvalid', 'spec.clusterIPs[0]']] });
    });

    it('a PUT with clusterIP alone, as edgeAgent sends it, keeps it and the status', async () => {
      const before = await create(balanced);
      const name = before.metadata?.name ?? '';
      const status = { loadBalancer: { ingress: [{ ip: '10.126.75.212' }] } };
      const { metadata } = accepted<Service>(
        await behaviour.patch('services', `${name}/status`, { type: PATCH.merge, body: { status } }),
      );
      const spec = { ...balanced, clusterIP: before.spec?.clusterIP, selector: { app: 'web' } };
      const after = accepted<Service>(
        await put({ metadata: { name, resourceVersion: metadata?.resourceVersion }, spec }),
      );
      assert.deepEqual(after.spec?.clusterIPs, before.spec?.clusterIPs);
      assert.deepEqual(
        after.status?.loadBalancer?.ingress?.map(({ ip }) => ip),
        ['10.126.75.212'],
      );
    });

    it('a PUT that leaves it out is refused on 1.20', async () => {
      if (behaviour.minor > 20) return;
      const { metadata } = await create(balanced);
      const answer = await put({
        metadata: { name: metadata?.name, resourceVersion: metadata?.resourceVersion },
        spec: balanced,
      });
      assertRefused(answer, {
        code: 422,
        reason: 'Invalid',
        message: /primary clusterIP can not be unset/,
        causes: [['FieldValueInvalid', 'spec.clusterIPs[0]']],
      });
    });

    it('a PUT without a resource version is refused on 1.20, other than for other kinds', async () => {
      if (behaviour.minor > 20) return;
      const { metadata, spec } = await create(balanced);
      const answer = await put({ metadata: { name: metadata?.name }, spec });
      assertRefused(answer, {
        code: 422,
        reason: 'Invalid',
        message: /must be specified for an update/,
        causes: [['FieldValueInvalid', 'metadata.resourceVersion']],
      });
    });
  });

  describe('changing the type', () => {
    it('ClusterIP to LoadBalancer allocates node ports and keeps the cluster address', async () => {
      const before = await create({ ports: [{ port: 80 }] });
      const after = accepted<Service>(await merge(before.metadata?.name, { spec: { type: 'LoadBalancer' } }));
      assert.ok((after.spec?.ports?.[0]?.nodePort ?? 0) >= 30_000);
      assert.equal(after.spec?.clusterIP, before.spec?.clusterIP);
    });

    it('LoadBalancer to ClusterIP gives up node ports and traffic policy', async () => {
      const { metadata } = await create(balanced);
      const after = accepted<Service>(await merge(metadata?.name, { spec: { type: 'ClusterIP' } }));
      assert.deepEqual([after.spec?.ports?.[0]?.nodePort, after.spec?.externalTrafficPolicy], [undefined, undefined]);
    });

    it('traffic policy Local to Cluster gives up the health check node port', async () => {
      const { metadata } = await create({ ...balanced, externalTrafficPolicy: 'Local' });
      const after = accepted<Service>(await merge(metadata?.name, { spec: { externalTrafficPolicy: 'Cluster' } }));
      assert.equal(after.spec?.healthCheckNodePort, undefined);
    });

    it('new ports keep the node ports they name and get others', async () => {
      const before = await create(balanced);
      const nodePort = before.spec?.ports?.[0]?.nodePort;
      const ports = [
        { name: 'a', port: 80, nodePort },
        { name: 'b', port: 443 },
      ];
      const after = accepted<Service>(await merge(before.metadata?.name, { spec: { ports } }));
      assert.equal(after.spec?.ports?.[0]?.nodePort, nodePort);
      assert.ok((after.spec?.ports?.[1]?.nodePort ?? 0) >= 30_000);
    });

    it('ClusterIP to ExternalName gives up the cluster address', async () => {
      const { metadata } = await create({ ports: [{ port: 80 }] });
      const after = accepted<Service>(
        await merge(metadata?.name, { spec: { type: 'ExternalName', externalName: 'a.example' } }),
      );
      assert.equal(after.spec?.clusterIP, undefined);
    });
  });

  describe('refusals', () => {
    const ports = (...list: (Partial<ServicePort> | { port: number })[]): SpecInput => ({
      ports: list,
    });
    const cases: readonly (readonly [title: string, spec: SpecInput, causes: readonly Cause[]])[] = [
      ['no ports', {}, [['FieldValueRequired', 'spec.ports']]],
      ['an unknown type', { type: 'Balanced', ports: [{ port: 80 }] }, [['FieldValueNotSupported', 'spec.type']]],
      [
        'port 0',
        ports({ port: 0 }),
        [
          ['FieldValueInvalid', 'spec.ports[0].port'],
          ['FieldValueInvalid', 'spec.ports[0].targetPort'],
        ],
      ],
      ['port 65536', ports({ port: 65_536, targetPort: 80 }), [['FieldValueInvalid', 'spec.ports[0].port']]],
      [
        'a target port over 65535',
        ports({ port: 80, targetPort: 70_000 }),
        [['FieldValueInvalid', 'spec.ports[0].targetPort']],
      ],
      [
        'a target port name that is none',
        ports({ port: 80, targetPort: 'Web_1' }),
        [['FieldValueInvalid', 'spec.ports[0].targetPort']],
      ],
      [
        'an unknown protocol',
        ports({ port: 80, protocol: 'ICMP' }),
        [['FieldValueNotSupported', 'spec.ports[0].protocol']],
      ],
      [
        'two ports without names',
        ports({ port: 80 }, { port: 81 }),
        [
          ['FieldValueRequired', 'spec.ports[0].name'],
          ['FieldValueRequired', 'spec.ports[1].name'],
        ],
      ],
      [
        'two ports of one name',
        ports({ name: 'a', port: 80 }, { name: 'a', port: 81 }),
        [['FieldValueDuplicate', 'spec.ports[1].name']],
      ],
      [
        'one port number twice',
        ports({ name: 'a', port: 80 }, { name: 'b', port: 80 }),
        [['FieldValueDuplicate', 'spec.ports[1]']],
      ],
      ['a port name that is no label', ports({ name: 'Web', port: 80 }), [['FieldValueInvalid', 'spec.ports[0].name']]],
      [
        'a bad selector value',
        { selector: { app: 'a b' }, ports: [{ port: 80 }] },
        [['FieldValueInvalid', 'spec.selector']],
      ],
      [
        'a traffic policy on ClusterIP',
        { externalTrafficPolicy: 'Local', ports: [{ port: 80 }] },
        [['FieldValueInvalid', 'spec.externalTrafficPolicy']],
      ],
      [
        'a source range that is none',
        { ...balanced, loadBalancerSourceRanges: ['10.0.0.0/33'] },
        [['FieldValueInvalid', 'spec.LoadBalancerSourceRanges']],
      ],
      [
        'source ranges on ClusterIP',
        { ports: [{ port: 80 }], loadBalancerSourceRanges: ['10.0.0.0/8'] },
        [['FieldValueForbidden', 'spec.LoadBalancerSourceRanges']],
      ],
      [
        'a node port on ClusterIP',
        ports({ port: 80, nodePort: 30_123 }),
        [['FieldValueForbidden', 'spec.ports[0].nodePort']],
      ],
      [
        'a loopback external IP',
        { externalIPs: ['127.0.0.1'], ports: [{ port: 80 }] },
        [['FieldValueInvalid', 'spec.externalIPs[0]']],
      ],
      [
        'an affinity that is none',
        { sessionAffinity: 'Always', ports: [{ port: 80 }] },
        [['FieldValueNotSupported', 'spec.sessionAffinity']],
      ],
    ];
    for (const [title, spec, causes] of cases) {
      it(title, async () => assertRefused(await post(spec), { code: 422, reason: 'Invalid', causes }));
    }

    it('an unknown traffic policy', async () => {
      const answer = await post({ ...balanced, externalTrafficPolicy: 'Near' });
      assertRefused(answer, { code: 422, reason: 'Invalid', message: /spec\.externalTrafficPolicy: / });
      if (behaviour.minor === 20) assert.equal(answer.body.details?.causes?.[0]?.reason, 'FieldValueInvalid');
    });

    it('all causes are told at once, with the name and kind of the object', async () => {
      const spec = {
        type: 'Balanced',
        ports: [
          { name: 'A', port: 0, targetPort: 1 },
          { port: 80, protocol: 'X' },
        ],
      };
      const answer = await post(spec, 'many-causes');
      assertRefused(answer, {
        code: 422,
        reason: 'Invalid',
        message: /^Service "many-causes" is invalid: \[/,
        details: { name: 'many-causes', kind: 'Service' },
        causes: [
          ['FieldValueNotSupported', 'spec.type'],
          ['FieldValueInvalid', 'spec.ports[0].name'],
          ['FieldValueInvalid', 'spec.ports[0].port'],
          ['FieldValueRequired', 'spec.ports[1].name'],
          ['FieldValueNotSupported', 'spec.ports[1].protocol'],
        ],
      });
    });

    it('a name that is no DNS label: it may not begin with a digit', async () => {
      const answer = await post({ ports: [{ port: 80 }] }, '1st');
      assertRefused(answer, { code: 422, reason: 'Invalid', causes: [['FieldValueInvalid', 'metadata.name']] });
    });

    it('a field of the wrong type: 400 BadRequest', async () => {
      const answer = await post({ ports: [{ port: 'eighty' }] });
      assertRefused(answer, { code: 400, reason: 'BadRequest' });
    });

    it('TCP and UDP in one LoadBalancer before 1.24', async () => {
      const answer = await post({
        type: 'LoadBalancer',
        ports: [
          { name: 'a', port: 53, protocol: 'TCP' },
          { name: 'b', port: 53, protocol: 'UDP' },
        ],
      });
      if (behaviour.minor >= 24) return void accepted(answer);
      assertRefused(answer, {
        code: 422,
        reason: 'Invalid',
        message: /may not contain more than 1 protocol when type is 'LoadBalancer'/,
        causes: [['FieldValueInvalid', 'spec.ports']],
      });
    });

    it('a node port that is taken, and one outside the range', async () => {
      const { spec } = await create(balanced);
      const taken = await post({ type: 'LoadBalancer', ports: [{ port: 80, nodePort: spec?.ports?.[0]?.nodePort }] });
      const field = 'spec.ports[0].nodePort';
      assertRefused(taken, {
        code: 422,
        reason: 'Invalid',
        message: /provided port is already allocated/,
        causes: [['FieldValueInvalid', field]],
      });
      const outside = await post({ type: 'LoadBalancer', ports: [{ port: 80, nodePort: 80 }] });
      assertRefused(outside, {
        code: 422,
        reason: 'Invalid',
        message: /not in the valid range/,
        causes: [['FieldValueInvalid', field]],
      });
    });

    it('fields of later releases are dropped on 1.20', async () => {
      if (behaviour.minor > 20) return;
      const later = {
        ipFamilies: ['IPv4'],
        ipFamilyPolicy: 'SingleStack',
        internalTrafficPolicy: 'Local',
        loadBalancerClass: 'a/b',
        allocateLoadBalancerNodePorts: false,
      };
      const made = await create({ ...balanced, ...later });
      assert.deepEqual(
        Object.keys(made.spec ?? {}).filter((field) => field in later),
        [],
      );
      assert.ok((made.spec?.ports?.[0]?.nodePort ?? 0) >= 30_000);
    });

    it('fields nobody knows are dropped silently where they are not asked to be checked', async () => {
      const spec = { ports: [{ port: 80 }], loadBalancerAddress: 'x' };
      const made = await create(spec);
      assert.equal('loadBalancerAddress' in (made.spec ?? {}), false);
    });
  });

  describe('two protocols on one number', () => {
    it('are two ports of a ClusterIP Service', async () => {
      const { spec } = await create({
        ports: [
          { name: 'dns', port: 53, protocol: 'UDP' },
          { name: 'dns-tcp', port: 53 },
        ],
      });
      assert.deepEqual(
        spec?.ports?.map(({ protocol, port }) => `${port}/${protocol ?? ''}`),
        ['53/UDP', '53/TCP'],
      );
    });
  });
}
