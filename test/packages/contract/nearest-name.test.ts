import assert from 'node:assert/strict';
import { nearestName, REASON_TOKENS, REASONS, formatProblem, hasErrors } from '@iotedge-networking/contract';

describe('[unit] nearestName', () => {
  const known = ['externalServiceIps', 'nodeIps', 'podSubnet', 'announce'];
  const cases: readonly [string, string | undefined][] = [
    ['externalServiceIp', 'externalServiceIps'],
    ['external_service_ips', 'externalServiceIps'],
    ['NODEIPS', 'nodeIps'],
    ['anounce', 'announce'],
    ['replicas', undefined],
    ['x', undefined],
  ];
  for (const [name, expected] of cases)
    it(`${name} → ${expected ?? 'nothing'}`, () => assert.equal(nearestName(name, known), expected));
  it('has no suggestion where nothing is known', () => assert.equal(nearestName('a', []), undefined));
});

describe('[unit] reason catalogue', () => {
  for (const token of REASON_TOKENS)
    it(`${token} is CamelCase and explained in sentences`, () => {
      assert.match(token, /^[A-Z][A-Za-z]+$/);
      assert.match(REASONS[token].means, /\.$/);
      assert.match(REASONS[token].mend, /\.$/);
    });
});

describe('[unit] problems', () => {
  const wrong = { code: 'x', path: 'a.b', message: 'is wrong.', fix: 'Mend it.' };
  it('print as one line', () => assert.equal(formatProblem(wrong), 'a.b: is wrong. Mend it.'));
  it('print without place or fix', () =>
    assert.equal(formatProblem({ code: 'x', path: '', message: 'is wrong.' }), 'is wrong.'));
  it('a warning alone refuses nothing', () => assert.equal(hasErrors([{ ...wrong, level: 'warning' }]), false));
  it('an error refuses', () => assert.equal(hasErrors([wrong]), true));
});
