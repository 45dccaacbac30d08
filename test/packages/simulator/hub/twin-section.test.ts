import assert from 'node:assert/strict';
import { emptySection, patchSection, replaceSection } from '../../../../packages/simulator/src/hub/twin-section.ts';

const at = (second: number): Date => new Date(Date.UTC(2030, 0, 1, 0, 0, second));
const stamp = (second: number, version: number): object => ({
  $lastUpdated: at(second).toISOString(),
  $lastUpdatedVersion: version,
});

describe('[unit] a twin section', () => {
  it('starts empty at version 1', () => {
    assert.deepEqual(emptySection(at(0)), { values: {}, metadata: stamp(0, 1), version: 1 });
  });

  it('dates what a patch writes and the way to it, and forgets what it removes', () => {
    const first = patchSection(emptySection(at(0)), { a: { b: 1, c: 2 }, d: [1] }, at(1));
    const second = patchSection(first, { a: { b: null, c: 3 } }, at(2));
    assert.deepEqual(second, {
      version: 3,
      values: { a: { c: 3 }, d: [1] },
      metadata: { ...stamp(2, 3), a: { ...stamp(2, 3), c: stamp(2, 3) }, d: stamp(1, 2) },
    });
  });

  it('counts a write that changes nothing', () => {
    const section = patchSection(emptySection(at(0)), { a: 1 }, at(1));
    assert.equal(patchSection(section, { a: 1 }, at(2)).version, 3);
  });

  it('swaps objects for plain values and back', () => {
    const object = patchSection(emptySection(at(0)), { a: { b: 1 } }, at(1));
    const plain = patchSection(object, { a: 1 }, at(2));
    assert.deepEqual(plain.metadata, { ...stamp(2, 3), a: stamp(2, 3) });
    const again = patchSection(plain, { a: { c: 1 } }, at(3));
    assert.deepEqual(again.metadata, { ...stamp(3, 4), a: { ...stamp(3, 4), c: stamp(3, 4) } });
  });

  it('dates everything anew when it is replaced', () => {
    const before = patchSection(emptySection(at(0)), { a: 1, b: { c: 1 } }, at(1));
    assert.deepEqual(replaceSection(before, { b: { c: 1 }, gone: null }, at(2)), {
      version: 3,
      values: { b: { c: 1 } },
      metadata: { ...stamp(2, 3), b: { ...stamp(2, 3), c: stamp(2, 3) } },
    });
  });
});
