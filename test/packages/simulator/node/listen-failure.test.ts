import assert from 'node:assert/strict';
import { listenFailure } from '../../../../packages/simulator/src/node/listen-failure.ts';

describe('[unit] listen failure', () => {
  const route = { listen: '127.126.75.206', address: '10.126.75.206', port: 80, protocol: 'TCP' } as const;
  const cases: [string, RegExp][] = [
    [
      'EACCES',
      /^Cannot listen on 127\.126\.75\.206:80\/TCP \(for 10\.126\.75\.206\): ports below 1024 .*ip_unprivileged_port_start=80$/,
    ],
    ['EADDRINUSE', /another program/],
    ['EADDRNOTAVAIL', /no such loopback address/],
    ['EMFILE', /: too many$/],
  ];
  for (const [code, expected] of cases) {
    it(`explains ${code}`, () =>
      assert.match(listenFailure(route, Object.assign(new Error('too many'), { code })), expected));
  }

  it('names an address of loopback once', () => {
    assert.doesNotMatch(listenFailure({ ...route, address: route.listen }, new Error('x')), /for/);
  });
});
