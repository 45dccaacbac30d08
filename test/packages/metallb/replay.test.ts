import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { replayMetalLbCase } from '../../../scripts/replay-metallb.ts';

const shared = '../shared/cases';
const folder = existsSync(shared) ? shared : 'test/fixtures/cases';

interface RecordedCase {
  readonly id: string;
  readonly input: { readonly desc?: string };
}

const casesOf = (file: string): RecordedCase[] =>
  readFileSync(`${folder}/${file}`, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RecordedCase);

describe('[unit] replay of recorded MetalLB cases', () => {
  for (const testCase of casesOf('metallb-behaviour.jsonl')) {
    it(`${testCase.id} ${testCase.input.desc ?? ''}`, () => assert.deepEqual(replayMetalLbCase(testCase), []));
  }

  for (const testCase of casesOf('metallb-scenarios.jsonl')) {
    it(`${testCase.id} random scenario`, () => assert.deepEqual(replayMetalLbCase(testCase), []));
  }

  it('tells each difference in one line', () => {
    const testCase = {
      input: {
        pools: [{ name: 'p', spec: { addresses: ['10.0.0.1/32'] } }],
        steps: [{ op: 'apply', service: { name: 'd/a' } }],
      },
      expect: {
        accepted: false,
        errorContains: 'x',
        services: { 'd/a': { ips: ['10.0.0.2'] } },
        events: [],
        eventTextContains: 'y',
        counters: { p: { AssignedIPv4: 2 } },
      },
    };
    assert.deepEqual(replayMetalLbCase(testCase), [
      'accepted: expected false, got true',
      'configuration error: expected "x", got ""',
      'd/a addresses: expected ["10.0.0.2"], got ["10.0.0.1"]',
      'events: expected [], got ["Normal IPAllocated d/a"]',
      'event text: expected "y", got "Assigned IP [\\"10.0.0.1\\"]"',
      'pool p AssignedIPv4: expected 2, got 1',
    ]);
  });
});
