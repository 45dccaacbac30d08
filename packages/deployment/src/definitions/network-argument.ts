import { optional } from '../command-line/argument-definition.ts';
import { DEFAULT_FILE } from '../commands/load-network.ts';

/** The argument `[file]` of commands that read a network file. */
export const networkArgument = optional('file', 'network file', { initial: DEFAULT_FILE, completes: 'file' });
