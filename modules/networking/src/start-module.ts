import type { TwinObject } from '@iotedge-networking/contract';
import { EVENT_OUTPUT } from '@iotedge-networking/contract';
import { Applier } from './apply/apply-changes.ts';
import { backOffMs } from './cluster/back-off.ts';
import { ClusterWatch } from './cluster/cluster-watch.ts';
import { loadKubeClient } from './cluster/load-kube-client.ts';
import { writeToCluster } from './cluster/kube-writer.ts';
import { ControlLoop } from './control-loop.ts';
import type { Change } from './decide/change.ts';
import { isOwnLabels } from './decide/identity.ts';
import { EventQueue } from './events/event-queue.ts';
import { startHealthServer, type HealthServer } from './health/health-server.ts';
import { idleMemory } from './health/idle-memory.ts';
import { renderMetrics } from './health/metrics.ts';
import type { Logger } from './log.ts';
import { answerExplain, answerServices, answerStatus, type MethodAnswer } from './report/direct-methods.ts';
import { Reporter } from './report/reporter.ts';
import type { Settings } from './settings.ts';
import { watchDesiredFile } from './twin/desired-file.ts';
import { openHubSession } from './twin/hub-session.ts';
import { StateFile } from './twin/state-file.ts';
import { TwinLink } from './twin/twin-link.ts';
import { MODULE_VERSION } from './version.ts';

/** A running module. */
export interface RunningModule {
  /** Finishes the writes that have begun, sends a last report, and ends every connection. */
  stop(): Promise<void>;
  /** Takes an exception that nobody caught; false when the state of the module would be undefined afterwards. */
  claim(error: unknown): boolean;
}

/** The last report may take this long. */
const FLUSH_MS = 2_000;

/** Puts the parts together and starts them. The cluster is followed whether or not the hub can be reached. */
export async function startModule(settings: Settings, log: Logger): Promise<RunningModule> {
  const now = (): number => performance.now();
  const random = Math.random;
  const link: TwinLink = new TwinLink({
    open: openHubSession,
    onDesired: (known) => loop.receive(known),
    onReported: (reported) => takeReported(reported),
    onOffline: () => {
      reporter.forget();
      events.close();
    },
    onMethod: (name, payload) => Promise.resolve(answer(name, payload)),
    log,
    random,
  });
  const reporter = new Reporter({ send: (patch) => link.updateReported(patch), readBack: () => link.read(), now, log });
  const events = new EventQueue((event) => link.sendEvent(EVENT_OUTPUT, event), log);
  const client = loadKubeClient();
  const cluster = new ClusterWatch({
    client,
    metalLbNamespace: settings.metalLbNamespace,
    isOurs: (labels) => isOwnLabels(labels, settings.instance),
    onChange: () => loop.trigger(),
    log,
    random,
  });
  let applied = 0;
  const applier = new Applier({
    write: (change) => writeToCluster(client, change, { instance: settings.instance, endpointSlices: cluster.endpointSlices }),
    backOff: (failures) => backOffMs({ baseMs: 200, capMs: 60_000 }, failures, random()),
    now,
    log,
    onApplied: (change) => {
      applied += 1;
      tellDrift(change);
    },
  });
  const state = settings.stateDir === undefined ? undefined : new StateFile(settings.stateDir, log);
  const loop: ControlLoop = new ControlLoop({
    settings: { ...settings, version: MODULE_VERSION, startedAt: isoNow() },
    cluster,
    applier,
    reporter,
    emit: (news) => events.push(news),
    keep: (kept) => state?.keep(kept),
    onPass: idleMemory(),
    now: isoNow,
    log,
  });
  const takeReported = (reported: TwinObject): void => {
    loop.recall(reported);
    events.open();
  };
  const tellDrift = (change: Change): void => {
    if (change.kind === 'edit-service' && change.drift) events.push([{ kind: 'DriftCorrected', at: isoNow(), service: change.service }]);
  };
  const answer = (name: string, payload: unknown): MethodAnswer => {
    if (name === 'reconcile') {
      link.read();
      loop.trigger();
      return { status: 202, payload: { accepted: true } };
    }
    const { report } = reporter;
    if (report === undefined) return { status: 503, payload: { message: 'The cluster has not been read yet.' } };
    if (name === 'getServices') return answerServices(report, payload);
    return name === 'explain' ? answerExplain(report, payload) : answerStatus(report);
  };
  const kept = await state?.read();
  if (kept !== undefined) loop.restore(kept);
  cluster.start();
  const endSource = startDesired();
  const health = await startHealth();
  return {
    claim: (error) => link.claim(error),
    stop: async () => {
      await loop.stop();
      await Promise.race([reporter.flush(), new Promise((resolve) => setTimeout(resolve, FLUSH_MS).unref())]);
      await Promise.all([endSource(), cluster.stop(), health?.close(), state?.close()]);
    },
  };

  function startDesired(): () => Promise<void> {
    if (settings.hasHub) {
      link.start();
      return () => link.stop();
    }
    loop.beginWithoutRecall();
    const { desiredFile } = settings;
    if (desiredFile === undefined) {
      log.warn({}, 'no IoT Edge identity and no DESIRED_FILE: Services are reported on /metrics only');
      return () => Promise.resolve();
    }
    const end = watchDesiredFile(desiredFile, (known) => loop.receive(known), log);
    return () => Promise.resolve(end());
  }

  function startHealth(): Promise<HealthServer | undefined> {
    if (settings.health === undefined) return Promise.resolve(undefined);
    const metrics = () =>
      renderMetrics({
        report: reporter.report,
        online: link.online,
        patches: reporter.patches,
        patchBytes: reporter.bytes,
        passes: loop.passes,
        changes: applied,
        droppedEvents: events.dropped,
      });
    return startHealthServer(settings.health, { ready: () => loop.ready, metrics }, log);
  }
}

function isoNow(): string {
  return new Date().toISOString();
}
