import assert from 'node:assert/strict';
import { refs } from '../../../../../packages/simulator/src/cluster/controllers/refs.ts';
import {
  matchesSelector,
  parseLabelSelector,
} from '../../../../../packages/simulator/src/cluster/selectors/label-selector.ts';
import { bareCluster, serviceOf } from '../support/bare-cluster.ts';

describe('[unit] selectors', () => {
  const labels = { app: 'web', tier: 'front', empty: '' };
  const cases: readonly (readonly [string, boolean])[] = [
    ['', true], ['app=web', true], ['app==web', true], ['app!=web', false], ['absent!=x', true], ['app', true], ['!app', false], ['!absent', true],
    ['app in (web, db)', true], ['app notin (web)', false], ['absent notin (x)', true], ['app=web,tier=back', false], ['app in (web),tier', true], ['empty=', true],
  ]; // prettier-ignore
  for (const [text, expected] of cases)
    it(`"${text}" is ${String(expected)}`, () => assert.equal(parseLabelSelector(text)(labels), expected));

  for (const text of ['a=b=c', 'a in b', 'a b', '-x=1', 'a=b c', '!!a']) {
    it(`"${text}" is refused`, () => assert.throws(() => parseLabelSelector(text), { name: 'ApiError' }));
  }

  it('as objects know four operators', () => {
    const matches = (operator: string, values?: string[]) =>
      matchesSelector({ matchExpressions: [{ key: 'app', operator, values }] }, labels);
    assert.deepEqual(
      [matches('In', ['web']), matches('NotIn', ['web']), matches('Exists'), matches('DoesNotExist')],
      [true, false, true, false],
    );
    assert.equal(
      matchesSelector({ matchExpressions: [{ key: 'absent', operator: 'NotIn', values: ['x'] }] }, labels),
      true,
    );
  });

  it('of fields know what a kind offers, and refuse the rest', async () => {
    const { client } = await bareCluster({ nodes: ['a'] });
    client.create(refs.services, serviceOf('web', { type: 'LoadBalancer' }));
    const list = (fieldSelector: string) =>
      client.list(refs.services, { fieldSelector }).map(({ metadata }) => metadata.name);
    assert.deepEqual([list('metadata.name!=web'), list('metadata.namespace==default')], [[], ['web']]);
    assert.equal(client.list(refs.nodes, { fieldSelector: 'spec.unschedulable=false' }).length, 1);
    assert.equal(client.list(refs.namespaces, { fieldSelector: 'name=default' }).length, 1);
    assert.throws(() => list('spec.type=LoadBalancer'), /field label not supported: spec\.type/);
    assert.throws(() => list('spec.ports=80'), /field label not supported: spec\.ports/);
    assert.throws(() => list('nonsense'), /can't understand/);
  });
});
