import { randomBytes } from 'node:crypto';
import { loadPageAssets, startDashboard, type PageAssets } from '@iotedge-networking/dashboard';
import type { Logger } from '../log.ts';
import { MODULE_VERSION } from '../version.ts';
import type { PageSettings } from './page-settings.ts';
import { createReportSource, type OwnDevice } from './report-source.ts';

/** A page that is served. */
export interface OpenPage {
  readonly port: number;
  /** The report or the desired properties may have changed. */
  refresh(): void;
  close(): Promise<void>;
}

/** Serves the read-only page of the device; the address that signs in one browser goes to the log, where whoever may read it is allowed to look. */
export async function openPage(
  { host, port, code, assets }: PageSettings & { readonly assets?: PageAssets },
  own: OwnDevice,
  log: Logger,
): Promise<OpenPage> {
  const source = createReportSource(own);
  const dashboard = await startDashboard({
    ...{ source, host, port, assets: assets ?? (await loadPageAssets()), about: { version: MODULE_VERSION } },
    ...(code === undefined ? {} : { code }),
    randomText: () => randomBytes(32).toString('base64url'),
    onAddress: (url) => log.info({ url }, 'page: this address signs in one browser'),
    onError: (error) => log.error({ cause: String(error) }, 'page failed'),
  });
  return { port: dashboard.port, refresh: () => source.refresh(), close: () => dashboard.close() };
}
