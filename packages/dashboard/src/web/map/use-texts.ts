import type { MessageKey } from '../../i18n/translation.ts';
import type { CellKind } from './address-grid.ts';

/** What each kind of cell is called. */
export const USE_TEXTS: Readonly<Record<CellKind, Extract<MessageKey, `use.${string}`> & Plain>> = {
  free: 'use.free',
  node: 'use.node',
  gateway: 'use.gateway',
  held: 'use.held',
  pinned: 'use.pinned',
  wanted: 'use.wanted',
  shared: 'use.shared',
  conflict: 'use.conflict',
  several: 'use.several',
};

/** Texts without values in them. */
type Plain = Exclude<MessageKey, 'use.several.detail'>;
