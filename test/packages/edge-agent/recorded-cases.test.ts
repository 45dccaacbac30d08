import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { replayEdgeAgentCase } from '../../../scripts/replay-edge-agent.ts';

interface RecordedCase {
  readonly id: string;
  readonly title: string;
  readonly expect: Readonly<Record<string, unknown>>;
}

const text = readFileSync(new URL('../../fixtures/cases/edge-agent.jsonl', import.meta.url), 'utf8');
const cases = text
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as RecordedCase);
const byId = (id: string): RecordedCase => cases.find((one) => one.id === id)!;

/** What the replay says when a recorded case expected something else. */
function altered(id: string, expect: Readonly<Record<string, unknown>>): readonly string[] {
  const original = byId(id);
  return replayEdgeAgentCase({ ...original, expect: { ...original.expect, ...expect } });
}

describe('[unit] recorded behaviour of edgeAgent', () => {
  for (const one of cases) {
    it(`${one.id} ${one.title}`, () => assert.deepEqual(replayEdgeAgentCase(one), []));
  }
});

describe('[unit] the replay notices', () => {
  const table: readonly (readonly [string, Readonly<Record<string, unknown>>, RegExp])[] = [
    ['E001', { service: null }, /^service/],
    ['E001', { service: { type: 'ClusterIP' } }, /^service/],
    ['E001', { deployment: { replicas: 0 } }, /^deployment/],
    ['E001', { findings: ['name-sanitised'] }, /name-sanitised is expected/],
    ['E001', { findings: ['a-name-of-another-vocabulary'] }, /another-vocabulary is expected/],
    ['E002', { findings: [] }, /the model says name-sanitised/],
    ['E013', { crdName: 'x' }, /^crdName/],
    ['E014', { agentStage: 'map' }, /^agentStage/],
    ['E015', { agentError: 'label-key-invalid' }, /^agentError/],
    ['E015', { hubStatus: 400 }, /^hubStatus/],
    ['E028', { apiRejects: [] }, /^apiRejects/],
    ['E028', { apiRejects: [{ object: 'Service', field: 'spec.type' }] }, /^apiRejects/],
    ['E032', { findings: ['duplicate-port-collapsed'] }, /the model says silent/],
    ['E046', { apiRejects: [{ object: 'Service', field: 'spec.ports', k8sVersions: '<1.20' }] }, /^apiRejects/],
    ['E001', { services: [] }, /^services/],
    ['E001', { deployments: [{ name: 'other' }] }, /^deployments/],
  ];
  for (const [id, expect, wanted] of table) {
    it(`a change of ${Object.keys(expect).join(', ')} in ${id}`, () =>
      assert.match(altered(id, expect).join('\n'), wanted));
  }

  it('nothing when another name is used for what the model says unasked', () => {
    assert.deepEqual(altered('E108', { findings: ['cluster-picks-nodeport'] }), []);
  });
});
