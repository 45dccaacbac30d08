import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  coversResource,
  createSasToken,
  isSignedBy,
  parseSasToken,
} from '../../../../packages/simulator/src/hub/sas-token.ts';

const KEY = Buffer.from('sixteen bytes....').toString('base64');
const OTHER = Buffer.from('another key......').toString('base64');

function tokenFor(resource: string): NonNullable<ReturnType<typeof parseSasToken>> {
  const token = parseSasToken(createSasToken(resource, 2_000_000_000, KEY));
  assert.ok(token);
  return token;
}

describe('[unit] shared access signatures', () => {
  it('reads what the SDKs write, whatever the order', () => {
    const text = 'SharedAccessSignature sr=h%2Fdevices%2Fa%20b&sig=AB%2F%3D&skn=device&se=1700000000';
    const expected = {
      rawResource: 'h%2Fdevices%2Fa%20b',
      resource: 'h/devices/a b',
      signature: 'AB/=',
      expiry: 1_700_000_000,
      policy: 'device',
    };
    assert.deepEqual(parseSasToken(text), expected);
    assert.deepEqual(
      parseSasToken('SharedAccessSignature se=1700000000&skn=device&sig=AB%2F%3D&sr=h%2Fdevices%2Fa%20b'),
      expected,
    );
  });

  for (const text of [
    '',
    'Bearer x',
    'SharedAccessSignature sr=a&sig=b',
    'SharedAccessSignature sr=a&se=1',
    'SharedAccessSignature sig=a&se=1',
    'SharedAccessSignature sr=%&sig=b&se=1',
    'SharedAccessSignature sr=a&sig=b&se=soon',
  ])
    it(`takes '${text}' for no token`, () => assert.equal(parseSasToken(text), undefined));

  it('knows which key signed, for any resource', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (resource) => {
        const token = tokenFor(resource);
        assert.equal(token.resource, resource);
        assert.ok(isSignedBy(token, [OTHER, KEY]));
        assert.ok(!isSignedBy(token, [OTHER]));
        assert.ok(!isSignedBy({ ...token, expiry: token.expiry + 1 }, [KEY]));
      }),
    );
  });

  it('never takes an empty key for a good one', () => {
    const token = parseSasToken(createSasToken('h', 2_000_000_000, ''));
    assert.ok(token && !isSignedBy(token, ['']));
  });

  const reach: readonly [resource: string, path: string, covered: boolean][] = [
    ['hub', 'devices/d/modules/m', true],
    ['hub', '', true],
    ['HUB:8883/devices/d', 'devices/d/modules/m', true],
    ['gateway/devices/D/modules/M', 'devices/d/modules/m', true],
    ['hub/devices/d/modules/m', 'devices/d', false],
    ['hub/devices/d1', 'devices/d', false],
    ['hub/devices/d', 'devices/d1', false],
    ['elsewhere/devices/d', 'devices/d', false],
  ];
  for (const [resource, path, covered] of reach)
    it(`${covered ? 'reaches' : 'does not reach'} '${path}' with ${resource}`, () =>
      assert.equal(coversResource(tokenFor(resource), ['hub', 'gateway'], path), covered));
});
