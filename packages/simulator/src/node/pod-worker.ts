import type { RecordedEvent } from '../cluster/event-recorder.ts';
import { ContainerSupervisor } from './container-supervisor.ts';
import { startStandIn } from './container-stand-in.ts';
import type { StandInOptions } from './container-stand-in.ts';
import { dataPathAddress } from './data-path-address.ts';
import type { ImageStandIn } from './image-table.ts';
import { logBuffer } from './log-buffer.ts';
import type { LogBuffer } from './log-buffer.ts';
import type { Container, ContainerStatus, Pod, PodStatus } from './pod.ts';
import { podStatus } from './pod-status.ts';
import type { RestartBackOff } from './restart-back-off.ts';

/** What a pod needs from its kubelet. */
export interface PodWorkerOptions {
  readonly hostIp: string;
  readonly podIp: string;
  readonly backOff: RestartBackOff;
  readonly standInFor: (image: string) => ImageStandIn | undefined;
  readonly environment: (
    container: Container,
  ) => { readonly env: Record<string, string> } | { readonly problem: string };
  readonly writeStatus: (status: PodStatus) => void;
  readonly record: (event: RecordedEvent) => void;
}

const retryMs = 2000;

interface Run {
  current: LogBuffer;
  previous: LogBuffer | undefined;
  env: Readonly<Record<string, string>>;
}

/** Runs one pod: its init containers one after the other, then its containers, and writes its status when something changed. */
export class PodWorker {
  readonly #options: PodWorkerOptions;
  readonly #startTime: string;
  readonly #supervisors = new Map<string, ContainerSupervisor>();
  readonly #runs = new Map<string, Run>();
  readonly #retries = new Set<NodeJS.Timeout>();
  #pod: Pod;
  #written: PodStatus | undefined;
  #publishing = false;
  #ended: Promise<void> | undefined;

  constructor(pod: Pod, options: PodWorkerOptions) {
    this.#pod = pod;
    this.#options = options;
    this.#written = pod.status;
    this.#startTime = pod.status?.startTime ?? timestamp();
    for (const container of this.#initContainers()) this.#supervise(container, true);
    for (const container of pod.spec.containers) this.#supervise(container, false);
  }

  /** Starts the pod. */
  start(): void {
    this.#publish();
    this.#continue();
  }

  /** The pod's address, the real one. */
  get podIp(): string {
    return this.#options.podIp;
  }

  /** The process ids of the pod's containers, by container name. */
  pids(): Record<string, number> {
    const entries = [...this.#supervisors].map(([name, supervisor]) => [name, supervisor.pid] as const);
    return Object.fromEntries(entries.filter((entry): entry is readonly [string, number] => entry[1] !== undefined));
  }

  /** What a container wrote since its start, or before its last restart. Without a name: the pod's first container. */
  logs(container: string | undefined, previous: boolean): LogBuffer | undefined {
    const run = this.#runs.get(container ?? this.#pod.spec.containers[0]?.name ?? '');
    return previous ? run?.previous : run?.current;
  }

  /** Ends all containers. Resolves when their processes are gone. */
  stop(graceMs: number): Promise<void> {
    this.#ended ??= this.#stop(graceMs);
    return this.#ended;
  }

  async #stop(graceMs: number): Promise<void> {
    for (const retry of this.#retries) clearTimeout(retry);
    for (const [name, supervisor] of this.#supervisors) {
      if (supervisor.status().state.running !== undefined)
        this.#record(name, 'Normal', 'Killing', `Stopping container ${name}`);
    }
    await Promise.all([...this.#supervisors.values()].map((supervisor) => supervisor.stop(graceMs)));
    for (const run of this.#runs.values()) run.current.end();
  }

  #initContainers(): readonly Container[] {
    // An image without a program of its own would serve for ever instead of ending: as an init container it counts as done.
    const runs = (container: Container): boolean => this.#options.standInFor(container.image)?.kind === 'command';
    return (this.#pod.spec.initContainers ?? []).filter(runs);
  }

  #supervise(container: Container, init: boolean): void {
    const policy = this.#pod.spec.restartPolicy ?? 'Always';
    const before = this.#pod.status?.containerStatuses?.find((status) => status.name === container.name);
    const supervisor = new ContainerSupervisor(
      {
        container,
        restartPolicy: init && policy === 'Always' ? 'OnFailure' : policy,
        backOff: this.#options.backOff,
        address: dataPathAddress(this.#options.podIp),
        launch: (onListening) => startStandIn(this.#standIn(container), this.#standInOptions(container, onListening)),
        onChange: () => this.#changed(),
        record: (type, reason, message) => this.#record(container.name, type, reason, message),
      },
      // A container that ran before the simulator was restarted counts one restart more.
      before?.state.running === undefined ? (before?.restartCount ?? 0) : before.restartCount + 1,
    );
    this.#supervisors.set(container.name, supervisor);
  }

  #changed(): void {
    this.#publish();
    this.#continue();
  }

  /** Starts what may start next: the first init container that is not done, or all containers. */
  #continue(): void {
    if (this.#ended !== undefined) return;
    for (const container of this.#initContainers()) {
      const { state } = this.#statusOf(container);
      if (state.terminated?.exitCode === 0) continue;
      this.#startOnce(container);
      return;
    }
    for (const container of this.#pod.spec.containers) this.#startOnce(container);
  }

  #startOnce(container: Container): void {
    if (this.#runs.has(container.name) || this.#ended !== undefined) return;
    this.#runs.set(container.name, { current: logBuffer(), previous: undefined, env: {} });
    this.#tryStart(container);
  }

  #tryStart(container: Container): void {
    const supervisor = this.#supervisors.get(container.name);
    const { name, image } = container;
    const made = this.#options.environment(container);
    const known = this.#options.standInFor(image) !== undefined;
    if (known && 'env' in made) {
      this.#record(name, 'Normal', 'Pulled', `Container image "${image}" already present on machine`);
      supervisor?.start();
      return;
    }
    if ('problem' in made) supervisor?.refuse('CreateContainerConfigError', made.problem);
    else this.#refuseImage(container, supervisor);
    const retry = setTimeout(() => {
      this.#retries.delete(retry);
      this.#tryStart(container);
    }, retryMs);
    this.#retries.add(retry);
  }

  #refuseImage({ name, image }: Container, supervisor: ContainerSupervisor | undefined): void {
    const again = supervisor?.status().state.waiting?.reason === 'ErrImagePull';
    const missing = `the image table of the simulator has no entry for "${image}"`;
    if (again) supervisor.refuse('ImagePullBackOff', `Back-off pulling image "${image}": ${missing}`);
    else supervisor?.refuse('ErrImagePull', missing);
    this.#record(name, 'Warning', 'Failed', `Failed to pull image "${image}": ${missing}`);
  }

  #standIn(container: Container): ImageStandIn {
    const standIn = this.#options.standInFor(container.image);
    if (standIn === undefined) throw new Error(`No stand-in for image "${container.image}"`);
    return standIn;
  }

  #standInOptions(container: Container, onListening: (protocol: string, port: number) => void): StandInOptions {
    const made = this.#options.environment(container);
    const run = this.#runs.get(container.name) ?? { current: logBuffer(), previous: undefined, env: {} };
    // What changed since the last start (a new Service, say) is in the new process's environment; what vanished keeps its last value.
    if ('env' in made) run.env = made.env;
    if (this.#statusOf(container).restartCount > 0) {
      run.current.end();
      [run.previous, run.current] = [run.current, logBuffer()];
    }
    const current = run.current;
    this.#record(container.name, 'Normal', 'Created', `Created container: ${container.name}`);
    this.#record(container.name, 'Normal', 'Started', `Started container ${container.name}`);
    return {
      container,
      address: dataPathAddress(this.#options.podIp),
      env: run.env,
      onLine: (stream, text) => current.append({ time: new Date().toISOString(), stream, text }),
      onListening,
    };
  }

  #statusOf(container: Container): ContainerStatus {
    const supervisor = this.#supervisors.get(container.name);
    if (supervisor === undefined) throw new Error(`Container ${container.name} is not supervised`);
    return supervisor.status();
  }

  #record(container: string, type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#options.record({ type, reason, message, fieldPath: `spec.containers{${container}}` });
  }

  /** Writes the status once for all changes of this turn. */
  #publish(): void {
    if (this.#publishing) return;
    this.#publishing = true;
    queueMicrotask(() => {
      this.#publishing = false;
      const next = podStatus({
        pod: { ...this.#pod, status: this.#written },
        hostIp: this.#options.hostIp,
        podIp: this.#options.podIp,
        startTime: this.#startTime,
        initContainers: this.#initContainers().map((container) => this.#statusOf(container)),
        containers: this.#pod.spec.containers.map((container) => this.#statusOf(container)),
        now: timestamp(),
      });
      if (JSON.stringify(next) === JSON.stringify(this.#written)) return;
      this.#written = next;
      this.#options.writeStatus(next);
    });
  }
}

function timestamp(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, 'Z');
}
