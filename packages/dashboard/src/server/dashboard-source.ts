import type { Problem } from '@iotedge-networking/contract';
import type { ApplyStep } from '../view/apply-step.ts';
import type { DeviceView } from '../view/device-view.ts';
import type { ErrorView } from '../view/error-view.ts';
import type { FleetRow } from '../view/fleet-view.ts';
import type { HistoryView, UndoRequest } from '../view/history-view.ts';
import type { PathView } from '../view/path-view.ts';
import type { ApplyRequest, ComputeNetworkDraft, PreviewView } from '../view/preview-view.ts';
import type { SourceKind } from '../view/session-view.ts';
import type { SourceState } from '../view/source-state.ts';

/** Something new at the source. */
export type SourceNews =
  | { readonly kind: 'source'; readonly state: SourceState }
  | { readonly kind: 'fleet'; readonly changed: readonly FleetRow[]; readonly removed: readonly string[] }
  /** Of a device that is watched; undefined when it is gone. */
  | { readonly kind: 'device'; readonly id: string; readonly device: DeviceView | undefined };

/**
 * Where the page's data come from. Reading works from what was gathered before while the source is away; what has to be asked rejects with a {@link SourceError}.
 */
export interface DashboardSource {
  readonly kind: SourceKind;
  /** Host name of the hub, or id of the device. */
  readonly name: string;
  /** The network.yaml that changes are written to. */
  readonly networkFile?: string;
  state(): SourceState;
  /** Every device, in any order. */
  fleet(): readonly FleetRow[];
  /** One device, as fresh as the source is asked; undefined when there is none. */
  device(id: string): Promise<DeviceView | undefined>;
  /** The way to a Service; undefined when device or Service do not exist. */
  path(id: string, service: { readonly namespace: string; readonly name: string }): Promise<PathView | undefined>;
  /** Looks at the device closely, with news, until the returned function is called. */
  watch(id: string): () => void;
  /** Tells what is new; the returned function ends that. */
  subscribe(listener: (news: SourceNews) => void): () => void;
  /** Absent where the page is read-only. */
  readonly changes?: ChangeDesk;
}

/** What changes a device. Iterating the steps does the work; it goes on to its end even when nobody listens. */
export interface ChangeDesk {
  preview(id: string, draft: ComputeNetworkDraft): Promise<PreviewView>;
  apply(id: string, request: ApplyRequest): AsyncIterable<ApplyStep>;
  history(id: string): Promise<HistoryView>;
  undo(id: string, request: UndoRequest): AsyncIterable<ApplyStep>;
}

/** A request that the source cannot fulfil, with the code that the browser gets. */
export class SourceError extends Error {
  readonly code: ErrorView['code'];
  readonly problems: readonly Problem[] | undefined;

  constructor(code: ErrorView['code'], message: string, problems?: readonly Problem[]) {
    super(message);
    this.code = code;
    this.problems = problems;
  }
}
