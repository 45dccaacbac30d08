import { optional } from '../command-line/argument-definition.ts';
import { text, texts } from '../command-line/option-definition.ts';
import { hubSizeOptions } from './hub-size-options.ts';

/** The argument `[file]` of commands that look at the devices of a file, or of the whole hub. */
export const fleetArgument = optional(
  'file',
  'network file whose devices to show; every device of the hub when absent',
  {
    initial: undefined,
    completes: 'file',
  },
);

/** Which devices to look at. */
export const fleetOptions = {
  devices: texts('-d, --device <id>', 'only this device; may be given several times'),
  where: text('--where <condition>', "only devices that the hub finds so, such as tags.region = 'emea'"),
  module: text('-m, --module <name>', 'name of the networking module where no file says it'),
  ...hubSizeOptions,
};
