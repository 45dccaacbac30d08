import assert from 'node:assert/strict';
import { agentReport } from '../../../../packages/simulator/src/edge/agent-report.ts';
import { moduleState } from '../../../../packages/simulator/src/edge/module-state.ts';

describe('[unit] report of edgeAgent', () => {
  const stateOf = () => moduleState(undefined, '', true);

  it('holds the deployment in force with the state of each module', () => {
    const web = { type: 'docker', status: 'stopped' };
    const desired = { modules: [], runtime: {}, entries: { systemModules: { edgeHub: web }, modules: { web } } };
    const report = agentReport({ desiredVersion: 7, status: { code: 200, description: '' }, desired, stateOf });
    assert.equal(report['lastDesiredVersion'], 7);
    assert.deepEqual(report['lastDesiredStatus'], { code: 200, description: '' });
    assert.deepEqual(report['modules'], { web: { ...web, ...stateOf() } });
    assert.deepEqual(Object.keys(report['systemModules'] as object), ['edgeHub']);
  });

  it('has no modules without a deployment, and keeps a description short', () => {
    const report = agentReport({
      desiredVersion: 1,
      status: { code: 500, description: 'x'.repeat(5000) },
      desired: undefined,
      stateOf,
    });
    assert.deepEqual(report['modules'], {});
    assert.equal((report['lastDesiredStatus'] as { description: string }).description.length, 1000);
  });
});
