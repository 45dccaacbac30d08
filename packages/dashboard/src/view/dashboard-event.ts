import type { ApplyStep } from './apply-step.ts';
import type { DeviceView } from './device-view.ts';
import type { FleetRow } from './fleet-view.ts';
import type { SourceState } from './source-state.ts';

/**
 * Server-sent events of `GET /api/events?device=ID&after=EVENT_ID`: `event:` is `kind`, `data:` the whole object as JSON, `id:` goes back as Last-Event-ID
 * by itself. The state of the source and, with `device`, the device come first, so nothing has to be asked separately.
 */
export type DashboardEvent =
  | ({ readonly kind: 'source' } & SourceState)
  | {
      readonly kind: 'fleet';
      readonly changed: readonly FleetRow[];
      readonly removed: readonly string[];
    }
  /** Only of the device named in `device=`; the newest state, never an older one. `null`: the device is gone. */
  | { readonly kind: 'device'; readonly id: string; readonly device: DeviceView | null }
  /** An apply or undo somebody began, on any device. */
  | { readonly kind: 'apply'; readonly device: string; readonly step: ApplyStep }
  /** The history of the device has another entry. */
  | { readonly kind: 'history'; readonly device: string }
  /** What was missed is no longer known (long absence, or the server was started anew): read everything again. */
  | { readonly kind: 'reset' };

/** `event:` names of the stream. */
export const EVENT_KINDS = ['source', 'fleet', 'device', 'apply', 'history', 'reset'] as const;
