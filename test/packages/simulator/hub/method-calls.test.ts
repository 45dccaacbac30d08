import assert from 'node:assert/strict';
import { createFaults } from '../../../../packages/simulator/src/hub/faults.ts';
import { MethodCalls, readMethodRequest } from '../../../../packages/simulator/src/hub/method-calls.ts';
import type { DeviceLinks } from '../../../../packages/simulator/src/hub/mqtt/device-links.ts';

const MODULE = { deviceId: 'd', moduleId: 'm' };
const REQUEST = { methodName: 'go', payload: { a: 1 }, responseTimeoutInSeconds: 0.02, connectTimeoutInSeconds: 0 };

/** Links of which one is always listening; what is sent goes to `sent`. */
function listening(sent: string[]): DeviceLinks {
  const links: Pick<DeviceLinks, 'send' | 'whenListening'> = {
    whenListening: () => Promise.resolve(true),
    send: (_address, { topic, payload }) => {
      sent.push(`${topic} ${payload.toString()}`);
      return true;
    },
  };
  return links as DeviceLinks;
}

describe('[unit] direct method calls', () => {
  it('send the call and bring the answer back', async () => {
    const sent: string[] = [];
    const calls = new MethodCalls(listening(sent), createFaults());
    const answer = calls.invoke(MODULE, REQUEST);
    await new Promise(setImmediate);
    assert.deepEqual(sent, ['$iothub/methods/POST/go/?$rid=1 {"a":1}']);
    calls.settle({ deviceId: 'd', moduleId: 'other' }, { rid: '1', status: 500 }, Buffer.from(''));
    calls.settle(MODULE, { rid: '1', status: 200 }, Buffer.from('{"b":2}'));
    assert.deepEqual(await answer, { status: 200, payload: { b: 2 } });
    calls.settle(MODULE, { rid: '1', status: 500 }, Buffer.from('late'));
  });

  it('take an empty body for null', async () => {
    const calls = new MethodCalls(listening([]), createFaults());
    const answer = calls.invoke(MODULE, REQUEST);
    await new Promise(setImmediate);
    calls.settle(MODULE, { rid: '1', status: 204 }, Buffer.alloc(0));
    assert.deepEqual(await answer, { status: 204, payload: null });
  });

  it('end with 504 when no answer comes, also when the call was lost on the way', async () => {
    const sent: string[] = [];
    const calls = new MethodCalls(listening(sent), createFaults({ loseMethodCalls: 1 }));
    await assert.rejects(calls.invoke(MODULE, REQUEST), { name: 'GatewayTimeout', status: 504, code: 504101 });
    assert.deepEqual(sent, []);
    await assert.rejects(calls.invoke(MODULE, REQUEST), { name: 'GatewayTimeout' });
    assert.equal(sent.length, 1);
  });

  it('end with 502 when the answer is not JSON, and with 503 when the hub closes', async () => {
    const calls = new MethodCalls(listening([]), createFaults());
    const bad = calls.invoke(MODULE, REQUEST);
    await new Promise(setImmediate);
    calls.settle(MODULE, { rid: '1', status: 200 }, Buffer.from('nonsense'));
    await assert.rejects(bad, { name: 'InvalidResponseFromDevice', status: 502 });
    const open = calls.invoke(MODULE, REQUEST);
    await new Promise(setImmediate);
    calls.close();
    await assert.rejects(open, { name: 'ServiceUnavailable', status: 503 });
  });

  it('fill in the defaults of the service and keep its bounds', () => {
    assert.deepEqual(readMethodRequest({ methodName: 'm' }), {
      methodName: 'm',
      payload: null,
      responseTimeoutInSeconds: 30,
      connectTimeoutInSeconds: 0,
    });
    const bad: object[] = [
      {},
      { methodName: 'a/b' },
      { methodName: 'm', responseTimeoutInSeconds: 301 },
      { methodName: 'm', connectTimeoutInSeconds: -1 },
      { methodName: 'm', payload: 'x'.repeat(131_072) },
    ];
    for (const body of bad)
      assert.throws(() => readMethodRequest(body as Record<string, unknown>), { name: 'ArgumentInvalid' });
  });
});
