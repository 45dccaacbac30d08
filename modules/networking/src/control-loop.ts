import { reportedSchema, type NetworkEvent, type Desired, type TwinObject } from '@iotedge-networking/contract';
import type { Applier } from './apply/apply-changes.ts';
import type { ClusterView } from './cluster/cluster-watch.ts';
import type { Change } from './decide/change.ts';
import { decide, type DecideSettings, type Decision } from './decide/decide.ts';
import { describeChange } from './decide/change.ts';
import { EMPTY_MEMORY, recallReported, type Memory } from './decide/memory.ts';
import { rememberingModel } from './decide/metallb-model.ts';
import { podNamespaces } from './decide/wanted-service.ts';
import { baselineOf, deriveEvents, type EventBaseline } from './events/derive-events.ts';
import type { Snapshot } from './gather/snapshot.ts';
import { takeSnapshot } from './gather/take-snapshot.ts';
import type { Logger } from './log.ts';
import type { Prober } from './probe/prober.ts';
import type { Reporter } from './report/reporter.ts';
import type { KnownDesired } from './twin/desired-gate.ts';
import { NO_DOCUMENT, receiveDocument, type DesiredDocument } from './twin/desired-document.ts';
import type { KeptState } from './twin/state-file.ts';

/** The parts that the loop drives. */
export interface ControlLoopOptions {
  readonly settings: DecideSettings;
  readonly cluster: {
    view(): ClusterView;
    setNamespaces(services: ReadonlySet<string>, pods: ReadonlySet<string>): void;
  };
  readonly applier: Applier;
  /** Absent when nothing is to be probed. */
  readonly prober?: Pick<Prober, 'findings' | 'watch'>;
  readonly reporter: Reporter;
  readonly emit: (events: readonly NetworkEvent[]) => void;
  readonly keep: (state: KeptState) => void;
  /** Called after each pass. */
  readonly onPass: () => void;
  /** ISO 8601, UTC. */
  readonly now: () => string;
  readonly log: Logger;
}

/** Passes are at least this far apart, and a few times as far as the last one took: a burst of events is one pass. */
const GAP_MS = 5;

/** How many times as far: twice at first, more from pass to pass while changes never cease, so that a large cluster that is busy does not keep the module busy, too. */
const REST_FACTORS = { first: 2, last: 4 } as const;

/**
 * While changes are being written a pass can only report, and what it costs is taken from the writes: at least this far apart, and ten times a pass. While Services are being
 * made there is little to report yet; when they are edited they may have addresses that somebody waits for.
 */
const APPLYING_GAP_MS = { make: 2_000, edit: 200 } as const;

/**
 * Gather → decide → apply → report, whenever anything may have changed. What changed does not matter: each pass looks at everything. Reporting never waits
 * for writing, and writing is done by one run at a time.
 */
export class ControlLoop {
  /** Passes since the start. */
  passes = 0;
  readonly #options: ControlLoopOptions;
  #document: DesiredDocument = NO_DOCUMENT;
  #memory: Memory = EMPTY_MEMORY;
  #told: EventBaseline | undefined;
  #isApiAway = false;
  #recalled = false;
  #synced = false;
  #timer: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  #applying: Promise<void> | undefined;
  /** What is being written. */
  #work: keyof typeof APPLYING_GAP_MS = 'edit';
  #lastPassMs = 0;
  #lastPassAt = 0;
  /** Passes that each began as soon as they might. */
  #passesInARow = 0;
  /** Whether the events were told against an older baseline than the present one. */
  #hasNewBaseline = true;
  readonly #model = rememberingModel();
  #stopped = false;

  constructor(options: ControlLoopOptions) {
    this.#options = options;
  }

  /** Whether a pass has seen the whole cluster. */
  get ready(): boolean {
    return this.#synced;
  }

  /** The desired properties in force. */
  get desired(): Desired | undefined {
    return this.#document.inForce?.desired;
  }

  /** Something may have changed. */
  trigger(): void {
    if (this.#stopped) return;
    const isApplying = this.#applying !== undefined;
    const wait = isApplying
      ? APPLYING_GAP_MS[this.#work] + this.#lastPassMs * 10
      : GAP_MS + this.#lastPassMs * this.#restFactor();
    this.#timer ??= setTimeout(() => this.#pass(), wait);
  }

  /** What an earlier run kept, before anything else is known. */
  restore({ desired, addresses }: KeptState): void {
    const pins = Object.entries(addresses).map(([key, ips]) => [key, { ips, uid: '' }] as const);
    this.#memory = { ...this.#memory, pins: new Map([...pins, ...this.#memory.pins]) };
    if (desired !== undefined && this.#document.inForce === undefined) this.receive(desired);
  }

  /** A desired document was received. */
  receive(known: KnownDesired): void {
    this.#document = receiveDocument(this.#document, known);
    const { version, state, problems } = this.#document.status;
    this.#options.log.info({ version, state, problems: problems.length }, 'desired properties received');
    const namespaces = Object.keys(this.#document.inForce?.desired.services ?? {});
    const services = new Set([...namespaces, this.#options.settings.iotEdgeNamespace]);
    this.#options.cluster.setNamespaces(services, podNamespaces(this.#document.inForce?.desired));
    this.#options.reporter.expectAnswer();
    this.#keep();
    this.#passNow();
  }

  /** The reported section was read: what an earlier run reported is recalled once, and events begin where it left off. */
  recall(reported: TwinObject): void {
    this.#options.reporter.adopt(reported);
    if (this.#recalled) return;
    this.#recalled = true;
    const { services, pools } = reportedSchema.shape;
    const known = {
      services: services.safeParse(reported.services).data ?? {},
      pools: pools.safeParse(reported.pools).data ?? {},
    };
    this.#memory = recallReported(this.#memory, known);
    this.#hasNewBaseline = true;
    this.#told ??= Object.keys(known.services).length === 0 ? undefined : baselineOf(known);
    this.trigger();
  }

  /** There is no hub, or it cannot be reached: events begin with what is found now. */
  beginWithoutRecall(): void {
    this.#recalled = true;
  }

  /** Ends passes and waits for the writes that have begun. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#retry);
    await this.#applying;
  }

  #restFactor(): number {
    return Math.min(REST_FACTORS.first + this.#passesInARow, REST_FACTORS.last);
  }

  #passNow(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#pass(), 0);
  }

  #pass(): void {
    this.#timer = undefined;
    if (this.#stopped) return;
    const startedAt = performance.now();
    const isInARow = startedAt - this.#lastPassAt < GAP_MS + this.#lastPassMs * (this.#restFactor() + 1);
    this.#passesInARow = isInARow ? this.#passesInARow + 1 : 0;
    this.passes += 1;
    this.#look();
    this.#lastPassAt = performance.now();
    this.#lastPassMs = this.#lastPassAt - startedAt;
    this.#options.onPass();
  }

  #look(): void {
    const { cluster, applier, prober, settings, now } = this.#options;
    const snapshot = takeSnapshot(cluster.view(), applier.failures, prober?.findings);
    const decision = decide({
      desired: this.#document.inForce?.desired,
      desiredStatus: this.#document.status,
      snapshot,
      memory: this.#memory,
      now: now(),
      settings,
      model: this.#model(snapshot),
    });
    this.#memory = decision.memory;
    const isApiAway = snapshot.conditions.ApiUnavailable !== undefined;
    if (this.#isApiAway && !isApiAway) applier.retryUnavailable();
    this.#isApiAway = isApiAway;
    this.#act(decision, snapshot);
  }

  #act({ report, changes, probes }: Decision, { synced, conditions }: Snapshot): void {
    const { reporter, prober } = this.#options;
    const isWorthTelling = synced || Object.keys(conditions).length > 0 || report.desired.state === 'rejected';
    const isNews = isWorthTelling && reporter.submit(report);
    if (!synced) return;
    this.#synced = true;
    if (isNews || this.#hasNewBaseline) this.#tellEvents(report);
    if (isNews) this.#keep();
    this.#apply(changes);
    prober?.watch(probes);
  }

  #tellEvents(report: Parameters<typeof deriveEvents>[1]): void {
    if (!this.#recalled) return;
    this.#hasNewBaseline = false;
    if (this.#told !== undefined) this.#options.emit(deriveEvents(this.#told, report, this.#options.now()));
    this.#told = baselineOf(report);
  }

  #keep(): void {
    const addresses = Object.fromEntries([...this.#memory.pins].map(([key, { ips }]) => [key, ips]));
    this.#options.keep({ desired: this.#document.inForce?.source, addresses });
  }

  #apply(changes: readonly Change[]): void {
    const { applier, log } = this.#options;
    if (this.#applying !== undefined) return;
    if (applier.forgetOthers(changes)) this.trigger();
    clearTimeout(this.#retry);
    if (!applier.hasDue(changes)) {
      const wait = applier.retryInMs;
      if (wait !== undefined) this.#retry = setTimeout(() => this.trigger(), wait);
      return;
    }
    log.debug({ plan: changes.map(describeChange) }, 'applying');
    this.#work = changes.some(({ kind }) => kind === 'create-service') ? 'make' : 'edit';
    this.#applying = applier.apply(changes).finally(() => {
      this.#applying = undefined;
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.trigger();
    });
  }
}
