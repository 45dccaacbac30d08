import { connectHub, processClock, processFiles, type CommandIo } from '@iotedge-networking/deployment';

/** Where a command run inside this process writes, and which hub it talks to. */
export interface CommandLineOptions {
  readonly connectionString: string;
  readonly stdout: CommandIo['stdout'];
  readonly stderr: CommandIo['stderr'];
  readonly signal: AbortSignal;
}

/** The surroundings of `iotedge-net` when it runs inside the demo: real files and clock, a given hub, nobody to ask. */
export function commandLine({ connectionString, stdout, stderr, signal }: CommandLineOptions): CommandIo {
  return {
    ...{ stdout, stderr, signal, random: Math.random },
    environment: { ...process.env, IOTHUB_CONNECTION_STRING: connectionString },
    files: processFiles,
    clock: processClock,
    connect: (text) => Promise.resolve(connectHub(text)),
    ask: () => Promise.resolve(true),
    // Only `probe` contacts addresses, and the demo does not run it.
    contact: () => Promise.resolve(false),
  };
}
