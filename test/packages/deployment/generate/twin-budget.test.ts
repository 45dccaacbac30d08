import assert from 'node:assert/strict';
import { twinSize } from '../../../../packages/contract/src/index.ts';
import { checkDeployment } from '../../../../packages/deployment/src/generate/check-deployment.ts';
import { generateManifest } from '../../../../packages/deployment/src/generate/manifest.ts';
import { twinBudgets } from '../../../../packages/deployment/src/generate/twin-budget.ts';
import { checkedNetwork, sampleNetwork } from '../sample-network.ts';

const padded = (bytes: number) => ({ image: 'nginx:1', env: { TEXT: 'x'.repeat(bytes) } });
const problemsOf = (parts: object) => {
  const { network, file } = checkedNetwork({ ...parts });
  return checkDeployment(network, file);
};

describe('[unit] twin budget', () => {
  it('counts every twin as the hub does and lists its largest parts first', () => {
    const { network, device } = sampleNetwork({ apps: { small: padded(1), large: padded(100) } });
    const manifest = generateManifest(network, device);
    const budgets = twinBudgets(manifest);
    assert.deepEqual(
      budgets.map(({ twin, bytes, limit }) => ({ twin, bytes, limit })),
      Object.entries(manifest.modulesContent).map(([twin, content]) => ({
        twin,
        bytes: twinSize(content['properties.desired']),
        limit: 32768,
      })),
    );
    assert.deepEqual(
      budgets[0]?.parts.map((part) => part.name),
      ['large', 'networking', 'small'],
    );
  });

  it('refuses a twin over 32 KB and names its largest modules', () => {
    const apps = Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`app${n}`, padded(4000 + n)]));
    const [problem, ...others] = problemsOf({ apps });
    assert.deepEqual(others, []);
    assert.equal(problem?.code, 'twin-too-large');
    assert.match(
      problem.message,
      /^\$edgeAgent: The desired properties count \d+ of 32768 bytes; .* Largest: app8 \d+, app7 \d+, app6 \d+\.$/,
    );
  });

  it('says one thing once for a whole fleet', () => {
    const devices = Array.from({ length: 3 }, (_, n) => ({ id: `store-${n}` }));
    assert.equal(problemsOf({ devices, apps: { web: padded(4097) } }).length, 1);
  });

  it('warns of create options that the tools cannot cut into eight pieces', () => {
    const createOptions = { Cmd: ['x'.repeat(4097)] };
    const [problem] = problemsOf({ apps: { web: { image: 'nginx:1', createOptions } } });
    assert.deepEqual(
      [problem?.code, problem?.level, problem?.path],
      ['too-many-pieces', 'warning', 'apps.web.createOptions'],
    );
  });

  it('refuses tags over 8 KB', () => {
    const tags = { a: 'x'.repeat(4096), b: 'x'.repeat(4096) };
    const [problem] = problemsOf({ devices: [{ id: 'store-001', tags }] });
    assert.deepEqual([problem?.code, problem?.path], ['section-too-large', 'devices[0].tags']);
  });
});
