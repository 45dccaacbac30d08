import { ControlPlane } from './control-plane.ts';
import { locateControlPlane, type ControlPlaneSource } from './locate-control-plane.ts';

let source: ControlPlaneSource | undefined;
let running: Promise<ControlPlane> | undefined;

/** Where this run's control plane comes from; looked up once. */
export function controlPlaneSource(): ControlPlaneSource {
  return (source ??= locateControlPlane(process.env));
}

/**
 * The control plane that all test files of one run share: started by the first that asks, stopped after the last test. Only for a source with programs.
 */
export function sharedControlPlane(): Promise<ControlPlane> {
  const found = controlPlaneSource();
  if (found.kind !== 'programs') throw new Error('there are no programs to start a control plane from');
  return (running ??= ControlPlane.start(found.programs));
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

// Outside every describe this is a root hook: it runs once, after the last file.
after('stop the shared control plane', async function () {
  this.timeout(30_000);
  await (await running)?.stop();
});
