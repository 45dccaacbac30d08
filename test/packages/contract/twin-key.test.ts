import assert from 'node:assert/strict';
import { checkTwinSection, decodeTwinKey, encodeTwinKey, TWIN_LIMITS } from '@iotedge-networking/contract';
import fc from 'fast-check';

describe('[unit] encodeTwinKey', () => {
  const cases: readonly [string, string, string][] = [
    ['an IPv4 address', '10.126.75.210', '10_126_75_210'],
    ['an IPv6 address', 'fd00::1', 'fd00::1'],
    ['a node name with dots', 'k8s-1cl.store', 'k8s-1cl_store'],
    ['an underscore', 'a_b', 'a~5f~b'],
    ['white space and signs', 'a $#', 'a~20~~24~~23~'],
    ['a twin path', 'services.iotedge.web.address', 'services_iotedge_web_address'],
  ];
  for (const [title, text, key] of cases)
    it(`writes ${title}`, () => assert.deepEqual([encodeTwinKey(text), decodeTwinKey(key)], [key, text]));

  it('leaves an escape that is no character as it is', () => assert.equal(decodeTwinKey('~110000~'), '~110000~'));
  it('is reversible for every text', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => assert.equal(decodeTwinKey(encodeTwinKey(text)), text)),
    ));
  it('makes keys that every twin takes', () =>
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 50, unit: 'binary' }), (text) =>
        assert.deepEqual(checkTwinSection({ [encodeTwinKey(text)]: 1 }, TWIN_LIMITS), []),
      ),
    ));
});
