import { describeAccess } from './access-behaviour.ts';
import { describeApply } from './apply-behaviour.ts';
import { Behaviour, type ApiTarget } from './behaviour.ts';
import { describeConcurrency } from './concurrency-behaviour.ts';
import { describeControllers } from './controller-behaviour.ts';
import { describeCustomResources } from './custom-resource-behaviour.ts';
import { describeLists } from './list-behaviour.ts';
import { describeObjects } from './object-behaviour.ts';
import { describePatches } from './patch-behaviour.ts';
import { describeServices } from './service-behaviour.ts';
import { describeServiceLimits } from './service-limits-behaviour.ts';
import { describeWatches } from './watch-behaviour.ts';
import { describeWorkloads } from './workload-behaviour.ts';

const PARTS = {
  access: describeAccess,
  objects: describeObjects,
  Services: describeServices,
  'limits of Services': describeServiceLimits,
  workloads: describeWorkloads,
  patches: describePatches,
  'server-side apply': describeApply,
  lists: describeLists,
  'custom resources': describeCustomResources,
  'many at once': describeConcurrency,
  controllers: describeControllers,
  watches: describeWatches,
} as const;

/** There is nothing to run the suite against, and why. */
export interface Unavailable {
  readonly unavailable: string;
}

/**
 * What the product relies on in a Kubernetes API, as one suite for every server: a real kube-apiserver and the simulator's cluster. `title` begins with the
 * level; `open` is called once, before the first test.
 */
export function kubernetesApiBehaviour(title: string, open: () => Promise<ApiTarget | Unavailable>): void {
  describe(title, function () {
    this.timeout(30_000);
    const behaviour = new Behaviour();
    before(async function () {
      this.timeout(120_000);
      const target = await open();
      if ('unavailable' in target) {
        process.stdout.write(`\n  skipped: ${title}: ${target.unavailable}\n`);
        this.skip();
      }
      await behaviour.open(target);
    });
    after(() => behaviour.close());
    for (const [part, describePart] of Object.entries(PARTS)) {
      describe(part, () => describePart(behaviour));
    }
  });
}
