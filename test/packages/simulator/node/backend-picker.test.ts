import assert from 'node:assert/strict';
import { backendPicker } from '../../../../packages/simulator/src/node/backend-picker.ts';

const backend = (ip: string) => ({ ip, port: 80, node: undefined });
const [a, b, c] = [backend('172.27.0.1'), backend('172.27.0.2'), backend('172.27.0.3')];

describe('[unit] backend picker', () => {
  it('takes endpoints in turn, and none when there is none', () => {
    const picker = backendPicker(() => 0);
    assert.equal(picker.pick('x'), undefined);
    picker.update([a, b, c], undefined);
    assert.deepEqual(
      ['x', 'x', 'x', 'x'].map((client) => picker.pick(client)),
      [a, b, c, a],
    );
    picker.update([b], undefined);
    assert.equal(picker.pick('x'), b);
  });

  it('keeps a client until its session ends or its endpoint goes', () => {
    let now = 0;
    const picker = backendPicker(() => now);
    picker.update([a, b], 10);
    assert.deepEqual(
      ['x', 'y', 'x', 'y'].map((client) => picker.pick(client)),
      [a, b, a, b],
    );
    now = 9_000;
    assert.equal(picker.pick('x'), a);
    now = 20_000;
    assert.equal(picker.pick('y'), a);
    picker.update([b], 10);
    assert.equal(picker.pick('x'), b);
    picker.update([a, b], undefined);
    assert.deepEqual(new Set(['x', 'x'].map((client) => picker.pick(client))), new Set([a, b]));
  });
});
