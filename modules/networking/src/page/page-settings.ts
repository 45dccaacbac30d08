type Environment = Readonly<Record<string, string | undefined>>;

/** Where and to whom the page of the device is served. */
export interface PageSettings {
  readonly host: string;
  readonly port: number;
  /** Id of the device, as IoT Edge gives it. */
  readonly device: string;
  /** A code that signs in technicians who cannot read the log; at least 16 characters. */
  readonly code?: string;
}

const LOOPBACK = '127.0.0.1';
const PORT = 9465;

/** Reads NETWORKING_PAGE_LISTEN (`address:port`, `:port` or `address`; loopback and 9465 where it says nothing) and NETWORKING_PAGE_CODE. */
export function readPageSettings(env: Environment): PageSettings {
  const { NETWORKING_PAGE_LISTEN: listen = '', NETWORKING_PAGE_CODE: code } = env;
  const match = /^(\[[^\]]+\]|[^:]*)(?::(\d{1,5}))?$/.exec(listen.trim());
  const host = (match?.[1] ?? '').replace(/^\[|\]$/g, '');
  const port = match?.[2] === undefined ? PORT : Number(match[2]);
  return {
    host: host === '' ? LOOPBACK : host,
    port: port <= 65_535 ? port : PORT,
    device: deviceOf(env),
    ...(code === undefined || code === '' ? {} : { code }),
  };
}

function deviceOf({
  IOTEDGE_DEVICEID: id,
  EdgeHubConnectionString: edge,
  IotHubConnectionString: hub,
}: Environment): string {
  const given = /(?:^|;)DeviceId=([^;]+)/.exec(edge ?? hub ?? '')?.[1];
  return id ?? given ?? 'device';
}
