import type { ContainerExit, RunningContainer } from './container-process.ts';
import type { Container, ContainerState, ContainerStatus, Probe } from './pod.ts';
import { checkProbe } from './probe.ts';
import { startProbeLoop } from './probe-loop.ts';
import { restartDelay } from './restart-back-off.ts';
import type { RestartBackOff } from './restart-back-off.ts';

/** What the supervisor of one container needs from its pod. */
export interface SupervisorOptions {
  readonly container: Container;
  readonly restartPolicy: 'Always' | 'OnFailure' | 'Never';
  readonly backOff: RestartBackOff;
  /** Where probes reach the container on this machine. */
  readonly address: string;
  /** Starts the container's program; `onListening` is called for each port it listens on. */
  readonly launch: (onListening: (protocol: string, port: number) => void) => RunningContainer;
  readonly onChange: () => void;
  readonly record: (type: 'Normal' | 'Warning', reason: string, message: string) => void;
}

/** How long a container without a readiness probe may take until it listens, before it counts as ready all the same. */
const settleMs = { withPorts: 10_000, withoutPorts: 1_000 };

/** Keeps one container running by its pod's restart policy, watches its health, and knows its status. */
export class ContainerSupervisor {
  readonly #options: SupervisorOptions;
  #state: ContainerState = { waiting: { reason: 'ContainerCreating' } };
  #lastState: ContainerState = {};
  #running: RunningContainer | undefined;
  #ready = false;
  #restartCount = 0;
  #failures = 0;
  #startedAt = 0;
  #stopping = false;
  #finished = false;
  #timers: (() => void)[] = [];

  constructor(options: SupervisorOptions, restartCount = 0) {
    this.#options = options;
    this.#restartCount = restartCount;
  }

  /** Starts the container for the first time. */
  start(): void {
    this.#launch();
    this.#options.onChange();
  }

  /** The container can not be started, for this reason (such as ErrImagePull). */
  refuse(reason: string, message: string): void {
    this.#state = { waiting: { reason, message } };
    this.#options.onChange();
  }

  /** Ends the container for good. Resolves when its process is gone. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    this.#clearTimers();
    this.#ready = false;
    await this.#running?.stop(graceMs);
  }

  /** The process id, while the container runs as a process. */
  get pid(): number | undefined {
    return this.#running?.pid;
  }

  /** The container's part of the pod's status. */
  status(): ContainerStatus {
    const { name, image } = this.#options.container;
    const pid = this.#running?.pid;
    const running = this.#state.running !== undefined;
    return {
      name,
      image,
      imageID: `${image.replace(/[:@].*$/, '')}@sha256:simulated`,
      ...(pid === undefined ? {} : { containerID: `process://${pid}` }),
      ready: this.#ready || this.#finished,
      started: running,
      restartCount: this.#restartCount,
      state: this.#state,
      lastState: this.#lastState,
    };
  }

  #launch(): void {
    this.#startedAt = Date.now();
    const settle = new Settle(this.#options.container, () => this.#settled());
    const running = this.#options.launch((protocol, port) => settle.listening(protocol, port));
    this.#running = running;
    this.#state = { running: { startedAt: timestamp(this.#startedAt) } };
    this.#timers.push(settle.start());
    void running.exited.then((exit) => this.#exited(exit));
  }

  /** The process had the time it needs to listen: from now on its probes count, and without a readiness probe it is ready. */
  #settled(): void {
    const { readinessProbe, livenessProbe } = this.#options.container;
    if (readinessProbe === undefined) this.#setReady(true);
    else this.#probe(readinessProbe, 'Readiness', (healthy) => this.#setReady(healthy));
    if (livenessProbe !== undefined) this.#probe(livenessProbe, 'Liveness', (healthy) => healthy || this.#unhealthy());
  }

  #probe(probe: Probe, kind: string, onVerdict: (healthy: boolean) => void): void {
    const { container, address, record } = this.#options;
    const check = (): Promise<string | undefined> => checkProbe(probe, container, address);
    const onFailure = (outcome: string): void => record('Warning', 'Unhealthy', `${kind} probe failed: ${outcome}`);
    this.#timers.push(startProbeLoop({ probe, check, onVerdict, onFailure }));
  }

  #setReady(ready: boolean): void {
    if (this.#stopping || this.#ready === ready || this.#state.running === undefined) return;
    this.#ready = ready;
    this.#options.onChange();
  }

  #unhealthy(): void {
    const { container, record } = this.#options;
    record('Normal', 'Killing', `Container ${container.name} failed liveness probe, will be restarted`);
    void this.#running?.stop(30_000);
  }

  #exited(exit: ContainerExit): void {
    this.#clearTimers();
    this.#running = undefined;
    this.#ready = false;
    const ended: ContainerState = { terminated: terminated(exit, this.#startedAt) };
    const { restartPolicy } = this.#options;
    if (this.#stopping || restartPolicy === 'Never' || (restartPolicy === 'OnFailure' && exit.exitCode === 0)) {
      this.#state = ended;
      this.#finished = exit.exitCode === 0 && !this.#stopping;
    } else {
      this.#lastState = ended;
      this.#restart();
    }
    this.#options.onChange();
  }

  #restart(): void {
    const { backOff, container, record } = this.#options;
    if (Date.now() - this.#startedAt >= backOff.resetAfterMs) this.#failures = 0;
    const delay = restartDelay(this.#failures, backOff);
    this.#failures += 1;
    const again = (): void => {
      this.#restartCount += 1;
      this.#launch();
    };
    if (delay === 0) {
      again();
      return;
    }
    const wait = delay % 60_000 === 0 ? `${delay / 60_000}m0s` : `${delay / 1000}s`;
    const message = `back-off ${wait} restarting failed container=${container.name}`;
    this.#state = { waiting: { reason: 'CrashLoopBackOff', message } };
    record('Warning', 'BackOff', `Back-off restarting failed container ${container.name}`);
    const timer = setTimeout(() => {
      again();
      this.#options.onChange();
    }, delay);
    this.#timers.push(() => clearTimeout(timer));
  }

  #clearTimers(): void {
    for (const clear of this.#timers) clear();
    this.#timers = [];
  }
}

/** Waits until a container listens on its first declared port (any port when it declares none), but not for ever. */
class Settle {
  readonly #port: { containerPort: number; protocol?: string } | undefined;
  readonly #onSettled: () => void;
  #done = false;

  constructor(container: Container, onSettled: () => void) {
    this.#port = container.ports?.[0];
    this.#onSettled = onSettled;
  }

  start(): () => void {
    const timer = setTimeout(
      () => this.#settle(),
      this.#port === undefined ? settleMs.withoutPorts : settleMs.withPorts,
    );
    return () => {
      this.#done = true;
      clearTimeout(timer);
    };
  }

  listening(protocol: string, port: number): void {
    const expected = this.#port;
    if (expected === undefined || (expected.containerPort === port && (expected.protocol ?? 'TCP') === protocol))
      this.#settle();
  }

  #settle(): void {
    if (this.#done) return;
    this.#done = true;
    this.#onSettled();
  }
}

function terminated(exit: ContainerExit, startedAt: number): NonNullable<ContainerState['terminated']> {
  const reason = exit.message !== undefined ? 'StartError' : exit.exitCode === 0 ? 'Completed' : 'Error';
  return { ...exit, reason, startedAt: timestamp(startedAt), finishedAt: timestamp(Date.now()) };
}

function timestamp(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}
