import type { ChangeView } from '@iotedge-networking/dashboard';
import type { Reason } from '@iotedge-networking/contract';
import { withoutUndefined } from '../generate/sorted-json.ts';
import { formatChange, type PlanChange } from '../plan/plan-change.ts';

const SIGNS: Readonly<Record<string, ChangeView['sign']>> = {
  '+': 'added',
  '-': 'removed',
  '~': 'changed',
  '!': 'attention',
};

/** One line of a plan as the page shows it. */
export function changeView(change: PlanChange): ChangeView {
  const line = formatChange(change);
  return {
    kind: change.kind,
    sign: SIGNS[line.charAt(0)] ?? 'changed',
    text: line.slice(2),
    ...detailsOf(change),
  };
}

/** What the kinds of change have in common, whatever else they say. */
interface Details {
  readonly path?: string;
  readonly pool?: string;
  readonly service?: string;
  readonly from?: unknown;
  readonly to?: unknown;
  readonly keeps?: readonly string[];
  readonly reason?: Reason;
  readonly message?: string;
}

function detailsOf(change: PlanChange): Partial<ChangeView> {
  const { path, pool, service, from, to, keeps, reason, message } = change as Details;
  const performer = change.kind === 'pool-changed' && change.by === 'module' ? 'module' : 'device';
  return withoutUndefined({
    path: path ?? (change.kind === 'pool-changed' ? pool : undefined),
    service,
    from: textsOf(from) ?? keeps,
    to: textsOf(to),
    reason,
    message,
    by: change.kind === 'pool-changed' ? performer : undefined,
  });
}

function textsOf(value: unknown): readonly string[] | undefined {
  if (Array.isArray(value)) return value.map(String);
  return typeof value === 'string' ? [value] : undefined;
}

/** Whether a Service is without its address afterwards, or at another one. */
export function isLoss({ kind }: Pick<ChangeView, 'kind'>): boolean {
  return kind === 'address-lost' || kind === 'address-changed';
}
