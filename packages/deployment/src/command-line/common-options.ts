import type { NetworkInput, SignIn } from '../commands/command-io.ts';
import type { CommandDefinition } from './command-definition.ts';
import { text, texts, toggle, type OptionDefinition } from './option-definition.ts';

/** The options that every command takes. */
const EVERYWHERE = { json: toggle('--json', 'print one JSON document on standard output') };

/** The options of commands that read a network file. */
const NETWORK = {
  set: texts('--set <path=value>', 'use this value instead of the one in the file; may be given several times'),
  devicesFrom: texts('--devices-from <file>', 'CSV or JSON file with further devices and their ranges', 'file'),
};

/** The options of commands that talk to a hub. */
const SIGN_IN = {
  connectionStringFile: text(
    '--connection-string-file <file>',
    'file that holds the connection string of the hub',
    'file',
  ),
  hubName: text('--hub-name <host>', 'host name of the hub; signs in with Microsoft Entra ID'),
};

/** All options of a command by name: its own, then those that come with what it reads and whom it talks to. */
export function allOptions({
  options,
  readsNetwork,
  usesHub,
}: CommandDefinition): Readonly<Record<string, OptionDefinition>> {
  return { ...options, ...(readsNetwork ? NETWORK : {}), ...(usesHub ? SIGN_IN : {}), ...EVERYWHERE };
}

/** What was said about network and hub, out of the values of a command's options. */
export function commonInput(given: Readonly<Record<string, unknown>>): {
  readonly network: NetworkInput;
  readonly signIn: SignIn;
} {
  const list = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
  const one = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  return {
    network: { set: list(given.set), devicesFrom: list(given.devicesFrom) },
    signIn: { connectionStringFile: one(given.connectionStringFile), hubName: one(given.hubName) },
  };
}
