import assert from 'node:assert/strict';
import {
  formatConfigurationStep,
  planConfigurations,
} from '../../../../packages/deployment/src/apply/plan-configurations.ts';
import type { ConfigurationInput, HubConfiguration } from '../../../../packages/deployment/src/commands/hub-gateway.ts';

const labels = { createdBy: 'iotedge-net', network: 'shop', deployment: 'stores' };

function wanted(parts: Partial<ConfigurationInput> = {}): ConfigurationInput {
  return { id: 'stores-2', labels, content: { a: 2 }, targetCondition: '*', priority: 10, metrics: {}, ...parts };
}

function found(id: string, parts: Partial<HubConfiguration> = {}): HubConfiguration {
  return { ...wanted({ id }), counts: {}, createdAt: `2026-01-0${id.slice(-1)}`, ...parts };
}

const applied = { targetedCount: 5, appliedCount: 5 };

describe('[unit] plan of automatic deployments', () => {
  const CASES: readonly {
    why: string;
    wanted?: readonly ConfigurationInput[];
    found: readonly HubConfiguration[];
    steps: readonly string[];
    kept?: readonly string[];
  }[] = [
    { why: 'nothing there', found: [], steps: ['configuration stores-2: create with priority 10 for *'] },
    { why: 'all as wanted', found: [found('stores-2', { counts: { targetedCount: 3 } })], steps: [] },
    {
      why: 'another priority, condition, label and metric',
      found: [
        found('stores-2', { priority: 3, targetCondition: 'x', labels: { ...labels, a: 'b' }, metrics: { m: 'q' } }),
      ],
      steps: ['configuration stores-2: change priority 3 → 10, target x → *, labels, metrics'],
    },
    {
      why: 'another content: the old one stays until the new one is made',
      found: [found('stores-1', { counts: applied })],
      steps: ['configuration stores-2: create with priority 10 for *'],
      kept: ['stores-1: its successor is only about to be made'],
    },
    {
      why: 'the new one does not apply everywhere yet',
      found: [found('stores-1', { counts: applied }), found('stores-2', { counts: { ...applied, appliedCount: 4 } })],
      steps: [],
      kept: ['stores-1: stores-2 applies to 4 of 5 targets so far'],
    },
    {
      why: 'the hub has not counted yet',
      found: [found('stores-1', { counts: applied }), found('stores-2', { counts: {} })],
      steps: [],
      kept: ['stores-1: stores-2 applies to 0 of 0 targets so far'],
    },
    {
      why: 'the new one applies',
      found: [found('stores-1', { counts: applied }), found('stores-2', { counts: applied })],
      steps: ['configuration stores-1: delete, stores-2 has taken over'],
    },
    {
      why: 'neither targets anything',
      found: [
        found('stores-1', { counts: { targetedCount: 0 } }),
        found('stores-2', { counts: { targetedCount: 0, appliedCount: 0 } }),
      ],
      steps: ['configuration stores-1: delete, stores-2 has taken over'],
    },
    {
      why: 'an old content comes back while its configuration is still there',
      found: [found('stores-2', { counts: applied }), found('stores-3', { counts: applied })],
      steps: ['configuration stores-3: change target * → nothing, so that stores-2 applies again'],
    },
    {
      why: 'and its newer one has been cleared, but it does not apply yet',
      found: [
        found('stores-2', { counts: { targetedCount: 5, appliedCount: 0 } }),
        found('stores-3', { targetCondition: '', counts: { targetedCount: 0 } }),
      ],
      steps: [],
      kept: ['stores-3: stores-2 applies to 0 of 5 targets so far'],
    },
    {
      why: 'a deployment that the file has no more',
      wanted: [],
      found: [found('stores-1', { counts: applied })],
      steps: ['configuration stores-1: delete, the file has no such deployment any more'],
    },
    {
      why: 'configurations of others, of another network, and without labels',
      wanted: [],
      found: [
        found('of-1', { labels: { ...labels, network: 'other' } }),
        found('of-2', { labels: { ...labels, createdBy: 'me' } }),
        found('of-3', { labels: {} }),
      ],
      steps: [],
    },
  ];
  for (const one of CASES)
    it(one.why, () => {
      const plan = planConfigurations('shop', one.wanted ?? [wanted()], one.found);
      assert.deepEqual(plan.steps.map(formatConfigurationStep), one.steps);
      assert.deepEqual(
        plan.kept.map(({ id, why }) => `${id}: ${why}`),
        one.kept ?? [],
      );
    });
});
