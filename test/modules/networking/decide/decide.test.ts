import assert from 'node:assert/strict';
import { reportedSchema } from '@iotedge-networking/contract';
import { decide, type Decision } from '../../../../modules/networking/src/decide/decide.ts';
import { EMPTY_MEMORY } from '../../../../modules/networking/src/decide/memory.ts';
import type { Change } from '../../../../modules/networking/src/decide/change.ts';
import type { Snapshot } from '../../../../modules/networking/src/gather/snapshot.ts';
import {
  AGENT,
  crd,
  desired,
  input,
  legacy,
  NOW,
  OWN,
  pod,
  service,
  slice,
  snapshot,
  web,
} from '../support/build-snapshot.ts';
import { applyChanges, letMetalLbWork } from '../support/cluster-replay.ts';

const kinds = (changes: readonly Change[]): readonly string[] =>
  changes.map(({ kind, service: key }) => `${kind} ${key}`);

const editOf = (decision: Decision): object => {
  const [change, ...others] = decision.changes;
  assert.deepEqual(others, []);
  assert.equal(change?.kind, 'edit-service');
  return change.edit;
};

const own = (name: string, change = {}) =>
  service(name, { labels: OWN, selector: { app: 'web' }, externalTrafficPolicy: 'Cluster', ...change });

describe('[unit] decide: Services of the module', () => {
  it('creates an external Service with type, ports with protocol, selector and its own labels, and without edgeAgent’s', () => {
    const { changes } = decide(input({ desired: desired({ iotedge: { web: web() } }), snapshot: snapshot() }));
    assert.deepEqual(changes, [
      {
        kind: 'create-service',
        service: 'iotedge/web',
        namespace: 'iotedge',
        name: 'web',
        early: false,
        fields: {
          type: 'LoadBalancer',
          labels: OWN,
          ports: [{ name: 'http', port: 8080, targetPort: 80, protocol: 'TCP' }],
          selector: { app: 'web' },
          externalTrafficPolicy: 'Cluster',
        },
      },
    ]);
  });

  it('creates an internal Service as ClusterIP without traffic policy', () => {
    const entry = web({ expose: 'internal' });
    const { changes } = decide(input({ desired: desired({ iotedge: { web: entry } }), snapshot: snapshot() }));
    const [change] = changes;
    assert.equal(change?.kind, 'create-service');
    assert.equal(change.fields.type, 'ClusterIP');
    assert.equal('externalTrafficPolicy' in change.fields, false);
  });

  it('asks for an explicit address by field up to 0.12 and by annotation later, with the prefix that the release reads', () => {
    const entry = desired({ iotedge: { web: web({ address: '10.126.75.210', pool: 'default', shareAddress: 'k' }) } });
    const fieldsAt = (loadBalancer: Snapshot['loadBalancer']) => {
      const [change] = decide(input({ desired: entry, snapshot: snapshot({}, { loadBalancer }) })).changes;
      assert.equal(change?.kind, 'create-service');
      assert.equal(change.early, true);
      return { field: change.fields.loadBalancerIp, annotations: change.fields.annotations };
    };
    assert.deepEqual(fieldsAt(legacy()), {
      field: '10.126.75.210',
      annotations: { 'metallb.universe.tf/address-pool': 'default', 'metallb.universe.tf/allow-shared-ip': 'k' },
    });
    assert.deepEqual(fieldsAt(crd(undefined, '0.13.7')), {
      field: undefined,
      annotations: {
        'metallb.universe.tf/loadBalancerIPs': '10.126.75.210',
        'metallb.universe.tf/address-pool': 'default',
        'metallb.universe.tf/allow-shared-ip': 'k',
      },
    });
    assert.deepEqual(fieldsAt(crd()).annotations, {
      'metallb.io/loadBalancerIPs': '10.126.75.210',
      'metallb.io/address-pool': 'default',
      'metallb.io/allow-shared-ip': 'k',
    });
  });

  it('leaves a Service alone that is as it should be', () => {
    const present = snapshot({
      services: [own('web', { ingress: ['10.126.75.206'], loadBalancerIp: '10.126.75.206' })],
    });
    const { changes, report } = decide(input({ desired: desired({ iotedge: { web: web() } }), snapshot: present }));
    assert.deepEqual(changes, []);
    assert.equal(report.desired.state, 'applied');
  });

  it('puts labels, type, ports, selector and policy right, and nothing else', () => {
    const wrong = own('web', {
      type: 'ClusterIP',
      labels: { ...OWN, extra: 'stays' },
      ports: [{ name: 'http', port: 80, targetPort: 80, protocol: 'TCP' }],
      selector: { app: 'old', tier: 'x' },
      externalTrafficPolicy: undefined,
    });
    const decision = decide(
      input({
        desired: desired({ iotedge: { web: web({ externalTrafficPolicy: 'Local' }) } }),
        snapshot: snapshot({ services: [wrong] }),
      }),
    );
    assert.deepEqual(editOf(decision), {
      type: 'LoadBalancer',
      ports: [{ name: 'http', port: 8080, targetPort: 80, protocol: 'TCP' }],
      selector: { tier: null, app: 'web' },
      externalTrafficPolicy: 'Local',
    });
  });

  it('makes an external Service internal: type, policy and requests go', () => {
    const external = own('web', {
      ingress: ['10.126.75.206'],
      loadBalancerIp: '10.126.75.206',
      annotations: { 'metallb.universe.tf/allow-shared-ip': 'k' },
    });
    const decision = decide(
      input({
        desired: desired({ iotedge: { web: web({ expose: 'internal' }) } }),
        snapshot: snapshot({ services: [external] }),
      }),
    );
    assert.deepEqual(editOf(decision), {
      type: 'ClusterIP',
      annotations: { 'metallb.universe.tf/allow-shared-ip': null },
      ports: [{ name: 'http', port: 8080, targetPort: 80, protocol: 'TCP' }],
      externalTrafficPolicy: null,
      loadBalancerIp: null,
    });
  });

  it('deletes what it made and nobody wants, but nothing of others and nothing while it waits for its first document', () => {
    const services = [
      own('old'),
      own('going', { deleting: true }),
      service('foreign'),
      service('agent', { labels: AGENT }),
    ];
    const present = snapshot({ services });
    assert.deepEqual(kinds(decide(input({ desired: desired({}), snapshot: present })).changes), [
      'delete-service iotedge/old',
    ]);
    assert.deepEqual(decide(input({ snapshot: present })).changes, []);
    assert.deepEqual(decide(input({ desired: desired({}), snapshot: { ...present, synced: false } })).changes, []);
  });

  it('does not touch a Service of that name that belongs to somebody else', () => {
    const cases: readonly { readonly labels: Record<string, string>; readonly message: RegExp }[] = [
      { labels: {}, message: /somebody else/ },
      { labels: { 'app.kubernetes.io/managed-by': 'Helm' }, message: /belongs to Helm/ },
      { labels: { ...OWN, 'app.kubernetes.io/instance': 'store-2' }, message: /another networking module \(store-2\)/ },
      { labels: { 'app.kubernetes.io/managed-by': 'iotedge-networking' }, message: /unnamed/ },
    ];
    for (const { labels, message } of cases) {
      const present = snapshot({ services: [service('web', { labels })] });
      const { changes, report } = decide(input({ desired: desired({ iotedge: { web: web() } }), snapshot: present }));
      assert.deepEqual(changes, []);
      const reported = report.services.iotedge?.web;
      assert.equal(reported?.reason, 'NameTaken');
      assert.match(reported.message ?? '', message);
    }
  });

  it('names a namespace that does not exist, and waits for a Service that is being deleted', () => {
    const lost = decide(input({ desired: desired({ nowhere: { web: web() } }), snapshot: snapshot() }));
    assert.deepEqual(lost.changes, []);
    assert.equal(lost.report.services.nowhere?.web?.reason, 'NamespaceNotFound');
    const unknown = decide(
      input({ desired: desired({ nowhere: { web: web() } }), snapshot: snapshot({}, { namespaces: undefined }) }),
    );
    assert.deepEqual(kinds(unknown.changes), ['create-service nowhere/web']);
    const going = snapshot({ services: [own('web', { deleting: true })] });
    assert.deepEqual(decide(input({ desired: desired({ iotedge: { web: web() } }), snapshot: going })).changes, []);
  });
});

describe('[unit] decide: adopted Services', () => {
  const adopt = (change: object = {}) => desired({ iotedge: { web: { expose: 'external', ...change } } });
  const agent = (change = {}) => service('web', { labels: AGENT, ingress: ['10.126.75.206'], ...change });

  it('pins the address it has, and touches nothing else', () => {
    const decision = decide(input({ desired: adopt(), snapshot: snapshot({ services: [agent()] }) }));
    assert.deepEqual(editOf(decision), { loadBalancerIp: '10.126.75.206' });
    const stated = adopt({ externalTrafficPolicy: 'Local', pool: 'default', shareAddress: 'k' });
    assert.deepEqual(editOf(decide(input({ desired: stated, snapshot: snapshot({ services: [agent()] }) }))), {
      externalTrafficPolicy: 'Local',
      loadBalancerIp: '10.126.75.206',
      annotations: { 'metallb.universe.tf/address-pool': 'default', 'metallb.universe.tf/allow-shared-ip': 'k' },
    });
  });

  it('keeps asking in the way edgeAgent began, and never in two ways', () => {
    const byField = agent({ loadBalancerIp: '10.126.75.206' });
    const loadBalancer = crd();
    const to = adopt({ address: '10.126.75.210' });
    assert.deepEqual(
      editOf(decide(input({ desired: to, snapshot: snapshot({ services: [byField] }, { loadBalancer }) }))),
      {
        loadBalancerIp: '10.126.75.210',
      },
    );
    const byAnnotation = agent({ annotations: { 'metallb.universe.tf/loadBalancerIPs': '10.126.75.206' } });
    assert.deepEqual(editOf(decide(input({ desired: to, snapshot: snapshot({ services: [byAnnotation] }) }))), {
      annotations: { 'metallb.universe.tf/loadBalancerIPs': '10.126.75.210' },
    });
    const both = agent({
      loadBalancerIp: '10.126.75.206',
      annotations: { 'metallb.io/loadBalancerIPs': '10.126.75.206' },
    });
    assert.deepEqual(
      editOf(decide(input({ desired: adopt(), snapshot: snapshot({ services: [both] }, { loadBalancer }) }))),
      {
        loadBalancerIp: null,
      },
    );
  });

  it('puts back what edgeAgent wiped, and calls that drift', () => {
    const wish = adopt({ address: '10.126.75.206' });
    const first = decide(
      input({ desired: wish, snapshot: snapshot({ services: [agent({ loadBalancerIp: '10.126.75.206' })] }) }),
    );
    assert.deepEqual(first.changes, []);
    const again = decide(input({ desired: wish, memory: first.memory, snapshot: snapshot({ services: [agent()] }) }));
    const [change] = again.changes;
    assert.equal(change?.kind === 'edit-service' && change.drift, true);
    const anew = decide(
      input({
        desired: adopt({ address: '10.126.75.211' }),
        memory: first.memory,
        snapshot: snapshot({ services: [agent()] }),
      }),
    );
    const [wanted] = anew.changes;
    assert.equal(wanted?.kind === 'edit-service' && wanted.drift, false);
  });

  it('says so when the Service does not exist, and leaves an internal or not balanced one as it is', () => {
    const absent = decide(input({ desired: adopt(), snapshot: snapshot() }));
    assert.equal(absent.report.services.iotedge?.web?.reason, 'ServiceNotFound');
    const clusterIp = snapshot({ services: [agent({ type: 'ClusterIP', ingress: [] })] });
    const notBalanced = decide(input({ desired: adopt({ externalTrafficPolicy: 'Local' }), snapshot: clusterIp }));
    assert.deepEqual(notBalanced.changes, []);
    assert.match(notBalanced.report.services.iotedge?.web?.message ?? '', /needs type LoadBalancer/);
    const internal = desired({ iotedge: { web: { expose: 'internal' } } });
    assert.deepEqual(decide(input({ desired: internal, snapshot: clusterIp })).changes, []);
  });

  it('takes nothing from the Service where pins are off', () => {
    const off = { options: { pinAddresses: false } };
    const wish = desired({ iotedge: { web: { expose: 'external' } } }, off);
    assert.deepEqual(decide(input({ desired: wish, snapshot: snapshot({ services: [agent()] }) })).changes, []);
    const asking = snapshot({ services: [agent({ loadBalancerIp: '10.126.75.206' })] });
    assert.deepEqual(decide(input({ desired: wish, snapshot: asking })).changes, []);
  });
});

describe('[unit] decide: an address, once given, stays', () => {
  const wish = desired({ iotedge: { web: web() } });

  it('asks for the assigned address, and no more where pins are off', () => {
    const assigned = snapshot({ services: [own('web', { ingress: ['10.126.75.207'] })] });
    const decision = decide(input({ desired: wish, snapshot: assigned }));
    assert.deepEqual(editOf(decision), { loadBalancerIp: '10.126.75.207' });
    assert.deepEqual(decision.memory.pins.get('iotedge/web'), { ips: '10.126.75.207', uid: 'uid-web' });
    const off = desired({ iotedge: { web: web() } }, { options: { pinAddresses: false } });
    const pinned = snapshot({
      services: [own('web', { ingress: ['10.126.75.207'], loadBalancerIp: '10.126.75.207' })],
    });
    assert.deepEqual(editOf(decide(input({ desired: off, snapshot: pinned }))), { loadBalancerIp: null });
  });

  it('gives a Service made anew the address its name had', () => {
    const memory = { ...EMPTY_MEMORY, pins: new Map([['iotedge/web', { ips: '10.126.75.209', uid: 'uid-web' }]]) };
    const [change] = decide(input({ desired: wish, memory, snapshot: snapshot() })).changes;
    assert.equal(change?.kind === 'create-service' && change.fields.loadBalancerIp, '10.126.75.209');
  });

  it('brings a Service that was made anew by somebody back, and keeps at it until it is there', () => {
    const adopted = desired({ iotedge: { web: { expose: 'external' } } });
    const memory = { ...EMPTY_MEMORY, pins: new Map([['iotedge/web', { ips: '10.126.75.209', uid: 'before' }]]) };
    const anew = snapshot({ services: [service('web', { labels: AGENT, ingress: ['10.126.75.206'] })] });
    const first = decide(input({ desired: adopted, memory, snapshot: anew }));
    assert.deepEqual(editOf(first), { loadBalancerIp: '10.126.75.209' });
    const written = applyChanges(anew, first.changes);
    const second = decide(input({ desired: adopted, memory: first.memory, snapshot: written }));
    assert.deepEqual(second.changes, []);
    const third = decide(input({ desired: adopted, memory: second.memory, snapshot: letMetalLbWork(written) }));
    assert.deepEqual(third.changes, []);
    assert.deepEqual(third.memory.pins.get('iotedge/web'), { ips: '10.126.75.209', uid: 'uid-web' });
  });

  it('lets go of a kept address that somebody else has now', () => {
    const memory = { ...EMPTY_MEMORY, pins: new Map([['iotedge/web', { ips: '10.126.75.209', uid: '' }]]) };
    const taken = snapshot({ services: [service('other', { namespace: 'plant', ingress: ['10.126.75.209'] })] });
    const [change] = decide(input({ desired: wish, memory, snapshot: taken })).changes;
    assert.equal(change?.kind === 'create-service' && change.fields.loadBalancerIp, undefined);
  });

  it('follows an address that the load balancer moved', () => {
    const memory = { ...EMPTY_MEMORY, pins: new Map([['iotedge/web', { ips: '10.126.75.209', uid: 'uid-web' }]]) };
    const moved = snapshot({ services: [own('web', { ingress: ['10.126.75.211'] })] });
    const decision = decide(input({ desired: wish, memory, snapshot: moved }));
    assert.deepEqual(editOf(decision), { loadBalancerIp: '10.126.75.211' });
    assert.equal(decision.memory.pins.get('iotedge/web')?.ips, '10.126.75.211');
  });

  it('drops a pin whose pool is gone, so that another address can be given', () => {
    const pinned = own('web', { loadBalancerIp: '10.126.75.209' });
    const shrunk = snapshot(
      { services: [pinned] },
      { loadBalancer: legacy({ default: '10.126.75.220-10.126.75.221' }) },
    );
    assert.deepEqual(editOf(decide(input({ desired: wish, snapshot: shrunk }))), { loadBalancerIp: null });
  });
});

describe('[unit] decide: no working address is lost', () => {
  const served = own('web', { ingress: ['10.126.75.206'], loadBalancerIp: '10.126.75.206' });
  const refused = (entry: object, others = [served]) =>
    decide(input({ desired: desired({ iotedge: { web: entry } }), snapshot: snapshot({ services: others }) }));

  it('does not write a request that the load balancer would refuse, and says why', () => {
    const outside = refused(web({ address: '192.0.2.1' }));
    assert.deepEqual(outside.changes, []);
    assert.equal(outside.report.services.iotedge?.web?.reason, 'AddressOutsidePools');
    assert.match(outside.report.services.iotedge.web.message ?? '', /^Keeps 10\.126\.75\.206: /);
    const taken = refused(web({ address: '10.126.75.207' }), [
      served,
      service('other', { ingress: ['10.126.75.207'] }),
    ]);
    assert.deepEqual(taken.changes, []);
    assert.equal(taken.report.services.iotedge?.web?.reason, 'AddressInUse');
    const nowhere = refused(web({ pool: 'none' }));
    assert.equal(nowhere.report.services.iotedge?.web?.reason, 'PoolNotFound');
  });

  it('still changes what does not concern the address', () => {
    const decision = refused(web({ address: '192.0.2.1', backends: 'selector:app=new' }));
    assert.deepEqual(editOf(decision), { selector: { app: 'new' } });
  });

  it('moves a Service to a stated pool and to a stated address that it can have', () => {
    const two = { default: RANGE_A, other: '10.126.75.230-10.126.75.230' };
    const at = snapshot({ services: [served] }, { loadBalancer: legacy(two) });
    const moved = decide(input({ desired: desired({ iotedge: { web: web({ pool: 'other' }) } }), snapshot: at }));
    assert.deepEqual(editOf(moved), {
      loadBalancerIp: null,
      annotations: { 'metallb.universe.tf/address-pool': 'other' },
    });
    const stated = decide(
      input({ desired: desired({ iotedge: { web: web({ address: '10.126.75.208' }) } }), snapshot: at }),
    );
    assert.deepEqual(editOf(stated), { loadBalancerIp: '10.126.75.208' });
  });

  it('lets only one of two Services go for the last address of a pool', () => {
    const services = [served, own('web2', { ingress: ['10.126.75.207'], loadBalancerIp: '10.126.75.207' })];
    const at = snapshot(
      { services },
      { loadBalancer: legacy({ default: RANGE_A, other: '10.126.75.230-10.126.75.230' }) },
    );
    const wish = desired({ iotedge: { web: web({ pool: 'other' }), web2: web({ pool: 'other' }) } });
    const { changes, report } = decide(input({ desired: wish, snapshot: at }));
    assert.deepEqual(kinds(changes), ['edit-service iotedge/web']);
    assert.equal(report.services.iotedge?.web2?.reason, 'PoolExhausted');
  });

  it('keeps a shared address when the new ports would clash', () => {
    const shared = { annotations: { 'metallb.universe.tf/allow-shared-ip': 'k' }, ingress: ['10.126.75.206'] };
    const mine = own('web', { ...shared, loadBalancerIp: '10.126.75.206' });
    const other = service('other', { ...shared, ports: [{ name: 'x', port: 9090, targetPort: 1, protocol: 'TCP' }] });
    const decision = refused(web({ shareAddress: 'k', ports: { http: '9090:80' } }), [mine, other]);
    assert.deepEqual(decision.changes, []);
    assert.equal(decision.report.services.iotedge?.web?.state, 'Failing');
  });

  it('writes no change of address while the configuration of the load balancer cannot be read', () => {
    const loadBalancer = { kind: 'metallb', dialect: 'crd', version: '0.14.9' } as const;
    const byAnnotation = {
      ...served,
      loadBalancerIp: '',
      annotations: { 'metallb.io/loadBalancerIPs': '10.126.75.206' },
    };
    const at = snapshot({ services: [byAnnotation] }, { loadBalancer });
    const decision = decide(
      input({ desired: desired({ iotedge: { web: web({ address: '10.126.75.208' }) } }), snapshot: at }),
    );
    assert.deepEqual(decision.changes, []);
    assert.equal(decision.report.services.iotedge?.web?.reason, 'Forbidden');
  });
});

const RANGE_A = '10.126.75.206-10.126.75.215';

describe('[unit] decide: endpoints of IoT Edge modules', () => {
  const wish = desired({ iotedge: { shop: web({ backends: 'modules:Web,web2' }) } });
  const shop = own('shop', { selector: undefined, ingress: ['10.126.75.206'], loadBalancerIp: '10.126.75.206' });

  it('makes the Service without selector first, then a slice over the modules’ pods that the Service owns', () => {
    const pods = [
      pod('web'),
      pod('web2', { ips: ['172.27.0.11'], ready: false }),
      pod('db'),
      pod('gone', { ended: true }),
    ];
    const [first] = decide(input({ desired: wish, snapshot: snapshot({ pods }) })).changes;
    assert.equal(first?.kind === 'create-service' && 'selector' in first.fields, false);
    const { changes } = decide(input({ desired: wish, snapshot: snapshot({ services: [shop], slices: [], pods }) }));
    assert.deepEqual(changes, [
      {
        kind: 'create-slice',
        service: 'iotedge/shop',
        slice: {
          namespace: 'iotedge',
          name: 'shop-iotedge-ipv4-0',
          service: 'shop',
          ownerUid: 'uid-shop',
          addressType: 'IPv4',
          ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
          endpoints: [
            { address: '172.27.0.10', ready: true, nodeName: 'node-1', pod: { name: 'web', uid: 'uid-web' } },
            { address: '172.27.0.11', ready: false, nodeName: 'node-1', pod: { name: 'web2', uid: 'uid-web2' } },
          ],
        },
      },
    ]);
  });

  it('touches no slice while the pods are not known', () => {
    const at = snapshot({ services: [shop], slices: [] }, { pods: new Map() });
    assert.deepEqual(decide(input({ desired: wish, snapshot: at })).changes, []);
  });

  it('removes its slices when the Service gets a selector', () => {
    const ours = slice('shop', { ours: true, name: 'shop-iotedge-ipv4-0', uid: 'u' });
    const plain = desired({ iotedge: { shop: web() } });
    const at = snapshot({ services: [{ ...shop, selector: { app: 'web' } }], slices: [ours] });
    assert.deepEqual(kinds(decide(input({ desired: plain, snapshot: at })).changes), ['delete-slice iotedge/shop']);
  });
});

describe('[unit] decide: the report', () => {
  it('has the shape of the contract and tells of every LoadBalancer Service, and of others only where they concern us', () => {
    const services = [
      own('web', { ingress: ['10.126.75.206'], loadBalancerIp: '10.126.75.206' }),
      service('agent', { labels: AGENT, type: 'ClusterIP' }),
      service('elsewhere', { namespace: 'plant', labels: AGENT, type: 'ClusterIP' }),
      service('kubectl', { namespace: 'plant', ingress: ['10.126.75.207'] }),
      service('internal', { namespace: 'plant', type: 'ClusterIP' }),
    ];
    const at = snapshot({ services }, { conditions: { Forbidden: 'cannot list nodes' } });
    const nodeIps = { computeNetwork: { nodeIps: '10.126.75.200-10.126.75.201' } };
    const { report } = decide(input({ desired: desired({ iotedge: { web: web() } }, nodeIps), snapshot: at }));
    assert.deepEqual(reportedSchema.safeParse(JSON.parse(JSON.stringify(report))).error, undefined);
    assert.deepEqual(report.services.iotedge?.web, {
      type: 'LoadBalancer',
      ips: '10.126.75.206',
      clusterIp: '172.28.0.5',
      ports: '8080/TCP',
      ready: '1/1',
      node: 'node-1',
      pool: 'default',
      dns: 'web.iotedge.svc.cluster.local',
      state: 'Ready',
      reason: '',
      since: NOW,
      owner: 'module',
    });
    assert.deepEqual(Object.keys(report.services.iotedge), ['web', 'agent']);
    assert.deepEqual(Object.keys(report.services.plant ?? {}), ['kubectl']);
    assert.deepEqual(report.addresses, { '10_126_75_206': 'iotedge/web', '10_126_75_207': 'plant/kubectl' });
    assert.deepEqual(report.pools, { default: { ranges: RANGE_A, total: 10, used: 2 } });
    assert.deepEqual(report.nodes, { 'node-1': { ip: '10.126.75.200', role: 'master', ready: true, inRange: true } });
    assert.deepEqual(report.summary, { services: 3, ready: 3, external: 2, poolFree: 8 });
    assert.deepEqual(report.loadBalancer, { kind: 'metallb', dialect: 'configmap', version: '0.12' });
    assert.deepEqual(report.conditions, { Forbidden: 'cannot list nodes' });
  });

  it('keeps the moment at which a state began', () => {
    const at = snapshot({ services: [service('web', { ingress: ['10.126.75.206'] })] });
    const { memory } = decide(input({ snapshot: at }));
    const later = decide(input({ snapshot: at, memory, now: '2026-02-01T00:00:00.000Z' }));
    assert.equal(later.report.services.iotedge?.web?.since, NOW);
    const broken = snapshot({ services: [service('web', { ingress: ['10.126.75.206'] })], slices: [] });
    const failing = decide(input({ snapshot: broken, memory, now: '2026-02-01T00:00:00.000Z' }));
    assert.equal(failing.report.services.iotedge?.web?.since, '2026-02-01T00:00:00.000Z');
    const unsynced = decide(input({ snapshot: { ...at, synced: false }, memory }));
    assert.equal(unsynced.memory, memory);
  });

  it('tells how the desired document fares', () => {
    const status = (change: object, at = snapshot()) => decide(input({ snapshot: at, ...change })).report.desired;
    assert.deepEqual(status({ desiredStatus: { version: 0, state: 'waiting', problems: [] } }), {
      version: 0,
      state: 'waiting',
      problems: {},
    });
    const problems = [{ code: 'x', path: 'services.iotedge.web.address', message: 'is wrong.', fix: 'Mend it.' }];
    assert.deepEqual(status({ desiredStatus: { version: 8, state: 'rejected', problems, inForce: 7 } }), {
      version: 8,
      state: 'rejected',
      problems: { services_iotedge_web_address: 'is wrong. Mend it.' },
      inForce: 7,
    });
    assert.equal(status({ desired: desired({ iotedge: { web: web() } }) }).state, 'applying');
    assert.equal(status({ desired: desired({}) }, snapshot({}, { synced: false })).state, 'applying');
    const failures = new Map([['iotedge/web', { reason: 'Refused' as const, message: 'no' }]]);
    assert.equal(status({ desired: desired({}) }, snapshot({}, { failures })).state, 'failed');
  });
});
