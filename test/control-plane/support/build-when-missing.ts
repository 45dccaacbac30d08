import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { locateControlPlane } from './locate-control-plane.ts';

const BUILD = fileURLToPath(new URL('../../../scripts/control-plane/build.ts', import.meta.url));

/**
 * Where nothing to test against is found and the machine is the Debian release that the build is made for, makes the programs now, with progress. Elsewhere
 * the suites say that they are skipped and why.
 */
export async function buildWhenMissing(): Promise<void> {
  if (locateControlPlane(process.env).kind !== 'none' || !isBuildable()) return;
  const build = spawn(process.execPath, [BUILD], { stdio: 'inherit' });
  const [code] = (await once(build, 'exit')) as [number | null];
  if (code !== 0)
    throw new Error('the control plane could not be built; see above, or set KUBEBUILDER_ASSETS or KUBECONFIG');
}

function isBuildable(): boolean {
  try {
    const release = readFileSync('/etc/os-release', 'utf8');
    return /^ID=debian$/m.test(release) && /^VERSION_ID="12"$/m.test(release);
  } catch {
    return false;
  }
}
