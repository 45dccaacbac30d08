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
    const end = buffer.subscribe(({ text }) => heard.push(text));
    buffer.append(line('a'));
    end();
    buffer.append(line('b'));
    assert.deepEqual(heard, ['a']);
  });
});
