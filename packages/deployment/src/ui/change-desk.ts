import { hasErrors } from '@iotedge-networking/contract';
import {
  SourceError,
  type ApplyRequest,
  type ChangeDesk,
  type DeviceView,
  type HistoryView,
  type PreviewView,
} from '@iotedge-networking/dashboard';
import { HubError } from '../commands/hub-gateway.ts';
import { carryOutChange } from './carry-out-change.ts';
import { changeView, isLoss } from './change-view.ts';
import { readHistory } from './history-tag.ts';
import { isAsLeft, withoutChanges } from './network-values.ts';
import { powershellLines } from './powershell-lines.ts';
import { prepareChange } from './prepare-change.ts';
import type { PreparedChange } from './prepared-change.ts';
import type { UiContext } from './ui-context.ts';

type ReadDevice = (id: string) => Promise<DeviceView | undefined>;

/** Previews, applies and undoes changes of one device at a time, and remembers them. */
export function createChangeDesk(context: UiContext, read: ReadDevice): ChangeDesk {
  const requireDevice = async (id: string): Promise<DeviceView> => {
    const view = await read(id);
    if (view === undefined) throw new SourceError('not-found', `There is no device ${id} with the networking module.`);
    return view;
  };
  const history = async (id: string): Promise<HistoryView> => historyOf(context, await requireDevice(id));
  return {
    preview: async (id, { computeNetwork }) => {
      const view = await requireDevice(id);
      return previewOf(context, view, await prepareChange(context, view, computeNetwork));
    },
    apply: async function* (id, request) {
      const view = await requireDevice(id);
      const prepared = await prepareChange(context, view, request.computeNetwork);
      refuseUnfit(view, prepared, request);
      yield* carryOutChange(context, { id, prepared, action: 'apply', lacking: lackingIn(view) });
    },
    history,
    undo: async function* (id, { entry }) {
      const view = await requireDevice(id);
      const found = (await historyOf(context, view)).entries.find((one) => one.id === entry);
      if (found === undefined) throw new SourceError('not-found', 'The history has no such entry any more.');
      if (!found.undoable)
        throw new SourceError('conflict', 'Something that this change wrote was changed again since.');
      const prepared = await prepareChange(context, view, withoutChanges(view.computeNetwork, found.changes));
      refuseErrors(prepared);
      yield* carryOutChange(context, { id, prepared, action: 'undo', lacking: lackingIn(view) });
    },
  };
}

function lackingIn({ services }: DeviceView): ReadonlySet<string> {
  const lacking = services.filter(({ type, ips }) => type === 'LoadBalancer' && ips.length === 0);
  return new Set(lacking.map(({ namespace, name }) => `${namespace}/${name}`));
}

function previewOf(context: UiContext, view: DeviceView, prepared: PreparedChange): PreviewView {
  const { problems, changes, values, before, after } = prepared;
  const shown = changes.map(changeView);
  const isSound = !hasErrors(problems);
  const byDevice = context.devicePage === undefined && view.profile !== 'kubernetes';
  return {
    problems,
    applicable: isSound && (values.length > 0 || changes.length > 0),
    changes: shown,
    losers: shown.filter(isLoss),
    powershell: isSound && byDevice ? powershellLines(before, after) : [],
  };
}

function refuseUnfit(view: DeviceView, prepared: PreparedChange, { revision, acceptLosses }: ApplyRequest): void {
  if (revision !== undefined && revision !== view.revision)
    throw new SourceError('conflict', 'The device has changed since. Look at the preview again.');
  refuseErrors(prepared);
  const losers = prepared.changes.map(changeView).filter(isLoss);
  if (losers.length > 0 && acceptLosses !== true)
    throw new SourceError('losses', `${losers.map(({ text }) => text).join('; ')}. Say that this is meant.`);
}

function refuseErrors({ problems }: PreparedChange): void {
  if (!hasErrors(problems)) return;
  throw new SourceError('invalid', 'The draft breaks a rule; nothing was done.', problems);
}

async function historyOf({ session }: UiContext, view: DeviceView): Promise<HistoryView> {
  try {
    const device = await session.hub.getDevice(view.id);
    const entries = readHistory(device?.tags ?? {});
    return {
      entries: entries.map((entry) => ({
        ...entry,
        undoable: entry.changes.length > 0 && isAsLeft(view.computeNetwork, entry.changes),
      })),
    };
  } catch (error) {
    if (error instanceof HubError) throw new SourceError('away', error.message);
    throw error;
  }
}
