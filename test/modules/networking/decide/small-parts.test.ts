import assert from 'node:assert/strict';
import { utf8Length } from '@iotedge-networking/contract';
import fc from 'fast-check';
import {
  askOf,
  asksTwice,
  fieldsOf,
  styleFor,
  styleOf,
} from '../../../../modules/networking/src/decide/address-fields.ts';
import { cutText } from '../../../../modules/networking/src/decide/cut-text.ts';
import { reportProblems } from '../../../../modules/networking/src/decide/desired-status.ts';
import { isOwnSliceLabels, labelValue, moduleLabelValue } from '../../../../modules/networking/src/decide/identity.ts';
import { EMPTY_MEMORY, recallReported } from '../../../../modules/networking/src/decide/memory.ts';
import { applyServiceEdit, editService } from '../../../../modules/networking/src/decide/service-edit.ts';
import { podNamespaces } from '../../../../modules/networking/src/decide/wanted-service.ts';
import { backendPods, changeSlices, wantedSlices } from '../../../../modules/networking/src/decide/wanted-slices.ts';
import { wantedServices } from '../../../../modules/networking/src/decide/wanted-service.ts';
import { crd, desired, legacy, OWN, pod, service, slice, web } from '../support/build-snapshot.ts';

const problem = (path: string, message: string) => ({ code: 'x', path, message });

describe('[unit] cutText', () => {
  it('leaves what fits, and cuts what does not between characters', () => {
    assert.equal(cutText('short'), 'short');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.integer({ min: 3, max: 40 }), (text, limit) => {
        const cut = cutText(text, limit);
        assert.ok(utf8Length(cut) <= limit);
        assert.ok(cut === text || text.startsWith(cut.slice(0, -1)));
      }),
    );
  });
});

describe('[unit] reportProblems', () => {
  it('puts problems of one place together, under a key that every runtime takes', () => {
    const long = `services.${'n'.repeat(60)}.web.address`;
    const reported = reportProblems([
      problem('a.b', 'One.'),
      problem('a.b', 'Two.'),
      problem('', 'Three.'),
      problem(long, 'Four.'),
    ]);
    assert.deepEqual(Object.values(reported), ['One. Two.', 'Three.', 'Four.']);
    assert.deepEqual(Object.keys(reported).slice(0, 2), ['a_b', 'document']);
    assert.ok(Object.keys(reported).every((key) => utf8Length(key) <= 64));
    assert.ok(Object.keys(reported)[2]?.endsWith('_web_address'));
  });

  it('counts what is beyond twenty', () => {
    const many = Array.from({ length: 25 }, (_, index) => problem(`p${index}`, 'Wrong.'));
    const reported = reportProblems(many);
    assert.equal(Object.keys(reported).length, 21);
    assert.equal(reported.more, '5 further problems.');
  });
});

describe('[unit] identity', () => {
  it('writes module ids and any text as label values', () => {
    assert.equal(moduleLabelValue('Web_Server-1.x'), 'webserver-1.x');
    assert.equal(labelValue('store 1/edge'), 'store-1-edge');
    assert.equal(labelValue('--'), 'default');
    assert.equal(labelValue('x'.repeat(70)).length, 63);
  });
});

describe('[unit] isOwnSliceLabels', () => {
  it('is not misled by the labels of a Service, which Kubernetes copies onto its own slices', () => {
    const kubernetes = { ...OWN, 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' };
    assert.equal(isOwnSliceLabels(kubernetes, 'store-1'), false);
    const own = { ...OWN, 'endpointslice.kubernetes.io/managed-by': 'iotedge-networking' };
    assert.equal(isOwnSliceLabels(own, 'store-1'), true);
    assert.equal(isOwnSliceLabels(own, 'store-2'), false);
  });
});

describe('[unit] address fields', () => {
  it('are written in the style of the release, and read in any', () => {
    const ask = { ips: '10.0.0.1', pool: 'p', sharingKey: 'k' };
    for (const loadBalancer of [legacy(), crd(), crd(undefined, '0.13.0'), { kind: 'none' } as const]) {
      const style = styleOf(loadBalancer);
      const { annotations, loadBalancerIp } = fieldsOf(ask, style);
      const stated = Object.fromEntries(Object.entries(annotations).filter(([, value]) => value !== null)) as Record<
        string,
        string
      >;
      const written = service('a', { annotations: stated, loadBalancerIp: loadBalancerIp ?? '' });
      assert.deepEqual(askOf(written, style), ask);
      assert.equal(asksTwice(written), false);
      assert.deepEqual(styleFor(written, style), style);
    }
  });

  it('hold a pair of addresses in the annotation only, and ignore blanks', () => {
    const pair = fieldsOf({ ips: '10.0.0.1,fd00::1', pool: '', sharingKey: '' }, styleOf(legacy()));
    assert.equal(pair.loadBalancerIp, null);
    assert.equal(pair.annotations['metallb.universe.tf/loadBalancerIPs'], '10.0.0.1,fd00::1');
    const blanks = service('a', { annotations: { 'metallb.io/loadBalancerIPs': '10.0.0.1, fd00::1' } });
    assert.equal(askOf(blanks, styleOf(crd())).ips, '10.0.0.1,fd00::1');
  });

  it('keep the style that a Service began with', () => {
    const [field, annotation] = [styleOf(legacy()), styleOf(crd())];
    assert.equal(styleFor(undefined, field), field);
    assert.equal(styleFor(service('a', { loadBalancerIp: 'x' }), annotation).requestBy, 'field');
    const old = service('a', { annotations: { 'metallb.universe.tf/loadBalancerIPs': 'x' } });
    assert.deepEqual(styleFor(old, annotation), { requestBy: 'annotation', prefix: 'metallb.universe.tf' });
  });
});

describe('[unit] service edits', () => {
  it('take the selector away, and mention nothing that is as it should be', () => {
    const present = service('a');
    const edit = editService(present, { selector: null, externalTrafficPolicy: null, type: 'LoadBalancer' });
    assert.deepEqual(edit, { selector: null });
    assert.equal(applyServiceEdit(present, { selector: null }).selector, undefined);
    assert.equal(editService(service('a', { selector: undefined }), { selector: null }), undefined);
    assert.deepEqual(editService(service('a', { selector: undefined }), { selector: { a: 'b' } }), {
      selector: { a: 'b' },
    });
    const added = applyServiceEdit(service('a', { selector: undefined }), { selector: { a: 'b' }, labels: { x: 'y' } });
    assert.deepEqual([added.selector, added.labels], [{ a: 'b' }, { x: 'y' }]);
  });

  it('do not mind the order of ports', () => {
    const [one, two] = [
      { name: 'a', port: 1, targetPort: 1, protocol: 'TCP' },
      { port: 2, targetPort: 'http', protocol: 'UDP' },
    ];
    assert.equal(editService(service('a', { ports: [one, two] }), { ports: [two, one] }), undefined);
  });
});

describe('[unit] endpoints that the module keeps', () => {
  const [shop] = wantedServices(desired({ iotedge: { shop: web({ backends: 'selector:app in (a, b)' }) } }), 'x');

  it('are needed for modules and for selectors that a Service cannot hold', () => {
    const entries = { a: web({ backends: 'modules:a' }), b: web(), c: { expose: 'external' } };
    assert.deepEqual([...podNamespaces(desired({ one: entries, two: { b: web() } }))], ['one']);
    assert.deepEqual([...podNamespaces(undefined)], []);
  });

  it('are the living pods with an address', () => {
    const pods = [
      pod('a', { labels: { app: 'a' } }),
      pod('b', { labels: { app: 'b' }, ips: [] }),
      pod('c', { labels: { app: 'c' } }),
    ];
    const names = (backends: Parameters<typeof backendPods>[0]) => backendPods(backends, pods).map(({ name }) => name);
    assert.deepEqual(shop?.backends === undefined ? [] : names(shop.backends), ['a']);
  });

  it('are cut into slices of a hundred, one set per family, in stable order', () => {
    const pods = Array.from({ length: 150 }, (_, index) =>
      pod(`p${String(index).padStart(3, '0')}`, {
        labels: { app: 'a' },
        ips: [`172.27.0.${index}`, `fd00::${index}`],
        nodeName: index === 0 ? undefined : 'n',
      }),
    );
    assert.ok(shop !== undefined);
    const dual = service('shop', { clusterIps: ['172.28.0.5', 'fd00:28::5'] });
    const slices = wantedSlices(shop, dual, [...pods].reverse());
    assert.deepEqual(
      slices.map(({ name, endpoints }) => [name, endpoints.length, endpoints[0]?.address]),
      [
        ['shop-iotedge-ipv4-0', 100, '172.27.0.0'],
        ['shop-iotedge-ipv4-1', 50, '172.27.0.100'],
        ['shop-iotedge-ipv6-0', 100, 'fd00::0'],
        ['shop-iotedge-ipv6-1', 50, 'fd00::100'],
      ],
    );
    assert.equal('nodeName' in (slices[0]?.endpoints[0] ?? {}), false);
    const headless = service('shop', { clusterIps: [] });
    assert.deepEqual(
      wantedSlices(shop, headless, []).map(({ name, endpoints }) => [name, endpoints.length]),
      [['shop-iotedge-ipv4-0', 0]],
    );
    assert.deepEqual(wantedSlices({ ...shop, ownEndpoints: undefined }, dual, pods), []);
    const odd = {
      ...shop,
      ports: [
        { port: 1, targetPort: 1, protocol: 'TCP' },
        { name: 'x', port: 1, targetPort: 'http', protocol: 'TCP' },
      ],
    };
    assert.deepEqual(wantedSlices(odd, headless, [])[0]?.ports, []);
  });

  it('are changed where they differ, and made anew where the Service is another', () => {
    assert.ok(shop !== undefined);
    const [wanted] = wantedSlices(shop, service('shop'), [pod('a', { labels: { app: 'a' } })]);
    assert.ok(wanted !== undefined);
    const present = slice('shop', { ...wanted, ours: true, uid: 'u' });
    const kinds = (actual: typeof present) => changeSlices('iotedge/shop', [actual], [wanted]).map(({ kind }) => kind);
    assert.deepEqual(kinds(present), []);
    assert.deepEqual(kinds({ ...present, endpoints: [] }), ['replace-slice']);
    assert.deepEqual(kinds({ ...present, ports: [] }), ['replace-slice']);
    assert.deepEqual(kinds({ ...present, ownerUid: 'before' }), ['delete-slice', 'create-slice']);
    assert.deepEqual(kinds({ ...present, name: 'another' }), ['create-slice', 'delete-slice']);
    assert.deepEqual(kinds({ ...present, ours: false }), ['create-slice']);
    const bare = { ...wanted, endpoints: [{ address: '1.1.1.1', ready: true }] };
    assert.deepEqual(changeSlices('iotedge/shop', [{ ...present, endpoints: bare.endpoints }], [bare]), []);
  });
});

describe('[unit] recallReported', () => {
  it('recalls addresses of our Services and beginnings of states, but nothing that is known better', () => {
    const memory = { ...EMPTY_MEMORY, pins: new Map([['ns/known', { ips: '1', uid: 'u' }]]) };
    const state = { state: 'Ready' as const, reason: '' as const };
    const recalled = recallReported(memory, {
      services: {
        ns: {
          known: { ...state, ips: '9', owner: 'module', since: 't' },
          ours: { ...state, ips: '2', owner: 'edgeAgent' },
          other: { ...state, ips: '3', owner: 'other' },
          none: { ...state, ips: '' },
        },
      },
    });
    assert.deepEqual(
      [...recalled.pins],
      [
        ['ns/known', { ips: '1', uid: 'u' }],
        ['ns/ours', { ips: '2', uid: '' }],
      ],
    );
    assert.deepEqual([...recalled.states], [['ns/known', { ...state, since: 't' }]]);
    assert.deepEqual(recallReported(EMPTY_MEMORY, {}), EMPTY_MEMORY);
  });
});
