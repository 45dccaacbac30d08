import type { Context } from 'mocha';
import { controlPlaneSource, requirePrograms, skipBecause } from '../support/shared-control-plane.ts';
import { missingNamespaceRights } from './network-namespaces.ts';
import { packetToolsEnvironment } from './packet-tools.ts';

/** What a real data path needs beside the API server. */
export interface DataPathMeans {
  /** Path of kube-proxy. */
  readonly kubeProxy: string;
  /** Environment in which the packet tools are found. */
  readonly environment: NodeJS.ProcessEnv;
}

/** Finds what a data path needs; a suite for which something is missing is skipped, and says what. */
export function requireDataPath(suite: Context): DataPathMeans {
  requirePrograms(suite);
  const source = controlPlaneSource();
  const kubeProxy = source.kind === 'programs' ? source.programs.kubeProxy : undefined;
  if (kubeProxy === undefined) return skipBecause(suite, 'no kube-proxy beside the other programs');
  const rights = missingNamespaceRights();
  if (rights !== undefined) return skipBecause(suite, rights);
  const environment = packetToolsEnvironment(process.env);
  if (typeof environment === 'string') return skipBecause(suite, environment);
  return { kubeProxy, environment };
}
