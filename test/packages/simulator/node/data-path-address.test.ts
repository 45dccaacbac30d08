import assert from 'node:assert/strict';
import { dataPathAddress } from '../../../../packages/simulator/src/node/data-path-address.ts';

describe('[unit] data path address', () => {
  const cases: [string, string][] = [
    ['10.126.75.206', '127.126.75.206'],
    ['172.28.3.4', '127.28.3.4'],
    ['127.27.0.5', '127.27.0.5'],
    ['127.0.0.1', '127.0.0.1'],
    ['fd00::1', 'fd00::1'],
    ['web', 'web'],
  ];
  for (const [ip, expected] of cases) {
    it(`${ip} is carried at ${expected}`, () => assert.equal(dataPathAddress(ip), expected));
  }
});
