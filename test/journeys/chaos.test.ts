import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { runChaos, type ChaosStep } from '../../scripts/chaos/run-chaos.ts';
import { runProgram } from '../support/run-program.ts';

const program = fileURLToPath(new URL('../../scripts/chaos.ts', import.meta.url));

describe('[journey] random faults against the networking module', function () {
  this.timeout(300_000);

  it('15 steps of one seed: nothing is lost, and everything comes to rest as a fresh module would have it', async () => {
    const steps: ChaosStep[] = [];
    const options = { seed: 7, steps: 15, speed: 10, patienceSeconds: 120 };
    const { broken, traces, patches } = await runChaos({ ...options, onStep: (step) => steps.push(step) });
    assert.deepEqual(broken, [], [...steps.map(({ what }) => what), ...traces].join('\n'));
    assert.equal(steps.length, 16);
    assert.ok(patches > 0);
  });

  it('the program has a help, and refuses what it does not understand with exit code 2', async () => {
    const help = await runProgram(process.execPath, [program, '--help']);
    assert.deepEqual([help.code, help.stdout.startsWith('Usage: npm run chaos')], [0, true]);
    const wrong = await runProgram(process.execPath, [program, '--steps', 'many']);
    assert.deepEqual([wrong.code, wrong.stderr], [2, 'chaos: --steps takes a whole number, not "many"\n']);
    assert.equal((await runProgram(process.execPath, [program, '--nonsense'])).code, 2);
  });
});
