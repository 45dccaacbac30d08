import type { TwinObject } from '@iotedge-networking/contract';
import { HubError } from './hub-error.ts';
import type { HubStore } from './hub-store.ts';
import { optionalInteger, optionalObject, optionalText, requireObject } from './json-input.ts';
import { readMethodRequest, type MethodCalls } from './method-calls.ts';
import { selectTargets } from './query-rows.ts';
import { readTarget } from './read-query.ts';
import type { TwinAddress } from './twin-address.ts';
import { patchTwin } from './twins.ts';

/** States a job passes through. */
export type JobStatus = 'scheduled' | 'running' | 'completed' | 'failed' | 'cancelled';

type DeviceJobStatus = 'pending' | 'running' | 'completed' | 'failed' | 'cancelled';

interface DeviceJob extends TwinAddress {
  readonly status: DeviceJobStatus;
  readonly outcome?: unknown;
  readonly error?: { readonly code: string; readonly description: string };
  readonly lastUpdatedDateTimeUtc: string;
}

/** A job as it was asked for, and how far it got. */
interface Job {
  readonly jobId: string;
  readonly type: 'scheduleUpdateTwin' | 'scheduleDeviceMethod';
  readonly body: TwinObject;
  readonly queryCondition: string;
  readonly createdTime: string;
  readonly startTime: string;
  readonly endTime?: string | undefined;
  readonly maxExecutionTimeInSeconds: number;
  readonly status: JobStatus;
  readonly devices: readonly DeviceJob[];
}

const LONGEST_TIMER_MS = 2_147_483_647;

/** Jobs of version 2: a twin update or a method call over many devices. Jobs live as long as the hub runs. */
export class Jobs {
  readonly #store: HubStore;
  readonly #methods: MethodCalls;
  readonly #jobs = new Map<string, Job>();
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(store: HubStore, methods: MethodCalls) {
    this.#store = store;
    this.#methods = methods;
  }

  /** PUT /jobs/v2/{id} */
  schedule(jobId: string, body: TwinObject): TwinObject {
    if (this.#jobs.has(jobId)) throw new HubError('JobAlreadyExists', `a job with id '${jobId}' already exists`);
    const job = readJob(jobId, body, this.#store.now());
    this.#jobs.set(jobId, job);
    const delay = new Date(job.startTime).getTime() - this.#store.now().getTime();
    const timer = setTimeout(() => void this.#run(jobId), Math.min(Math.max(delay, 0), LONGEST_TIMER_MS));
    this.#timers.set(jobId, timer);
    return jobDocument(job);
  }

  /** GET /jobs/v2/{id}: the service answers a job it does not know with status unknown, not with 404. */
  get(jobId: string): TwinObject {
    const job = this.#jobs.get(jobId);
    return job === undefined ? { jobId, type: 'unknown', status: 'unknown' } : jobDocument(job);
  }

  /** POST /jobs/v2/{id}/cancel */
  cancel(jobId: string): TwinObject {
    const job = this.#jobs.get(jobId);
    if (job === undefined) throw new HubError('JobNotFound', `job '${jobId}' does not exist`);
    if (job.status !== 'scheduled' && job.status !== 'running') return jobDocument(job);
    clearTimeout(this.#timers.get(jobId));
    return jobDocument(this.#update(jobId, { status: 'cancelled', endTime: this.#store.now().toISOString() }));
  }

  /** GET /jobs/v2/query */
  list(filter: { readonly type?: string | undefined; readonly status?: string | undefined }): readonly TwinObject[] {
    return [...this.#jobs.values()]
      .filter(({ type, status }) => (filter.type ?? type) === type && (filter.status ?? status) === status)
      .map(jobDocument);
  }

  /** Rows of the query source `devices.jobs`. */
  rows(): readonly TwinObject[] {
    return [...this.#jobs.values()].flatMap(({ jobId, type, createdTime, startTime, endTime, devices }) =>
      devices.map((device) => ({
        ...device,
        jobId,
        jobType: type,
        createdDateTimeUtc: createdTime,
        startTimeUtc: startTime,
        endTimeUtc: endTime,
      })),
    );
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  async #run(jobId: string): Promise<void> {
    const { type, body, queryCondition } = this.#update(jobId, { status: 'running' });
    const targets = selectTargets(this.#store, readTarget(queryCondition, 'ArgumentInvalid'));
    const devices = await Promise.all(
      targets.map(({ deviceId, moduleId }) => this.#runOn({ deviceId, moduleId }, type, body)),
    );
    if (this.#jobs.get(jobId)?.status === 'cancelled') return;
    const failed = devices.some(({ status }) => status === 'failed');
    const endTime = this.#store.now().toISOString();
    this.#update(jobId, { status: failed ? 'failed' : 'completed', devices, endTime });
  }

  async #runOn(address: TwinAddress, type: Job['type'], body: TwinObject): Promise<DeviceJob> {
    try {
      const outcome =
        type === 'scheduleUpdateTwin'
          ? void patchTwin(this.#store, address, { body: body, ifMatch: '*' })
          : { deviceMethodResponse: await this.#methods.invoke(address, readMethodRequest(body)) };
      return { ...address, status: 'completed', outcome, lastUpdatedDateTimeUtc: this.#store.now().toISOString() };
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      const failure = { code: `${error.code}`, description: error.message };
      return { ...address, status: 'failed', error: failure, lastUpdatedDateTimeUtc: this.#store.now().toISOString() };
    }
  }

  #update(jobId: string, change: Partial<Job>): Job {
    const job = this.#jobs.get(jobId);
    if (job === undefined) throw new HubError('JobNotFound', `job '${jobId}' does not exist`);
    const after = { ...job, ...change };
    this.#jobs.set(jobId, after);
    return after;
  }
}

function readJob(jobId: string, body: TwinObject, now: Date): Job {
  const type = optionalText(body['type'], 'type');
  if (type !== 'scheduleUpdateTwin' && type !== 'scheduleDeviceMethod')
    throw new HubError(
      'ArgumentInvalid',
      `job type '${type ?? ''}' is not one of scheduleUpdateTwin, scheduleDeviceMethod`,
    );
  const queryCondition = optionalText(body['queryCondition'], 'queryCondition') ?? '';
  readTarget(queryCondition, 'ArgumentInvalid');
  const work =
    type === 'scheduleUpdateTwin'
      ? requireObject(body['updateTwin'], 'updateTwin')
      : requireObject(body['cloudToDeviceMethod'], 'cloudToDeviceMethod');
  if (type === 'scheduleDeviceMethod') readMethodRequest(work);
  const bounds = { min: 1, max: 172_800 };
  return {
    jobId,
    type,
    body: work,
    queryCondition,
    createdTime: now.toISOString(),
    startTime: readTime(body['startTime']) ?? now.toISOString(),
    maxExecutionTimeInSeconds:
      optionalInteger(body['maxExecutionTimeInSeconds'], 'maxExecutionTimeInSeconds', bounds) ?? 3600,
    status: 'scheduled',
    devices: [],
  };
}

function readTime(input: unknown): string | undefined {
  const text = optionalText(input, 'startTime');
  if (text === undefined) return undefined;
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new HubError('ArgumentInvalid', `startTime '${text}' is not a time`);
  return time.toISOString();
}

function jobDocument({ body, devices, type, ...job }: Job): TwinObject {
  const count = (status: DeviceJobStatus): number => devices.filter((device) => device.status === status).length;
  const work = optionalObject(body, 'body');
  return {
    ...job,
    type,
    ...(type === 'scheduleUpdateTwin' ? { updateTwin: work } : { cloudToDeviceMethod: work }),
    deviceJobStatistics: {
      deviceCount: devices.length,
      failedCount: count('failed'),
      succeededCount: count('completed'),
      runningCount: count('running'),
      pendingCount: count('pending'),
    },
  };
}
