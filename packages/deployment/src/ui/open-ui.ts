import {
  loadPageAssets,
  startDashboard,
  type Dashboard,
  type PageAssets,
  type SourceKind,
} from '@iotedge-networking/dashboard';
import { createHubSession } from '../apply/hub-session.ts';
import type { CommandIo } from '../commands/command-io.ts';
import type { HubGateway } from '../commands/hub-gateway.ts';
import { createHubSource } from './hub-source.ts';
import { followNetworkFile } from './network-file-source.ts';
import type { DevicePage, UiContext } from './ui-context.ts';

/** How the page is opened over a hub. */
export interface UiSettings {
  readonly hub: HubGateway;
  readonly module: string;
  readonly file?: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly kind: SourceKind;
  readonly language?: string;
  readonly who: string;
  readonly devicePage?: DevicePage;
  /** Time between two looks at a watched device, in milliseconds. */
  readonly watchMs: number;
  readonly randomText: () => string;
  readonly onAddress?: (url: string) => void;
  /** Absent: as the build left them. */
  readonly assets?: PageAssets;
}

const APPLY_TIMEOUT_MS = 120_000;
const FLEET_MS = 15_000;

/** Serves the page over a hub; rejects when the port is taken or the page was not built. */
export async function openUi(io: CommandIo, settings: UiSettings): Promise<Dashboard> {
  const { hub, module, file, port, devicePage, who, watchMs, language, assets, randomText, onAddress } = settings;
  const context: UiContext = {
    ...{ io, module, who, watchMs, fleetMs: FLEET_MS, timeoutMs: APPLY_TIMEOUT_MS },
    session: createHubSession(io, hub),
    ...(file === undefined ? {} : { network: followNetworkFile(io, file) }),
    ...(devicePage === undefined ? {} : { devicePage }),
  };
  const source = createHubSource(context, settings.kind);
  const dashboard = await startDashboard({
    ...{ source, port, randomText, assets: assets ?? (await loadPageAssets()) },
    ...(onAddress === undefined ? {} : { onAddress }),
    about: { version: UI_VERSION, ...(language === undefined ? {} : { language }) },
    onError: (error) =>
      io.stderr.write(`page: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`),
  });
  source.start();
  return {
    ...dashboard,
    close: async () => {
      await dashboard.close();
      await source.close();
    },
  };
}

const UI_VERSION = '0.1.0';
