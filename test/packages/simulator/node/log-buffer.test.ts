import assert from 'node:assert/strict';
import { logBuffer } from '../../../../packages/simulator/src/node/log-buffer.ts';
import type { LogLine } from '../../../../packages/simulator/src/node/log-buffer.ts';

describe('[unit] log buffer', () => {
  const line = (text: string): LogLine => ({ time: '2024-01-01T00:00:00Z', stream: 'stdout', text });

  it('keeps the last lines', () => {
    const buffer = logBuffer(3);
    for (const text of ['1', '2', '3', '4', '5', '6']) buffer.append(line(text));
    assert.deepEqual(
      buffer.lines().map(({ text }) => text),
      ['4', '5', '6'],
    );
  });

  it('tells of new lines until it is asked not to', () => {
    const buffer = logBuffer();
    const heard: string[] = [];
    const unfollow = buffer.follow({ onLine: ({ text }) => heard.push(text), onEnd: () => heard.push('end') });
    buffer.append(line('a'));
    unfollow();
    buffer.append(line('b'));
    buffer.end();
    assert.deepEqual(heard, ['a']);
  });

  it('tells when the run is over, also those who come later', () => {
    const buffer = logBuffer();
    let ends = 0;
    const follower = { onLine: () => undefined, onEnd: () => (ends += 1) };
    buffer.follow(follower);
    buffer.end();
    buffer.follow(follower);
    assert.equal(ends, 2);
  });
});
