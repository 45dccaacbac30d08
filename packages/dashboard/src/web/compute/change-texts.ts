import type { ApplyStage, ChangeView, HistoryEntry } from '../../view/index.ts';
import type { MessageKey } from '../../i18n/translation.ts';

/** Kinds of change that are about one Service. */
export const SERVICE_CHANGES = {
  'address-assigned': 'change.address-assigned',
  'address-changed': 'change.address-changed',
  'address-lost': 'change.address-lost',
  'address-released': 'change.address-released',
  'address-refused': 'change.address-refused',
} as const satisfies Readonly<Record<string, MessageKey>>;

/** Kinds of change of a value. */
export const VALUE_CHANGES = {
  'tag-changed': 'change.tag-changed',
  'module-changed': 'change.module-changed',
  'desired-changed': 'change.desired-changed',
} as const satisfies Readonly<Record<string, MessageKey>>;

/** Other kinds of change. */
export const OTHER_CHANGES = {
  'device-added': 'change.device-added',
  'module-added': 'change.module-added',
  'module-removed': 'change.module-removed',
  'pool-changed': 'change.pool-changed',
  'pool-held': 'change.pool-held',
} as const satisfies Readonly<Record<string, MessageKey>>;

/** What each stage of an apply is called. */
export const STAGES = {
  check: 'apply.check',
  file: 'apply.file',
  history: 'apply.history',
  twin: 'apply.twin',
  module: 'apply.module',
  addresses: 'apply.addresses',
} as const satisfies Readonly<Record<ApplyStage, MessageKey>>;

/** What each outcome is called. */
export const OUTCOMES = {
  pending: 'outcome.pending',
  applied: 'outcome.applied',
  refused: 'outcome.refused',
  'timed-out': 'outcome.timed-out',
  failed: 'outcome.failed',
} as const satisfies Readonly<Record<HistoryEntry['outcome'], MessageKey>>;

/** The sign before a change, as `plan` prints it. */
export const SIGNS: Readonly<Record<ChangeView['sign'], string>> = {
  added: '+',
  removed: '-',
  changed: '~',
  attention: '!',
};

/** The value of a table under a key that may not be in it. */
export function lookUp<Table extends object>(table: Table, key: string): Table[keyof Table] | undefined {
  return Object.hasOwn(table, key) ? table[key as keyof Table] : undefined;
}
