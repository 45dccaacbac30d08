import http from 'node:http';
import https from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { KubeError } from './kube-error.ts';

/** Credentials and certificates are files that are rotated under us; within this time they are not read again. */
const CREDENTIALS_MS = 1_000;

/** What every request to the API server has in common. */
export interface KubeEndpoint {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: string;
  /** Path of the API below the host, without a slash at its end. */
  readonly root: string;
  readonly agent: http.Agent | undefined;
  /** Further options for node's HTTP: name and password, TLS. */
  readonly options: https.RequestOptions;
}

/**
 * Where the API server is and how one signs in to it, by client-node's KubeConfig, which reads its files each time it is asked: in a pod that is three files
 * a request. Connections stay open; a rotated certificate or authority gets new ones.
 */
export class KubeConnection {
  readonly #kubeConfig: KubeConfig;
  readonly #now: () => number;
  #endpoint: Promise<KubeEndpoint> | undefined;
  #readAt = 0;
  #agent: http.Agent | undefined;
  #identity = '';

  /** `now` gives milliseconds of a clock that never jumps. */
  constructor(kubeConfig: KubeConfig, now: () => number = () => performance.now()) {
    this.#kubeConfig = kubeConfig;
    this.#now = now;
  }

  /** The endpoint with credentials that are at most a second old; rejects when there are none. */
  endpoint(): Promise<KubeEndpoint> {
    const now = this.#now();
    if (this.#endpoint === undefined || now - this.#readAt >= CREDENTIALS_MS) {
      this.#readAt = now;
      this.#endpoint = this.#read();
      // A failure is for those who wait now; whoever asks next tries again.
      this.#endpoint.catch(() => (this.#endpoint = undefined));
    }
    return this.#endpoint;
  }

  /** Closes the connections. */
  close(): void {
    this.#agent?.destroy();
  }

  async #read(): Promise<KubeEndpoint> {
    const cluster = this.#kubeConfig.getCurrentCluster();
    if (cluster === null) throw new KubeError('ApiUnavailable', 0, 'The kubeconfig names no current cluster.');
    const options: https.RequestOptions = {};
    await this.#kubeConfig.applyToHTTPSOptions(options);
    const { protocol, hostname, port, pathname } = new URL(cluster.server);
    const agent = cluster.proxyUrl === undefined ? this.#agentFor(protocol, options) : (options.agent as http.Agent);
    return {
      protocol,
      hostname: hostname.replace(/^\[|\]$/g, ''),
      port,
      root: pathname.replace(/\/$/, ''),
      agent,
      options,
    };
  }

  #agentFor(protocol: string, { ca, cert, key, rejectUnauthorized, servername }: https.RequestOptions): http.Agent {
    const identity = [protocol, ca, cert, key, rejectUnauthorized, servername].map(String).join(' ');
    if (this.#agent !== undefined && identity === this.#identity) return this.#agent;
    this.#agent?.destroy();
    this.#identity = identity;
    const keepAlive = { keepAlive: true, keepAliveMsecs: 30_000, maxFreeSockets: 8, scheduling: 'lifo' as const };
    this.#agent =
      protocol === 'http:'
        ? new http.Agent(keepAlive)
        : new https.Agent({ ...keepAlive, ca, cert, key, rejectUnauthorized, servername });
    // Node tells connections apart by the text of host and certificates, several kilobytes joined and hashed for each request; here all are alike.
    this.#agent.getName = () => protocol;
    return this.#agent;
  }
}
