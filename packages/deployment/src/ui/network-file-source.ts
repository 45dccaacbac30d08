import type { DeviceNetwork, Network } from '@iotedge-networking/contract';
import type { CommandIo } from '../commands/command-io.ts';
import { loadNetwork } from '../commands/load-network.ts';
import type { NetworkOutcome } from '../network-file/network-file.ts';

/** A device as network.yaml describes it. */
export interface DeclaredDevice {
  readonly network: Network;
  readonly device: DeviceNetwork;
}

/** The network file of an operator, who may edit it at any time. */
export interface NetworkFileSource {
  readonly file: string;
  /** What the file says now; read again when its text, or a file of devices, has changed. */
  read(): Promise<NetworkOutcome>;
  /** Writes the file and reads it anew for everybody. */
  write(text: string): Promise<void>;
  /** What the file says of a device; where it cannot be read at present, what it said last. */
  declared(id: string): Promise<DeclaredDevice | undefined>;
}

/** A text that was read so recently is taken to be current. */
const FRESH_MS = 1_000;

/** Follows a network file and the files of devices that it names, without reading them anew for everybody who asks. */
export function followNetworkFile(io: CommandIo, file: string): NetworkFileSource {
  const texts = new Map<string, string | undefined>();
  const textOf = (path: string): Promise<string | undefined> => io.files.read(path).catch(() => undefined);
  const load = (): Promise<NetworkOutcome> => {
    texts.clear();
    const read = async (path: string): Promise<string> => {
      texts.set(path, undefined);
      const text = await io.files.read(path);
      texts.set(path, text);
      return text;
    };
    return loadNetwork({ ...io, files: { ...io.files, read } }, file);
  };
  const isCurrent = async (): Promise<boolean> => {
    const compared = await Promise.all([...texts].map(async ([path, text]) => (await textOf(path)) === text));
    return compared.every(Boolean);
  };
  const refresh = async (before: Promise<NetworkOutcome> | undefined): Promise<NetworkOutcome> =>
    before !== undefined && (await isCurrent()) ? before : load();
  let outcome: Promise<NetworkOutcome> | undefined;
  let last: Network | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  const read = async (): Promise<NetworkOutcome> => {
    const now = io.clock.now();
    if (outcome === undefined || now - readAt >= FRESH_MS) {
      readAt = now;
      // Whoever asks meanwhile waits for the same answer.
      outcome = refresh(outcome);
    }
    const result = await outcome;
    if (result.ok) last = result.value.network;
    return result;
  };
  return {
    file,
    read,
    write: async (next) => {
      await io.files.write(file, next);
      readAt = Number.NEGATIVE_INFINITY;
    },
    declared: async (id) => {
      await read().catch(() => undefined);
      const device = last?.devices.find((one) => one.id === id);
      return last === undefined || device === undefined ? undefined : { network: last, device };
    },
  };
}
