import { buildWhenMissing } from './build-when-missing.ts';
import { ControlPlane } from './control-plane.ts';
import { locateControlPlane, type ControlPlaneSource } from './locate-control-plane.ts';

let source: ControlPlaneSource | undefined;
const running = new Map<string, Promise<ControlPlane>>();

/** Where this run's control plane comes from; looked up once. */
export function controlPlaneSource(): ControlPlaneSource {
  return (source ??= locateControlPlane(process.env));
}

/**
 * The control plane that the test files of one run share for a purpose: started by the first that asks, stopped after the last test. The module's has nothing in
 * it that another suite left behind. Only for a source with programs.
 */
export function sharedControlPlane(purpose: 'api' | 'module' = 'api'): Promise<ControlPlane> {
  const found = controlPlaneSource();
  if (found.kind !== 'programs') throw new Error('there are no programs to start a control plane from');
  const plane = running.get(purpose) ?? ControlPlane.start(found.programs);
  running.set(purpose, plane);
  return plane;
}

/** Skips a test or suite that needs programs of its own, and says why; for `before` hooks. */
export function requirePrograms(context: Mocha.Context): void {
  const found = controlPlaneSource();
  if (found.kind === 'programs') return;
  skipBecause(
    context,
    found.kind === 'none' ? found.reason : 'KUBECONFIG names a cluster, and this needs a control plane of its own',
  );
}

/** Skips with a line that says why: mocha itself shows none. */
export function skipBecause(context: Mocha.Context, reason: string): never {
  process.stdout.write(`\n  skipped: ${context.test?.parent?.fullTitle() ?? ''}: ${reason}\n`);
  return context.skip();
}

// Outside every describe these are root hooks: they run once, before the first file and after the last.
before('make the programs of the control plane, if this machine has none', async function () {
  this.timeout(0);
  await buildWhenMissing();
});

after('stop the shared control planes', async function () {
  this.timeout(30_000);
  for (const plane of running.values()) await (await plane).stop();
});
