import assert from 'node:assert/strict';
import { formatBackends, formatPortMapping, parseBackends, parsePortMapping } from '@iotedge-networking/contract';

describe('[unit] port mappings', () => {
  for (const [text, written] of [
    ['8080', '8080:8080/TCP'],
    ['8080:80', '8080:80/TCP'],
    ['53/udp', '53:53/UDP'],
    ['443:8443/TCP', '443:8443/TCP'],
  ] as const)
    it(`reads ${text}`, () =>
      assert.equal(formatPortMapping(parsePortMapping(text) ?? { port: 0, targetPort: 0, protocol: 'TCP' }), written));
  for (const text of ['', '0', '65536', '80:0', '80/ICMP', 'a', '80:', '8080-8090', ' 80'])
    it(`refuses "${text}"`, () => assert.equal(parsePortMapping(text), undefined));
});

describe('[unit] backends', () => {
  for (const text of ['modules:webserver', 'modules:webserver,webserver2', 'selector:app=hmi', 'selector:app in (a,b)'])
    it(`reads and writes ${text}`, () => {
      const backends = parseBackends(text);
      assert.ok(backends);
      assert.equal(formatBackends(backends), text);
    });
  for (const text of ['', 'modules:', 'modules:a,,b', 'selector:', 'selector:a b', 'pods:a'])
    it(`refuses "${text}"`, () => assert.equal(parseBackends(text), undefined));
});
