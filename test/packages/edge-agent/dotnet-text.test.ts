import assert from 'node:assert/strict';
import { parseInt32, tokenText } from '../../../packages/edge-agent/src/dotnet-text.ts';
import { NULL_NODE } from '../../../packages/edge-agent/src/json-node.ts';
import { parseServiceType } from '../../../packages/edge-agent/src/service-type.ts';

describe('[unit] numbers and texts as .NET has them', () => {
  const integers: readonly (readonly [string, number | undefined])[] = [
    ['80', 80],
    [' 080\t', 80],
    ['+80', 80],
    ['-80', -80],
    ['-0', 0],
    ['2147483647', 2147483647],
    ['-2147483648', -2147483648],
    ['2147483648', undefined],
    ['80.0', undefined],
    ['8 0', undefined],
    ['', undefined],
    ['0x50', undefined],
  ];
  for (const [text, value] of integers) {
    it(`${JSON.stringify(text)} parses as ${String(value)}`, () => assert.equal(parseInt32(text), value));
  }

  const numbers: readonly (readonly [string, string])[] = [
    ['10', '10'],
    ['-5', '-5'],
    ['12345678901234567890', '12345678901234567890'],
    ['10.5', '10.5'],
    ['1.0', '1'],
    ['0.0', '0'],
    ['0.0001', '0.0001'],
    ['0.00001', '1E-05'],
    ['1e15', '1E+15'],
    ['1.25e120', '1.25E+120'],
    ['1e3', '1000'],
    ['0x10', '16'],
    ['010', '8'],
  ];
  for (const [text, printed] of numbers) {
    it(`the number ${text} prints as ${printed}`, () => assert.equal(tokenText({ kind: 'number', text }), printed));
  }

  it('prints other values as text, and lists not at all', () => {
    assert.equal(tokenText({ kind: 'string', value: 'x' }), 'x');
    assert.equal(tokenText({ kind: 'boolean', value: true }), 'True');
    assert.equal(tokenText({ kind: 'boolean', value: false }), 'False');
    assert.equal(tokenText(NULL_NODE), null);
    assert.equal(tokenText({ kind: 'array', items: [] }), undefined);
  });
});

describe('[unit] serviceOptions.type', () => {
  const types: readonly (readonly [string, string | undefined, string | undefined])[] = [
    ['ClusterIP', 'ClusterIP', 'name'],
    ['loadbalancer', 'LoadBalancer', 'name'],
    [' NodePort ', 'NodePort', 'lenient'],
    ['1', 'LoadBalancer', 'number'],
    ['2', 'NodePort', 'number'],
    ['3', '3', 'number'],
    ['-1', '-1', 'number'],
    ['ClusterIP,NodePort', 'NodePort', 'lenient'],
    ['LoadBalancer, NodePort', '3', 'lenient'],
    ['load-balancer', undefined, undefined],
    ['ClusterIP,', undefined, undefined],
    ['1,2', undefined, undefined],
    ['99999999999', undefined, undefined],
    ['', undefined, undefined],
  ];
  for (const [text, type, written] of types) {
    it(`${JSON.stringify(text)} is ${String(type)}`, () => {
      const parsed = parseServiceType(text);
      assert.deepEqual([parsed?.type, parsed?.written], [type, written]);
    });
  }
});
