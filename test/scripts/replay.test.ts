import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'replay-'));

function replay(...args: string[]): { status: number | null; lines: string[]; error: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/replay.ts', ...args], { encoding: 'utf8' });
  return { status, lines: stdout.trimEnd().split('\n'), error: stderr };
}

function fileOf(...cases: object[]): string {
  const file = join(folder, `${Math.random().toString(36).slice(2)}.jsonl`);
  writeFileSync(file, cases.map((item) => `${JSON.stringify(item)}\n`).join(''));
  return file;
}

const pools = [{ name: 'p', spec: { addresses: ['10.0.0.1/32'] } }];
const right = { id: 'R1', input: { pools }, expect: { accepted: true } };
const wrong = { id: 'W1', input: { pools }, expect: { accepted: true, cidrs: { p: ['10.0.0.0/31'] } } };
const prose = { id: 'P1', input: { desc: 'told in words' }, expect: { text: 'nothing a model could be asked' } };

describe('[unit] replay script', function () {
  this.timeout(20_000);
  after(() => rmSync(folder, { recursive: true }));

  it('replays several files and closes with the count', () => {
    const { status, lines } = replay(fileOf(right), fileOf(right, prose));
    assert.equal(status, 0);
    assert.deepEqual(lines, ['P1 statement', '3 passed, 0 failed']);
  });

  it('prints each mismatch as one readable line', () => {
    const { status, lines } = replay(fileOf(right, wrong));
    assert.equal(status, 1);
    assert.deepEqual(lines, [
      'W1 networks of pool p: expected ["10.0.0.0/31"], got ["10.0.0.1/32"]',
      '1 passed, 1 failed',
    ]);
  });

  it('prints a summary for programs', () => {
    const { status, lines } = replay('--json', fileOf(wrong, prose));
    assert.equal(status, 1);
    const { passed, failed, statements, failures } = JSON.parse(lines.join('\n')) as Record<string, unknown>;
    assert.deepEqual(
      [passed, failed, statements, (failures as { id: string }[]).map(({ id }) => id)],
      [1, 1, ['P1'], ['W1']],
    );
  });

  it('tells how it is used when there is nothing to replay', () => {
    for (const args of [[], ['--yaml', fileOf(right)], [join(folder, 'none.jsonl')]]) {
      const { status, error } = replay(...args);
      assert.equal(status, 2);
      assert.match(error, /usage: npm run -s replay -- \[--json\] FILE\.jsonl\.\.\./);
    }
  });
});
