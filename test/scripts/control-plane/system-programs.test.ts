import assert from 'node:assert/strict';
import { lackingPackages, requireSystemPrograms } from '../../../scripts/control-plane/system-programs.ts';

const progress = { step: () => undefined, note: () => undefined };

describe('[unit] programs that the build of the control plane needs', () => {
  it('packages of programs in no folder of PATH are named', () => {
    const needed = { sh: 'dash', 'no-such-program': 'its-package' };
    assert.deepEqual(lackingPackages(needed, process.env.PATH ?? ''), ['its-package']);
    assert.deepEqual(lackingPackages(needed, ''), ['dash', 'its-package']);
  });

  it('who may not install is told the command', () => {
    const machine = { environment: { PATH: '/nowhere' }, isRoot: false, progress };
    assert.throws(() => requireSystemPrograms(machine), /Install them as root: apt-get install apt dpkg-dev make/);
  });
});
