import { HUB_TIERS } from '@iotedge-networking/contract';
import { choice, count } from '../command-line/option-definition.ts';

/** How large the hub is: no call tells, and its rates follow from it. */
export const hubSizeOptions = {
  tier: choice('--tier <tier>', 'edition of the hub, whose rates are kept', HUB_TIERS),
  units: count('--units <count>', 'units of the hub', 1),
};
