import assert from 'node:assert/strict';
import type { DeviceHub } from '../../../../packages/simulator/src/edge/device-hub.ts';
import { updateIdentities } from '../../../../packages/simulator/src/edge/module-identities.ts';

describe('[unit] module identities', () => {
  it('are made for what is wanted and removed where edgeAgent made them', () => {
    const removed: string[] = [];
    const ensured: (string | undefined)[][] = [];
    const hub = {
      modules: () => [
        { moduleId: '$edgeAgent' },
        { moduleId: 'web', managedBy: 'IotEdge' },
        { moduleId: 'old', managedBy: 'IotEdge' },
        { moduleId: 'mine' },
        {},
      ],
      ensureModule: (_: string, moduleId: string, managedBy?: string) => {
        ensured.push([moduleId, managedBy]);
        return { generationId: `generation of ${moduleId}` };
      },
      removeModule: (_: string, moduleId: string) => removed.push(moduleId),
    } as unknown as DeviceHub;
    const generations = updateIdentities(hub, 'd', [{ name: 'edgeHub', system: true }, { name: 'web' }]);
    assert.deepEqual(generations, { edgeHub: 'generation of $edgeHub', web: 'generation of web' });
    assert.deepEqual(ensured, [
      ['$edgeHub', 'IotEdge'],
      ['web', 'IotEdge'],
    ]);
    assert.deepEqual(removed, ['old']);
  });
});
