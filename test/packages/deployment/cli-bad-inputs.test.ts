import assert from 'node:assert/strict';
import { runCli } from '../../../packages/deployment/src/cli.ts';
import { GOOD, type BadInput } from './bad-input.ts';
import { BAD_INPUTS } from './bad-inputs.ts';
import { memoryHub, type MemoryHub } from './memory-hub.ts';
import { recordedIo, type RecordedIo } from './recorded-io.ts';

const worldOf = ({ file, files, environment, hub }: BadInput, memory: MemoryHub): RecordedIo =>
  recordedIo({
    files: { 'network.yaml': file ?? GOOD, ...files },
    ...(environment === undefined ? {} : { environment }),
    ...(hub === false ? {} : { hub: memory }),
  });

describe('[unit] iotedge-net and what it cannot take', () => {
  it('is tried with at least sixty bad inputs, all of them different', () => {
    assert.ok(BAD_INPUTS.length >= 60, `only ${BAD_INPUTS.length}`);
    assert.equal(new Set(BAD_INPUTS.map(({ why }) => why)).size, BAD_INPUTS.length);
  });

  for (const input of BAD_INPUTS)
    it(`refuses ${input.why} with exit code ${input.code}, and nothing is lost`, async () => {
      const hub = memoryHub();
      const io = worldOf(input, hub);
      const code = await runCli(input.flags, io);
      const said = io.out() + io.err();
      assert.match(said, input.says);
      assert.equal(code, input.code);
      assert.deepEqual([hub.writes, [...io.written]], [[], []]);
      assert.doesNotMatch(said, /secret|\n {4}at /);
    });

  for (const input of BAD_INPUTS.filter(({ flags, code }) => code === 1 && flags[0] !== 'generate'))
    it(`says as JSON that it refuses ${input.why}`, async () => {
      const io = worldOf(input, memoryHub());
      assert.equal(await runCli([...input.flags, '--json'], io), 1);
      assert.equal((JSON.parse(io.out()) as { ok: boolean }).ok, false);
    });
});
