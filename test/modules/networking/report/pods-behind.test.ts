import assert from 'node:assert/strict';
import { podsBehind } from '../../../../modules/networking/src/report/pods-behind.ts';

type View = Parameters<typeof podsBehind>[0];

const service = (name: string, selector?: Record<string, string>): [string, object] => [
  `shop/${name}`,
  { namespace: 'shop', name, ...(selector === undefined ? {} : { selector }) },
];
const pod = (name: string, more: object = {}): [string, object] => [
  `shop/${name}`,
  { namespace: 'shop', name, labels: { app: 'hmi' }, ips: ['10.0.0.1'], ready: true, ended: false, ...more },
];

const view = {
  services: new Map([service('web'), service('hmi', { app: 'hmi' }), service('none')]),
  slices: new Map([
    [
      'shop/web-1',
      {
        ...{ namespace: 'shop', service: 'web', ours: true },
        endpoints: [
          { address: '10.0.0.9', ready: true, nodeName: 'k8s-1', pod: { name: 'web-b', uid: 'u' } },
          { address: '10.0.0.8', ready: false },
        ],
      },
    ],
    ['shop/hmi-1', { namespace: 'shop', service: 'hmi', ours: false, endpoints: [] }],
  ]),
  pods: new Map([
    pod('hmi-b', { ready: false, nodeName: 'k8s-2' }),
    pod('hmi-a', { ips: [] }),
    pod('hmi-old', { ended: true }),
    pod('other', { labels: { app: 'other' } }),
  ]),
} as unknown as View;

describe('[unit] pods behind a Service', () => {
  it('are the endpoints of the slices that the module keeps', () => {
    assert.deepEqual(podsBehind(view, 'shop', 'web'), [
      { name: '10.0.0.8', ip: '10.0.0.8', ready: false },
      { name: 'web-b', ip: '10.0.0.9', node: 'k8s-1', ready: true },
    ]);
  });

  it('are the pods that the Service selects, without those that have ended', () => {
    assert.deepEqual(podsBehind(view, 'shop', 'hmi'), [
      { name: 'hmi-a', ready: true },
      { name: 'hmi-b', ip: '10.0.0.1', node: 'k8s-2', ready: false },
    ]);
  });

  it('are unknown where nothing selects them', () => {
    assert.deepEqual([podsBehind(view, 'shop', 'none'), podsBehind(view, 'shop', 'nobody')], [[], []]);
  });
});
