import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { controlPlaneCache, missingPrograms } from '../../../scripts/control-plane/control-plane-cache.ts';

/** Paths of the programs a control plane is started from. */
export interface ControlPlanePrograms {
  readonly apiServer: string;
  readonly etcd: string;
  /** Absent in a KUBEBUILDER_ASSETS folder as the ecosystem publishes it. */
  readonly controllerManager?: string;
  readonly kubeProxy?: string;
}

/** What the tests run against: programs to start, a cluster that exists, or nothing and why. */
export type ControlPlaneSource =
  | { readonly kind: 'programs'; readonly programs: ControlPlanePrograms }
  | { readonly kind: 'cluster'; readonly kubeconfig: string }
  | { readonly kind: 'none'; readonly reason: string };

/**
 * Looks where a control plane comes from: the folder KUBEBUILDER_ASSETS (kube-apiserver, etcd and, if there, kube-controller-manager and kube-proxy), else the
 * cluster that KUBECONFIG names, else what `npm run control-plane:build` made.
 */
export function locateControlPlane(environment: NodeJS.ProcessEnv): ControlPlaneSource {
  const assets = environment.KUBEBUILDER_ASSETS ?? '';
  if (assets !== '') return fromAssets(assets);
  const kubeconfig = environment.KUBECONFIG ?? '';
  if (kubeconfig !== '') return fromKubeconfig(kubeconfig);
  const cache = controlPlaneCache(environment);
  const missing = missingPrograms(cache);
  if (missing.length === 0) return { kind: 'programs', programs: programsIn(cache) };
  return {
    kind: 'none',
    reason: `no control plane: ${missing.join(', ')} missing in ${cache.replace(homedir(), '~')}; run npm run control-plane:build, or set KUBEBUILDER_ASSETS or KUBECONFIG`,
  };
}

function fromAssets(folder: string): ControlPlaneSource {
  const programs = programsIn(folder);
  const missing = [programs.apiServer, programs.etcd].filter((file) => !existsSync(file));
  if (missing.length === 0) return { kind: 'programs', programs };
  return { kind: 'none', reason: `KUBEBUILDER_ASSETS lacks ${missing.join(' and ')}` };
}

// Exported as one text with absolute paths, so that several files and relative certificates mean the same everywhere.
function fromKubeconfig(paths: string): ControlPlaneSource {
  const config = new KubeConfig();
  try {
    config.loadFromDefault();
  } catch (cause) {
    return { kind: 'none', reason: `KUBECONFIG (${paths}) cannot be read: ${(cause as Error).message}` };
  }
  if (config.getCurrentCluster() === null)
    return { kind: 'none', reason: `KUBECONFIG (${paths}) names no current cluster` };
  return { kind: 'cluster', kubeconfig: config.exportConfig() };
}

function programsIn(folder: string): ControlPlanePrograms {
  const optional = (name: string) => (existsSync(join(folder, name)) ? join(folder, name) : undefined);
  return {
    apiServer: join(folder, 'kube-apiserver'),
    etcd: join(folder, 'etcd'),
    controllerManager: optional('kube-controller-manager'),
    kubeProxy: optional('kube-proxy'),
  };
}
