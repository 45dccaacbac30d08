import dns from 'node:dns';
import net from 'node:net';
import { promisify } from 'node:util';
import type { PodNetworkSettings } from './pod-network-settings.ts';

interface LookupOptions {
  readonly family?: number | 'IPv4' | 'IPv6';
  readonly all?: boolean;
}
type Found = dns.LookupAddress;
type Callback = (error: NodeJS.ErrnoException | null, address: string | Found[], family?: number) => void;

const notThere = new Set(['ENOTFOUND', 'ENODATA']);
/** resolv.conf of a pod says ndots:5: a name with fewer dots is first tried below the search domains. */
const ndots = 5;

/**
 * Makes `dns.lookup` (what every connection by name uses) ask the cluster's DNS server with the pod's search domains; names outside the
 * cluster go to the system. `dns.resolve…` asks the cluster's server alone, as in a pod. Returns the lookup that was installed.
 */
export function installPodDns(settings: PodNetworkSettings): net.LookupFunction {
  const systemLookup = dns.lookup.bind(dns);
  const find = clusterFinder(settings);

  function lookup(hostname: string, given: LookupOptions | number | Callback | undefined, last?: Callback): void {
    const options: LookupOptions =
      typeof given === 'object' ? given : typeof given === 'number' ? { family: given } : {};
    const callback = typeof given === 'function' ? given : last;
    if (callback === undefined) throw new TypeError('The "callback" argument must be of type function.');
    find(hostname).then(
      (addresses) => {
        if (addresses === undefined) systemLookup(hostname, options as dns.LookupOptions, callback as never);
        else if (options.family === 6 || options.family === 'IPv6') callback(lookupError('ENOTFOUND', hostname), '', 6);
        else if (options.all === true)
          callback(
            null,
            addresses.map((address) => ({ address, family: 4 })),
          );
        else callback(null, addresses[0] ?? '', 4);
      },
      (error: unknown) => callback(error as NodeJS.ErrnoException, '', 4),
    );
  }

  const lookupPromise = (hostname: string, options?: LookupOptions | number): Promise<Found | Found[]> =>
    new Promise((resolve, reject) => {
      lookup(hostname, options ?? {}, (error, address, family) => {
        if (error !== null) reject(error);
        else resolve(typeof address === 'string' ? { address, family: family ?? 4 } : address);
      });
    });
  Object.defineProperty(lookup, promisify.custom, { value: lookupPromise });
  Object.assign(dns, { lookup });
  Object.assign(dns.promises, { lookup: lookupPromise });
  return lookup;
}

/** Finds the IPv4 addresses of a name in the cluster; undefined when the system has to be asked. */
function clusterFinder(settings: PodNetworkSettings): (hostname: string) => Promise<string[] | undefined> {
  const resolver = new dns.promises.Resolver({ timeout: 1000, tries: 2 });
  resolver.setServers([settings.dns]);
  dns.setServers([settings.dns]);
  return async (hostname) => {
    if (hostname === settings.podName) return [settings.podIp];
    if (isLocal(hostname)) return undefined;
    for (const name of searchNames(hostname, settings)) {
      try {
        const addresses = await resolver.resolve4(name);
        if (addresses.length > 0) return addresses;
      } catch (error) {
        if (!notThere.has(codeOf(error))) throw lookupError('EAI_AGAIN', hostname);
      }
    }
    // A name without a dot can only be one of the cluster: what this machine's own hosts file says is none of a pod's business.
    if (!hostname.includes('.') || inCluster(hostname, settings)) throw lookupError('ENOTFOUND', hostname);
    return undefined;
  };
}

function isLocal(hostname: string): boolean {
  return hostname === '' || hostname === 'localhost' || hostname.endsWith('.localhost') || net.isIP(hostname) !== 0;
}

/** The fully qualified names to try for a name, in the order of the pod's resolv.conf; only those inside the cluster's domain. */
export function searchNames(
  hostname: string,
  settings: { readonly namespace: string; readonly clusterDomain: string },
): string[] {
  const { namespace, clusterDomain } = settings;
  if (hostname.endsWith('.')) return inCluster(hostname, settings) ? [hostname.slice(0, -1)] : [];
  const absolute = inCluster(hostname, settings) ? [hostname] : [];
  const searched = [`${namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain].map(
    (domain) => `${hostname}.${domain}`,
  );
  return hostname.split('.').length - 1 >= ndots ? [...absolute, ...searched] : [...searched, ...absolute];
}

function inCluster(hostname: string, { clusterDomain }: { readonly clusterDomain: string }): boolean {
  return hostname.replace(/\.$/, '').toLowerCase().endsWith(`.${clusterDomain}`);
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';
}

function lookupError(code: string, hostname: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`getaddrinfo ${code} ${hostname}`), { code, syscall: 'getaddrinfo', hostname });
}
