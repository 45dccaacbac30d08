import type { Environment } from '../network-file/environment-placeholders.ts';
import type { HubGateway } from './hub-gateway.ts';

/** Takes text; a process stream fits. */
export interface TextSink {
  write(text: string): unknown;
  /** True for a terminal, where a line may be drawn again. */
  readonly isTTY?: boolean;
}

/** The files a command reads and writes; paths as the user gave them. */
export interface FileAccess {
  read(path: string): Promise<string>;
  write(path: string, text: string): Promise<void>;
  isDirectory(path: string): Promise<boolean>;
  /** Permission bits as POSIX has them; undefined or absent where the system has none. */
  mode?(path: string): Promise<number | undefined>;
}

/** What the command line says about the network besides its file. */
export interface NetworkInput {
  /** Values laid over the file, `path=value`. */
  readonly set: readonly string[];
  /** Files of further devices. */
  readonly devicesFrom: readonly string[];
}

/** What the command line says about the hub; never a secret. */
export interface SignIn {
  /** File that holds the connection string. */
  readonly connectionStringFile?: string;
  /** Host name of the hub, for sign-in with Microsoft Entra ID. */
  readonly hubName?: string;
}

/** Time as a command sees it, in milliseconds. */
export interface Clock {
  now(): number;
  /** Resolves after the time, or at once when the signal is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** Everything a command needs from outside; `main.ts` fills it in, tests record it. */
export interface CommandIo {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly environment: Environment;
  readonly files: FileAccess;
  readonly clock: Clock;
  /** A number from 0 to 1, to spread retries. */
  readonly random: () => number;
  /** Aborted when the user wants to stop. */
  readonly signal: AbortSignal;
  /** Makes the gateway to the hub that the connection string names; rejects with a HubError when it cannot be read. */
  readonly connect: (connectionString: string) => Promise<HubGateway>;
  /** Makes the gateway to the hub of this name as whoever is signed in to Microsoft Entra ID; absent where that is not to be had. */
  readonly connectWithEntra?: (hostName: string) => Promise<HubGateway>;
  /** Absent means nothing was said. */
  readonly network?: NetworkInput;
  /** Absent means nothing was said. */
  readonly signIn?: SignIn;
  /** Whether somebody at the address takes or refuses a connection within the time, in milliseconds. */
  readonly contact: (address: string, timeoutMs: number) => Promise<boolean>;
  /** Asks a yes-or-no question; undefined when nobody can be asked. */
  readonly ask: (question: string) => Promise<boolean | undefined>;
}

/** Exit codes of every command: all is well, problems were found, the command was used wrongly. */
export const EXIT = { ok: 0, problems: 1, usage: 2 } as const;

/** One of {@link EXIT}. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Says how a command was used wrongly. */
export class UsageError extends Error {}
