import assert from 'node:assert/strict';
import { contactAddress } from '../../../../packages/deployment/src/probe/contact-address.ts';

describe('[wire] contactAddress', () => {
  it('sees a host that refuses connections', async () => {
    assert.equal(await contactAddress('127.203.7.9', 1000), true);
  });

  it('sees nobody where no route leads', async () => {
    assert.equal(await contactAddress('100::1', 200), false);
  });
});
