import assert from 'node:assert/strict';
import { jsonSchemas, readDesired, reportedSchema, reservedClusterIps } from '@iotedge-networking/contract';

const web = {
  expose: 'external',
  address: '10.126.75.210',
  ports: { http: '8080:80/TCP' },
  backends: 'modules:web,web2',
};
const good = {
  $version: 4,
  schemaVersion: '1',
  computeNetwork: {
    nodeIps: '10.126.75.200-10.126.75.201',
    externalServiceIps: { default: '10.126.75.206-10.126.75.215' },
  },
  services: { iotedge: { web } },
};
const withWeb = (change: object): unknown => ({ ...good, services: { iotedge: { web: { ...web, ...change } } } });
const sharing = (one: object, two: object): unknown => {
  const shared = { ...web, address: undefined, shareAddress: 'k' };
  return { ...good, services: { iotedge: { one: { ...shared, ...one }, two: { ...shared, ...two } } } };
};
const withRange = (text: string): unknown => ({
  ...good,
  computeNetwork: { ...good.computeNetwork, externalServiceIps: { default: text } },
});

describe('[unit] readDesired', () => {
  it('fills in the defaults', () => {
    const result = readDesired({ schemaVersion: '1' });
    assert.deepEqual(result, {
      ok: true,
      value: {
        schemaVersion: '1',
        computeNetwork: { externalServiceIps: {}, announce: 'layer2', managePools: false },
        services: {},
        options: { pinAddresses: true, probe: true, page: false },
      },
    });
  });

  const cases: readonly [string, unknown, readonly string[]][] = [
    ['a good document', good, []],
    ['several ranges of one pool', withRange('10.126.75.206-10.126.75.209, 10.126.75.210/32'), []],
    ['no document', undefined, ['missing ']],
    ['a list', [], ['invalid-type ']],
    ['another schema version', { schemaVersion: '2' }, ['invalid-value schemaVersion']],
    ['an unknown key', withWeb({ adress: 'x' }), ['unknown-key services.iotedge.web.adress']],
    ['an address outside the range', withWeb({ address: '10.126.75.250' }), ['N12 services.iotedge.web.address']],
    [
      'two owners of one address',
      { ...good, services: { iotedge: { web, two: web } } },
      ['N12 services.iotedge.two.address'],
    ],
    ['a probe by HTTP', withWeb({ probe: 'http:/healthz' }), []],
    ['a probe of another kind', withWeb({ probe: 'icmp' }), ['invalid-value services.iotedge.web.probe']],
    [
      'BGP peers',
      {
        ...good,
        computeNetwork: {
          ...good.computeNetwork,
          bgpPeers: { r1: { peerAddress: '10.126.72.1', peerAsn: 64512, selfAsn: 64513 } },
        },
      },
      [],
    ],
    ['one sharing key for the same port', sharing({}, {}), ['N12 services.iotedge.two.shareAddress']],
    [
      'one sharing key for the same port, one address stated',
      sharing({ address: '10.126.75.210' }, {}),
      ['N12 services.iotedge.two.shareAddress'],
    ],
    ['one sharing key for other ports', sharing({}, { ports: { dns: '53/UDP' } }), []],
    ['one sharing key on two addresses', sharing({ address: '10.126.75.210' }, { address: '10.126.75.211' }), []],
    ['one sharing key of an internal Service', sharing({}, { expose: 'internal' }), []],
    [
      'a bad range',
      withRange('10.126.75.206-10.126.75.2000'),
      ['invalid-value computeNetwork.externalServiceIps.default'],
    ],
    [
      'a range over the node IPs',
      withRange('10.126.75.200-10.126.75.210'),
      ['N03 computeNetwork.externalServiceIps.default'],
    ],
    [
      'a document too large',
      {
        ...good,
        services: {
          iotedge: Object.fromEntries(
            Array.from({ length: 600 }, (_, i) => [
              `service-${i}`,
              { expose: 'internal', ports: { http: '80' }, backends: 'selector:app=example' },
            ]),
          ),
        },
      },
      ['section-too-large '],
    ],
    ['backends without ports', withWeb({ ports: {} }), ['missing services.iotedge.web.ports']],
    ['ports without backends', withWeb({ backends: undefined }), ['missing services.iotedge.web.backends']],
    ['backends that are none', withWeb({ backends: 'pods:x' }), ['invalid-value services.iotedge.web.backends']],
    ['an adopted Service', { ...good, services: { plant: { hmi: { expose: 'external' } } } }, []],
    [
      'shape and meaning together',
      withWeb({ adress: 'x', address: '10.126.75.250' }),
      ['unknown-key services.iotedge.web.adress', 'N12 services.iotedge.web.address'],
    ],
    [
      'a warning refuses nothing',
      { ...good, computeNetwork: { ...good.computeNetwork, podSubnet: '172.27.5.0/16' } },
      [],
    ],
  ];
  for (const [title, document, expected] of cases)
    it(title, () => {
      const result = readDesired(document);
      assert.deepEqual(result.ok ? [] : result.problems.map(({ code, path }) => `${code} ${path}`), expected);
    });
});

describe('[unit] JSON Schemas', () => {
  it('are made for every document', () => {
    const schemas = jsonSchemas();
    assert.deepEqual(Object.keys(schemas), [
      'network',
      'desired-properties',
      'reported-properties',
      'layered-deployment',
      'network-event',
    ]);
    assert.ok(JSON.stringify(schemas.network).includes('externalServiceIps'));
  });
  it('the reported shape refuses an unknown reason', () =>
    assert.equal(
      reportedSchema.shape.services.safeParse({ a: { b: { state: 'Ready', reason: 'Nonsense' } } }).success,
      false,
    ));
});

describe('[unit] reservedClusterIps', () => {
  it('are .1 and .10 of the subnet', () =>
    assert.deepEqual(reservedClusterIps('172.28.0.0/16'), [0xac1c0001n, 0xac1c000an]));
  it('are none where the subnet is unreadable', () => assert.deepEqual(reservedClusterIps('x'), []));
});
