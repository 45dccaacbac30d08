import {
  checkTwinSection,
  diffTwin,
  readDesired,
  reportedSchema,
  TWIN_LIMITS,
  type Reported,
  type TwinObject,
} from '@iotedge-networking/contract';
import { freshView } from './fresh-report.ts';
import { REFS } from './refs.ts';
import { MODULE, withoutVersion, type Stage } from './stage.ts';

const INSTANCE = MODULE.join('-');

/** The invariants of one stage, with what they have to remember from step to step. */
export class Invariants {
  /** What is broken whatever comes later, such as an address that was lost for a moment. */
  readonly #broken: string[] = [];
  readonly #stage: Stage;
  readonly #end: () => void;
  /** Patches that the module has sent. */
  patches = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#end = stage.hub.on('reported', ({ moduleId, patch, values }) => {
      if (moduleId === MODULE[1]) this.#checkPatch(patch, values);
    });
  }

  close(): void {
    this.#end();
  }

  /** What is broken for good. */
  broken(): readonly string[] {
    const { guard, module, errors } = this.#stage;
    const deaths = module.deaths.map((death) => `I6 the module ${death}`);
    return [...this.#broken, ...guard.losses, ...deaths, ...errors.map((error) => `simulator: ${error}`)];
  }

  /** What has not settled yet, or never will; cheap. */
  unsettled(): readonly string[] {
    const report = this.#report();
    if (report === undefined) return ['I3 the twin reports nothing, or not in the form of the contract'];
    const { $version, ...document } = this.#stage.hub.desired(...MODULE);
    const wanted = readDesired(document).ok ? 'applied' : 'rejected';
    const { version, state } = report.desired;
    if (version === $version && state === wanted) return this.#strangers(document);
    return [`I3 the twin says ${state} of version ${version}, expected ${wanted} of ${String($version)}`];
  }

  /** How the twin and the cluster differ from what a module that starts now would make of them. */
  async differences(): Promise<readonly string[]> {
    const report = this.#report();
    if (report === undefined) return ['I2 the twin reports nothing'];
    const { version, inForce = version } = report.desired;
    const { hub, kubeconfig, documents } = this.#stage;
    const document = documents.at(inForce);
    const reported = hub.reported(...MODULE);
    const fresh = await freshView({ kubeconfig, instance: INSTANCE, inForce: document, reported });
    const difference = diffTwin(comparable(report), comparable(fresh.report));
    return [
      ...(difference === undefined ? [] : [`I2 a fresh module would report otherwise: ${JSON.stringify(difference)}`]),
      ...fresh.changes.map((change) => `I4 a fresh module would still ${change}`),
    ];
  }

  #report(): Reported | undefined {
    return reportedSchema.safeParse(withoutVersion(this.#stage.hub.reported(...MODULE))).data;
  }

  #checkPatch(patch: TwinObject, values: TwinObject): void {
    this.patches += 1;
    for (const { path, message } of [...checkTwinSection(patch, TWIN_LIMITS), ...checkTwinSection(values, TWIN_LIMITS)])
      this.#broken.push(`I5 a patch broke a rule of twins at ${path || 'the root'}: ${message}`);
  }

  /** Services that carry the module's mark and that nobody wishes, counted without any code of the module. */
  #strangers(document: TwinObject): readonly string[] {
    if (!readDesired(document).ok) return [];
    const { wish, cluster } = this.#stage;
    const labelSelector = `app.kubernetes.io/managed-by=iotedge-networking,app.kubernetes.io/instance=${INSTANCE}`;
    const made = cluster.client.list(REFS.services, { labelSelector }).map(({ metadata }) => metadata);
    return made
      .filter(({ namespace, name }) => namespace !== 'iotedge' || wish.services.get(name)?.backends === undefined)
      .map(({ namespace, name }) => `I4 Service ${namespace ?? ''}/${name} is the module's and nobody wishes it`);
  }
}

/** What must be the same whoever reports it: no times, no names of versions. */
function comparable(report: Reported): TwinObject {
  const { services, addresses, pools, nodes, loadBalancer, conditions = {}, summary } = report;
  const timeless = Object.entries(services).map(([namespace, named]) => {
    const entries = Object.entries(named).map(([name, service]) => [name, { ...service, since: '' }] as const);
    return [namespace, Object.fromEntries(entries)] as const;
  });
  const plain = {
    ...{ addresses, pools, nodes, loadBalancer, conditions, summary },
    services: Object.fromEntries(timeless),
  };
  return JSON.parse(JSON.stringify(plain)) as TwinObject;
}
