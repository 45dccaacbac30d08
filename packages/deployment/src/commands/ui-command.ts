import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import { DEFAULT_MODULE_NAME } from '@iotedge-networking/contract';
import type { DevicePage } from '../ui/ui-context.ts';
import { EXIT, UsageError, type CommandIo, type ExitCode } from './command-io.ts';
import { requireNetwork } from './load-network.ts';
import { requireHub } from './require-hub.ts';

/** Options of `ui`. */
export interface UiOptions {
  /** Changes are written to this file; absent: to the module twins only. */
  readonly file?: string;
  /** Name of the networking module where no file says it. */
  readonly module?: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly language?: string;
  readonly intervalMs: number;
  readonly json: boolean;
  /** The page of a simulated device; see {@link DevicePage}. */
  readonly devicePage?: DevicePage;
}

/**
 * Serves the page "Compute network" on loopback until stopped. The address that signs a browser in is printed to standard output, and another one whenever one was
 * used.
 */
export async function uiCommand(io: CommandIo, options: UiOptions): Promise<ExitCode> {
  const network = options.file === undefined ? undefined : await requireNetwork(io, options.file, options.json);
  if (options.file !== undefined && network === undefined) return EXIT.problems;
  const module = options.module ?? network?.network.module.name ?? DEFAULT_MODULE_NAME;
  const hub = await requireHub(io);
  // Loaded on demand: no other command needs a server.
  const { openUi } = await import('../ui/open-ui.ts');
  const ui = await openUi(io, {
    ...{ hub, module, port: options.port, watchMs: options.intervalMs, who: accountName() },
    ...(options.file === undefined ? {} : { file: options.file }),
    ...(options.language === undefined ? {} : { language: options.language }),
    ...(options.devicePage === undefined ? {} : { devicePage: options.devicePage }),
    kind: options.devicePage === undefined ? 'hub' : 'simulator',
    randomText: () => randomBytes(32).toString('base64url'),
    onAddress: (url) => io.stdout.write(options.json ? `${JSON.stringify({ url })}\n` : `${url}\n`),
  }).catch((error: unknown) => {
    throw new UsageError(`The page cannot be served: ${(error as Error).message}`, { cause: error });
  });
  if (!io.signal.aborted)
    await new Promise<void>((resolve) => io.signal.addEventListener('abort', () => resolve(), { once: true }));
  await ui.close();
  return EXIT.ok;
}

/** The name of the operator's account; some containers have none. */
function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'operator';
  }
}
