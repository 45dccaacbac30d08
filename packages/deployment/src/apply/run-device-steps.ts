import { HubError, type HubGateway } from '../commands/hub-gateway.ts';
import { isBulk, operationOf, type BulkStep, type DeviceStep, type DeviceSteps } from './device-steps.ts';
import { StoppedError, type HubSession } from './hub-session.ts';

/** What became of one device. */
export interface DeviceResult {
  readonly id: string;
  /** `stopped`: the user wanted to stop before the device was complete; the next run goes on. */
  readonly outcome: 'changed' | 'unchanged' | 'failed' | 'stopped';
  /** Writes that were made. */
  readonly done: readonly DeviceStep[];
  readonly message?: string;
}

/** What happens while a plan is carried out, as it happens. */
export type ApplyEvent =
  | { readonly kind: 'step'; readonly id: string; readonly step: DeviceStep }
  | { readonly kind: 'retry'; readonly id: string; readonly error: HubError; readonly delay: number }
  | { readonly kind: 'device'; readonly result: DeviceResult };

/** What carrying out needs besides the plan. */
export interface DeviceRun {
  readonly session: HubSession;
  readonly onEvent: (event: ApplyEvent) => void;
  /** Decides anew what is missing on a device, from how it is now. */
  readonly replan: (id: string) => Promise<DeviceSteps>;
}

/** How often a device is read and planned anew when somebody else writes at the same time. */
const REPLANS = 3;

/**
 * Carries out the writes of one device. What was planned from a query may be minutes old: a deployment, which cannot name what it replaces, is
 * preceded by a look at the device, and a refused etag (412) or a device that exists already (409) leads to a new plan.
 */
export async function runDeviceSteps(
  run: DeviceRun,
  planned: DeviceSteps,
  { look = needsLook(planned) }: { readonly look?: boolean } = {},
): Promise<DeviceResult> {
  const { id } = planned;
  const done: DeviceStep[] = [];
  try {
    const refusal = await runUntilComplete(run, { planned, look, done });
    if (refusal !== undefined) return { id, outcome: 'failed', done, message: refusal };
    return { id, outcome: done.length > 0 ? 'changed' : 'unchanged', done };
  } catch (error) {
    if (error instanceof StoppedError)
      return { id, outcome: 'stopped', done, message: 'stopped before it was complete' };
    if (error instanceof HubError) return { id, outcome: 'failed', done, message: error.message };
    throw error;
  }
}

interface Running {
  readonly planned: DeviceSteps;
  readonly look: boolean;
  /** Takes the writes that were made. */
  readonly done: DeviceStep[];
}

/** Gives the reason where the device cannot be brought there at all. */
async function runUntilComplete(run: DeviceRun, { planned, look, done }: Running): Promise<string | undefined> {
  let plan = look ? await run.replan(planned.id) : planned;
  for (let replans = 0; plan.refusal === undefined; replans += 1) {
    try {
      await runSteps(run, plan, done);
      return undefined;
    } catch (error) {
      if (!isConflict(error) || replans === REPLANS) throw error;
    }
    plan = await run.replan(planned.id);
  }
  return plan.refusal;
}

function needsLook({ steps }: DeviceSteps): boolean {
  return steps.some(({ kind }) => kind === 'set-modules') && !steps.some(isBulk);
}

function isConflict(error: unknown): boolean {
  return error instanceof HubError && (error.status === 412 || error.status === 409);
}

async function runSteps(
  { session, onEvent }: DeviceRun,
  { id, steps }: DeviceSteps,
  done: DeviceStep[],
): Promise<void> {
  for (const step of steps) {
    // Devices are created and deleted many at a time, before anything else is written to them.
    if (isBulk(step)) {
      done.push(step);
      continue;
    }
    const onRetry = (error: HubError, delay: number): void => onEvent({ kind: 'retry', id, error, delay });
    await session.call(operationOf(step), () => write(session.hub, id, step), onRetry);
    done.push(step);
    onEvent({ kind: 'step', id, step });
  }
}

function write(hub: HubGateway, id: string, step: Exclude<DeviceStep, BulkStep>): Promise<void> {
  switch (step.kind) {
    case 'merge-tags':
      return hub.mergeTags(id, step.tags, step.etag);
    case 'create-module':
      return hub.createModule(id, step.module);
    case 'patch-desired':
      return hub.patchDesired(id, step.module, step);
    case 'set-modules':
      return hub.applyContent(id, step.manifest);
    case 'delete-module':
      return hub.deleteModule(id, step.module).catch(unlessGone);
  }
}

/** A deployment without modules has edgeAgent take their identities away too, sometimes faster than this program. */
function unlessGone(error: unknown): void {
  if (!(error instanceof HubError) || error.status !== 404) throw error;
}
