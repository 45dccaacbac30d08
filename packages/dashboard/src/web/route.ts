/** Pages of one device. */
export const DEVICE_PAGES = ['compute-network', 'address-map', 'path', 'services'] as const;

/** One of {@link DEVICE_PAGES}. */
export type DevicePage = (typeof DEVICE_PAGES)[number];

/** What the address bar says is shown: the fleet, or a page of one device, with what is chosen on it (`namespace/name`, or an address). */
export type Route =
  | { readonly page: 'fleet'; readonly query: string }
  | { readonly page: DevicePage; readonly device: string; readonly chosen: string };

/** Reads the part of the URL behind `#`; what it does not know is the fleet. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split('?');
  const [section, device, page] = path.split('/').map(decode);
  const known = DEVICE_PAGES.find((name) => name === page);
  const parameters = new URLSearchParams(query);
  if (section !== 'devices' || device === undefined || device === '' || known === undefined)
    return { page: 'fleet', query: parameters.get('q') ?? '' };
  return { page: known, device, chosen: parameters.get('chosen') ?? '' };
}

/** The part of the URL behind and with `#` for a route; {@link parseRoute} reads it back. */
export function formatRoute(route: Route): string {
  if (route.page === 'fleet') return `#/fleet${parameter('q', route.query)}`;
  return `#/devices/${encodeURIComponent(route.device)}/${route.page}${parameter('chosen', route.chosen)}`;
}

function parameter(name: string, value: string): string {
  return value === '' ? '' : `?${new URLSearchParams({ [name]: value }).toString()}`;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
