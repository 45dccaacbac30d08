import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isRejectedBy } from '@iotedge-networking/edge-agent';
import { codes, failureOf, publish, publishing, translated, web } from './samples.ts';
import { parsePortKey } from '../../../packages/edge-agent/src/port-key.ts';

/** The ports of the Service, as `name port→target`. */
function ports(options: object): readonly string[] {
  const { service } = translated(web(options));
  return (service?.ports ?? []).map(({ name, port, targetPort }) => `${name} ${port}→${String(targetPort)}`);
}

describe('[unit] keys of ports', () => {
  const keys: readonly (readonly [string, unknown])[] = [
    ['80', { kind: 'port', port: 80, protocol: 'TCP', lenient: false }],
    ['80/Udp', { kind: 'port', port: 80, protocol: 'UDP', lenient: false }],
    ['80/sctp', { kind: 'port', port: 80, protocol: 'SCTP', lenient: false }],
    ['//080//tcp/', { kind: 'port', port: 80, protocol: 'TCP', lenient: true }],
    [' +80 /tcp', { kind: 'port', port: 80, protocol: 'TCP', lenient: true }],
    ['80/ tcp', { kind: 'dropped', range: false }],
    ['80/http', { kind: 'dropped', range: false }],
    ['80/tcp/udp', { kind: 'dropped', range: false }],
    ['80-90', { kind: 'dropped', range: true }],
    ['', { kind: 'dropped', range: false }],
    ['  ', { kind: 'dropped', range: false }],
    ['/', { kind: 'throws' }],
    ['///', { kind: 'throws' }],
  ];
  for (const [key, parsed] of keys) {
    it(`${JSON.stringify(key)} is ${JSON.stringify(parsed)}`, () => assert.deepEqual(parsePortKey(key), parsed));
  }
});

describe('[unit] ports of a Service', () => {
  it('two keys of one meaning give two ports of one name', () => {
    assert.deepEqual(ports(publishing({ '80': '1', '080/tcp': '2' })), [
      'hostport-80-tcp 1→80',
      'hostport-80-tcp 2→80',
    ]);
    assert.ok(codes(web(publishing({ '80': '1', '080/tcp': '2' }))).includes('api-rejects-duplicate-port-name'));
  });

  it('tcp and udp of one exposed number collapse, but the container keeps both', () => {
    const options = { ExposedPorts: { '53/tcp': {}, '53/udp': {} } };
    assert.deepEqual(ports(options), ['exposedport-53-udp 53→null']);
    assert.deepEqual(translated(web(options)).deployment?.containerPorts, ['53/TCP', '53/UDP']);
    assert.ok(codes(web(options)).includes('tcp-udp-same-number'));
  });

  it('a binding takes the place of an exposed port of another protocol, and says so', () => {
    const options = { ExposedPorts: { '53/udp': {} }, ...publishing({ '5353/tcp': '53' }) };
    assert.deepEqual(codes(web(options)), ['hostport-overrides-exposedport', 'tcp-udp-same-number']);
  });

  it('HostIp is never read', () => {
    const options = { HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '10.0.0.1', HostPort: '80' }] } } };
    assert.deepEqual(codes(web(options)), ['hostip-ignored', 'silent']);
    const empty = { HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '80' }] } } };
    assert.deepEqual(codes(web(empty)), []);
  });

  it('blanks and signs in HostPort are read over', () => {
    assert.deepEqual(ports(publishing({ '80': ' +08080 ' })), ['hostport-80-tcp 8080→80']);
    assert.deepEqual(codes(web(publishing({ '80': ' 80' }))), ['hostport-lenient-parse']);
  });

  it('a missing HostPort is dropped with a warning', () => {
    assert.deepEqual(codes(web({ HostConfig: { PortBindings: { '80': [{}] } } })), [
      'hostport-invalid-dropped',
      'logged-warning',
      'no-ports-no-service',
    ]);
  });

  it('nulls stop the mapping only where the key is good', () => {
    const bindings = (key: string, list: unknown): object => ({ HostConfig: { PortBindings: { [key]: list } } });
    const path = 'settings/createOptions/HostConfig/PortBindings';
    assert.equal(failureOf(web(bindings('80', null))), `map portbinding-null ${path}/80`);
    assert.equal(failureOf(web(bindings('80', [null]))), `map portbinding-null ${path}/80`);
    assert.equal(failureOf(web(bindings('x', null))), 'none');
    assert.equal(failureOf(web(bindings('/', []))), `map port-key-slashes-only ${path}`);
    assert.equal(
      failureOf(web({ ExposedPorts: { '/': {} } })),
      'map port-key-slashes-only settings/createOptions/ExposedPorts',
    );
  });

  it('out of range: refused by the API, not by the agent', () => {
    assert.deepEqual(codes(web({ ExposedPorts: { '0': {} } })), ['api-rejects-port-range', 'port-out-of-range']);
    assert.ok(codes(web(publishing({ '-1': '80' }))).includes('api-rejects-targetport-range'));
  });

  it('every port number has one slot, whatever is bound', () => {
    const port = fc.integer({ min: 1, max: 20 });
    const key = fc.tuple(port, fc.constantFrom('tcp', 'udp')).map(([number, protocol]) => `${number}/${protocol}`);
    const maps = fc.record({ exposed: fc.array(key), bound: fc.array(fc.tuple(key, port)) });
    fc.assert(
      fc.property(maps, ({ exposed, bound }) => {
        const options = {
          ExposedPorts: Object.fromEntries(exposed.map((one) => [one, {}])),
          HostConfig: { PortBindings: publish(Object.fromEntries(bound)) },
        };
        const numbers = (translated(web(options)).service?.ports ?? []).map((one) => one.port);
        const wanted = new Set([
          ...exposed.map((one) => Number.parseInt(one, 10)),
          ...Object.values(Object.fromEntries(bound)),
        ]);
        assert.deepEqual([...numbers].sort(), [...wanted].sort());
      }),
    );
  });
});

describe('[unit] labels of a module', () => {
  it('a null value and a key over 63 characters', () => {
    assert.deepEqual(translated(web(publishing({ '80': '80' }, { Labels: { a: null } }))).service?.annotations, {
      a: null,
    });
    assert.ok(codes(web(publishing({ '80': '80' }, { Labels: { a: null } }))).includes('label-value-null'));
    assert.match(failureOf(web({ Labels: { ['x'.repeat(64)]: '1' } })), /^map label-key-invalid/);
  });
});

describe('[unit] what Kubernetes refuses', () => {
  const refused: readonly (readonly [string, object, string])[] = [
    ['SCTP before 1.19', publishing({ '80/sctp': '80' }), 'api-rejects-sctp-old-k8s'],
    ['port 10250 on a LoadBalancer', publishing({ '80': '10250' }), 'api-rejects-kubelet-port'],
    ['a colon in the name of a variable', { Env: ['A:B=1'] }, 'api-rejects-env-name'],
    ['two mounts on one path', { HostConfig: { Binds: ['/a:/x', '/b:/x'] } }, 'api-rejects-duplicate-mount-path'],
    ['an unknown strategy', { 'k8s-experimental': { strategy: { type: 'Rolling' } } }, 'api-rejects-strategy-type'],
    [
      'Recreate with rollingUpdate',
      { 'k8s-experimental': { strategy: { type: 'Recreate', rollingUpdate: {} } } },
      'api-rejects-strategy-rolling-update',
    ],
  ];
  for (const [title, options, code] of refused) {
    it(title, () => assert.ok(codes(web(options)).includes(code)));
  }

  it('a dot in the Service name hides the same dot in the container name', () => {
    const { rejections } = translated(web(publishing({ '80': '80' }), { name: 'a.b' }));
    assert.deepEqual(
      rejections.map(({ object, field }) => `${object} ${field}`),
      ['Service metadata.name'],
    );
  });

  it('by version', () => {
    const { rejections } = translated(web(publishing({ '80/tcp': '1', '81/udp': '2' }), { name: 'proxy' }));
    const [mixed, name] = rejections;
    const versions = ['1.20.9', 'v1.24', '?'];
    assert.deepEqual(
      versions.map((version) => isRejectedBy(mixed!, version)),
      [true, false, false],
    );
    assert.ok(isRejectedBy(name!, '1.33'));
  });

  it('what only old versions refuse does not hide later kinds', () => {
    const { rejections } = translated(web(publishing({ '80/tcp': '1', '81/udp': '2' }), { name: 'proxy' }));
    assert.deepEqual(
      rejections.map(({ object }) => object),
      ['Service', 'Deployment'],
    );
  });
});
