import assert from 'node:assert/strict';
import { parseProbe, type ProbeSetting } from '@iotedge-networking/contract';

describe('[unit] probe settings', () => {
  const good: readonly (readonly [text: string, setting: ProbeSetting])[] = [
    ['none', { kind: 'none' }],
    ['tcp', { kind: 'tcp' }],
    ['http:/', { kind: 'http', path: '/' }],
    ['http:/healthz?full=1', { kind: 'http', path: '/healthz?full=1' }],
    ['http:8080:/healthz', { kind: 'http', path: '/healthz', port: 8080 }],
  ];
  for (const [text, setting] of good) it(`reads ${text}`, () => assert.deepEqual(parseProbe(text), setting));
  for (const text of ['', 'udp', 'http', 'http:', 'http:healthz', 'http:0:/', 'http:65536:/', 'http:/a b', 'https:/'])
    it(`refuses "${text}"`, () => assert.equal(parseProbe(text), undefined));
});
