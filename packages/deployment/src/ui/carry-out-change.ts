import type { ApplyStep } from '@iotedge-networking/dashboard';
import { runDeviceSteps } from '../apply/run-device-steps.ts';
import { HubError } from '../commands/hub-gateway.ts';
import { awaitAddresses } from './await-addresses.ts';
import { awaitModule } from './await-module.ts';
import { isByHand, type Change, type Progress, type StageEnd } from './change-stage.ts';
import { historyPatch, type KeptEntry } from './history-tag.ts';
import type { NetworkFileSource } from './network-file-source.ts';
import type { UiContext } from './ui-context.ts';

type Stage = Extract<ApplyStep, { kind: 'step' }>['stage'];
type State = Extract<ApplyStep, { kind: 'step' }>['state'];

/**
 * Carries out a change step by step: history, network file, hub (and the simulated device's page where there is one), then waiting until the module reports the new state and every
 * Service has its address. Ends at the first stage that fails, and says so in the history.
 */
export async function* carryOutChange(context: UiContext, change: Change): AsyncGenerator<ApplyStep> {
  const { io } = context;
  const at = (): string => new Date(io.clock.now()).toISOString();
  const say = (stage: Stage, state: State, text: string): ApplyStep => ({ kind: 'step', stage, state, text, at: at() });
  const { prepared, id, action } = change;
  const entryId = `e${io.clock.now().toString(36)}`;
  const entry: KeptEntry = {
    ...{ id: entryId, at: at(), who: context.who, action, changes: prepared.values, outcome: 'pending' },
  };
  yield say('check', 'done', 'The rules are kept.');
  let end: StageEnd = { ok: true, text: 'Nothing had to be done.' };
  for (const [stage, work] of stagesOf(context, change, entry)) {
    const progress = guarded(work());
    let next = await progress.next();
    for (; next.done !== true; next = await progress.next()) yield say(stage, 'running', next.value);
    end = next.value;
    yield say(stage, end.ok ? 'done' : 'failed', end.text);
    if (!end.ok) break;
  }
  const outcome = end.ok ? 'applied' : end.outcome;
  await note(context, id, { ...entry, outcome, ...(end.ok ? {} : { message: end.text.slice(0, 300) }) });
  const text = end.ok ? `${id} is as it was meant to be.` : end.text;
  yield { kind: 'end', ok: end.ok, text, at: at(), undo: entryId };
}

type Stages = readonly (readonly [Stage, () => Progress])[];

function stagesOf(context: UiContext, change: Change, entry: KeptEntry): Stages {
  const { prepared, id } = change;
  const { network } = context;
  const { fileText } = prepared;
  return [
    ['history', () => noteBegin(context, id, entry)],
    ...(network === undefined || fileText === undefined ? [] : [['file', () => writeFile(network, fileText)] as const]),
    ['twin', () => writeHub(context, change)],
    ['module', () => awaitModule(context, id)],
    ['addresses', () => awaitAddresses(context, change)],
  ];
}

/** A call to the hub that fails ends its stage, not the program. */
async function* guarded(work: Progress): Progress {
  try {
    return yield* work;
  } catch (error) {
    if (error instanceof HubError) return { ok: false, outcome: 'failed', text: error.message };
    throw error;
  }
}

async function* noteBegin(context: UiContext, id: string, entry: KeptEntry): Progress {
  yield 'Noting the change in the history.';
  await note(context, id, entry);
  return { ok: true, text: 'Noted in the history.' };
}

/** The entry as a tag of the device; a device whose tags hold no more keeps its older entries instead. */
async function note({ session, io }: UiContext, id: string, entry: KeptEntry): Promise<void> {
  try {
    const device = await session.hub.getDevice(id);
    if (device === undefined) return;
    await session.hub.mergeTags(id, historyPatch(device.tags, entry));
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    io.stderr.write(`${id}: the history could not be written: ${error.message}\n`);
  }
}

async function* writeFile(network: NetworkFileSource, text: string): Progress {
  yield `Writing ${network.file}.`;
  try {
    await network.write(text);
  } catch (error) {
    return { ok: false, outcome: 'failed', text: `Cannot write ${network.file}: ${(error as Error).message}` };
  }
  return { ok: true, text: `${network.file} is written.` };
}

async function* writeHub({ session, devicePage }: UiContext, { id, prepared }: Change): Progress {
  yield 'Writing the desired properties to the hub.';
  const run = { session, onEvent: () => undefined, replan: prepared.steps };
  const { outcome, message } = await runDeviceSteps(run, await prepared.steps(), { look: false });
  if (outcome === 'failed' || outcome === 'stopped')
    return { ok: false, outcome: 'failed', text: message ?? 'The hub could not be written.' };
  const written = outcome === 'changed' ? 'The hub has the new state.' : 'The hub has this state already.';
  if (devicePage === undefined || !isByHand(prepared)) return { ok: true, text: written };
  yield 'Setting the ranges on the page of the (simulated) device.';
  await devicePage(id, prepared.after);
  return { ok: true, text: `${written} The page of the (simulated) device has the ranges.` };
}
