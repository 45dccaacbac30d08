import { DEFAULT_MODULE_NAME, EVENT_OUTPUT } from '@iotedge-networking/contract';
import { answerMethod } from './answer-method.ts';
import { Applier } from './apply/apply-changes.ts';
import { backOffMs } from './cluster/back-off.ts';
import { ClusterWatch } from './cluster/cluster-watch.ts';
import type { KubeClient } from './cluster/kube-client.ts';
import { writeToCluster } from './cluster/kube-writer.ts';
import { ControlLoop } from './control-loop.ts';
import type { Change } from './decide/change.ts';
import { isOwnSliceLabels } from './decide/identity.ts';
import { EventQueue } from './events/event-queue.ts';
import { startHealthServer, type HealthServer } from './health/health-server.ts';
import { garbageCollector, idleMemory } from './health/idle-memory.ts';
import { renderMetrics } from './health/metrics.ts';
import type { Logger } from './log.ts';
import { PageSwitch } from './page/page-switch.ts';
import { askNetwork } from './probe/ask-network.ts';
import { Prober } from './probe/prober.ts';
import { podsBehind } from './report/pods-behind.ts';
import { Reporter } from './report/reporter.ts';
import type { Settings } from './settings.ts';
import { watchDesiredFile } from './twin/desired-file.ts';
import { openHubSession } from './twin/hub-session.ts';
import { isInsideSdk } from './twin/sdk-context.ts';
import { StateFile } from './twin/state-file.ts';
import { TwinLink } from './twin/twin-link.ts';
import { MODULE_VERSION } from './version.ts';

/** A running module. */
export interface RunningModule {
  /** Finishes the writes that have begun, sends a last report, and ends every connection. */
  stop(): Promise<void>;
  /** Takes an exception that nobody caught; false when the state of the module would be undefined afterwards. */
  claim(error: Error): boolean;
}

/** What the module is started with. */
export interface ModuleSurroundings {
  readonly settings: Settings;
  readonly client: KubeClient;
  readonly log: Logger;
}

/** The last report may take this long. */
const FLUSH_MS = 2_000;

/** Puts the parts together and starts them. The cluster is followed whether or not the hub can be reached. */
export async function startModule(surroundings: ModuleSurroundings): Promise<RunningModule> {
  const { settings, log } = surroundings;
  const state = settings.stateDir === undefined ? undefined : new StateFile(settings.stateDir, log);
  const parts = assemble(surroundings, state);
  const { link, reporter, cluster, loop, prober, page } = parts;
  const kept = await state?.read();
  if (kept !== undefined) loop.restore(kept);
  cluster.start();
  const endSource = startDesired(surroundings, parts);
  const health = await startHealth(surroundings, parts);
  return {
    claim: (error) => {
      if (!settings.hasHub || !isInsideSdk()) return false;
      link.abandon(error);
      return true;
    },
    stop: async () => {
      prober?.stop();
      await page.close();
      await loop.stop();
      await Promise.race([reporter.flush(), new Promise((resolve) => setTimeout(resolve, FLUSH_MS).unref())]);
      await Promise.all([endSource(), cluster.stop(), health?.close(), state?.close()]);
    },
  };
}

interface Parts {
  readonly link: TwinLink;
  readonly reporter: Reporter;
  readonly events: EventQueue;
  readonly cluster: ClusterWatch;
  readonly loop: ControlLoop;
  readonly prober?: Prober;
  readonly page: PageSwitch;
  readonly appliedChanges: () => number;
}

const now = (): number => performance.now();
const random = (): number => Math.random();
const isoNow = (): string => new Date().toISOString();

function assemble({ settings, client, log }: ModuleSurroundings, state: StateFile | undefined): Parts {
  const link: TwinLink = makeLink(log, () => parts);
  const reporter = new Reporter({ send: (patch) => link.updateReported(patch), readBack: () => link.read(), now, log });
  const events = new EventQueue((event) => link.sendEvent(EVENT_OUTPUT, event), log);
  const cluster = new ClusterWatch({
    client,
    metalLbNamespace: settings.metalLbNamespace,
    isOurs: (labels) => isOwnSliceLabels(labels, settings.instance),
    onChange: () => loop.trigger(),
    log,
    random,
  });
  let applied = 0;
  const applier = new Applier({
    write: (change) =>
      writeToCluster(client, change, { instance: settings.instance, endpointSlices: cluster.endpointSlices }),
    backOff: (tries) => backOffMs({ baseMs: 200, capMs: 60_000 }, tries, random()),
    now,
    log,
    onApplied: (change) => {
      applied += 1;
      if (isDrift(change)) events.push([{ kind: 'DriftCorrected', at: isoNow(), service: change.service }]);
    },
  });
  const giveBack = idleMemory(garbageCollector());
  const page = makePage({ settings, log, parts: () => parts });
  const prober = makeProber(settings, () => loop.trigger());
  const loop: ControlLoop = new ControlLoop({
    settings: { ...settings, version: MODULE_VERSION, startedAt: isoNow() },
    cluster,
    applier,
    prober,
    reporter,
    emit: (news) => events.push(news),
    keep: (kept) => state?.keep(kept),
    onPass: () => {
      giveBack();
      page.look(loop.desired?.options.page ?? false);
    },
    now: isoNow,
    log,
  });
  const parts: Parts = { link, reporter, events, cluster, loop, prober, page, appliedChanges: () => applied };
  return parts;
}

function makeProber({ probeMs }: Settings, onChange: () => void): Prober | undefined {
  if (probeMs === undefined) return undefined;
  return new Prober({ ask: askNetwork, now, random, onChange, timing: { intervalMs: probeMs } });
}

interface PageParts {
  readonly settings: Settings;
  readonly log: Logger;
  readonly parts: () => Parts;
}

/** The page of the device. Its server is loaded when it is asked for, so that it costs nothing otherwise. */
function makePage({ settings, log, parts }: PageParts): PageSwitch {
  const own = {
    id: settings.page.device,
    module: DEFAULT_MODULE_NAME,
    desired: () => parts().loop.desired,
    report: () => parts().reporter.report,
    pods: (namespace: string, name: string) => podsBehind(parts().cluster.view(), namespace, name),
    now: isoNow,
  };
  return new PageSwitch(async () => (await import('./page/open-page.ts')).openPage(settings.page, own, log), log);
}

function isDrift(change: Change): boolean {
  return change.kind === 'edit-service' && change.drift;
}

function makeLink(log: Logger, parts: () => Parts): TwinLink {
  return new TwinLink({
    open: openHubSession,
    onDesired: (known) => parts().loop.receive(known),
    onReported: (reported) => {
      parts().loop.recall(reported);
      parts().events.open();
    },
    onOffline: () => {
      parts().reporter.forget();
      parts().events.close();
    },
    onMethod: (name, payload) => {
      const { reporter, link, loop, cluster } = parts();
      const pods = (namespace: string, service: string) => podsBehind(cluster.view(), namespace, service);
      const reconcile = (): void => {
        link.read();
        cluster.rediscover();
        loop.trigger();
      };
      return Promise.resolve(answerMethod(name, payload, { report: () => reporter.report, pods, reconcile }));
    },
    log,
    random,
  });
}

/** Begins to listen to the hub, or to the file that stands for it; the result ends that. */
function startDesired({ settings, log }: ModuleSurroundings, { link, loop }: Parts): () => Promise<void> {
  if (settings.hasHub) {
    link.start();
    return () => link.stop();
  }
  loop.beginWithoutRecall();
  if (settings.desiredFile === undefined) {
    log.warn({}, 'no IoT Edge identity and no DESIRED_FILE: Services are shown in the metrics only');
    return () => Promise.resolve();
  }
  const end = watchDesiredFile(settings.desiredFile, (known) => loop.receive(known), log);
  return () => {
    end();
    return Promise.resolve();
  };
}

async function startHealth({ settings, log }: ModuleSurroundings, parts: Parts): Promise<HealthServer | undefined> {
  if (settings.health === undefined) return undefined;
  const { reporter, link, loop, events, appliedChanges } = parts;
  const metrics = () =>
    renderMetrics({
      report: reporter.report,
      online: link.online,
      patches: reporter.patches,
      patchBytes: reporter.bytes,
      passes: loop.passes,
      changes: appliedChanges(),
      droppedEvents: events.dropped,
      sdkFailures: link.failures,
    });
  return startHealthServer(settings.health, { ready: () => loop.ready, metrics }, log);
}
