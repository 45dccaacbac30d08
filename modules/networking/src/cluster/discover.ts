import type { KubeClient } from './kube-client.ts';
import { asKubeError } from './kube-error.ts';

/** What the API server serves, as far as the module has to choose. */
export interface Discovery {
  readonly endpointSlices: 'v1' | 'v1beta1';
  /** Plural names of the MetalLB resources by version, empty when there are none. */
  readonly metalLb: ReadonlyMap<string, ReadonlySet<string>>;
  /** Whether there are IP pools of Calico. */
  readonly calico: boolean;
  readonly controller?: ControllerTraits;
}

/** What the Deployment of MetalLB's controller tells. */
export interface ControllerTraits {
  readonly namespace: string;
  /** From the image tag; empty when it names no release. */
  readonly imageVersion: string;
  /** Name of the ConfigMap, from `--config`. */
  readonly configMap: string;
  /** `--lb-class`; empty when absent. */
  readonly loadBalancerClass: string;
}

interface RawGroups {
  readonly groups?: readonly { readonly name?: string; readonly versions?: readonly { readonly version?: string }[] }[];
}

interface RawResources {
  readonly resources?: readonly { readonly name?: string }[];
}

interface RawDeployments {
  readonly items?: readonly {
    readonly metadata?: { readonly namespace?: string; readonly name?: string };
    readonly spec?: { readonly template?: { readonly spec?: { readonly containers?: readonly RawContainer[] } } };
  }[];
}

interface RawContainer {
  readonly image?: string;
  readonly args?: readonly string[];
}

const CALICO = 'crd.projectcalico.org';

/** Asks the API server what it serves. Throws when it cannot be asked; what merely may not be read counts as absent. */
export async function discover(client: KubeClient, metalLbNamespace: string): Promise<Discovery> {
  const groups = (await client.request({ method: 'GET', path: '/apis' })) as RawGroups;
  const versions = (name: string): readonly string[] =>
    (groups.groups?.find((group) => group.name === name)?.versions ?? []).flatMap(({ version }) => version ?? []);
  const resources = async (group: string, version: string): Promise<ReadonlySet<string>> => {
    const list = (await client.request({ method: 'GET', path: `/apis/${group}/${version}` })) as RawResources;
    return new Set((list.resources ?? []).flatMap(({ name }) => name ?? []));
  };
  const metalLb = new Map<string, ReadonlySet<string>>();
  for (const version of versions('metallb.io')) metalLb.set(version, await resources('metallb.io', version));
  const hasCalico = versions(CALICO).includes('v1') && (await resources(CALICO, 'v1')).has('ippools');
  return {
    endpointSlices: versions('discovery.k8s.io').includes('v1') ? 'v1' : 'v1beta1',
    metalLb,
    calico: hasCalico,
    controller: await findController(client, metalLbNamespace),
  };
}

/** The controller is a Deployment named `controller`, or `<release>-controller` when Helm made it. */
async function findController(client: KubeClient, namespace: string): Promise<ControllerTraits | undefined> {
  try {
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
    const list = (await client.request({ method: 'GET', path })) as RawDeployments;
    const found = list.items?.find(({ metadata }) => /(^|-)controller$/.test(metadata?.name ?? ''));
    const container = found?.spec?.template?.spec?.containers?.[0];
    return container === undefined ? undefined : traitsOf(namespace, container);
  } catch (error) {
    if (asKubeError(error).status >= 400) return undefined;
    throw error;
  }
}

function traitsOf(namespace: string, { image = '', args = [] }: RawContainer): ControllerTraits {
  const flag = (name: string): string => {
    const prefix = `--${name}=`;
    return args.find((arg) => arg.startsWith(prefix))?.slice(prefix.length) ?? '';
  };
  return {
    namespace,
    imageVersion: /:v?(\d+\.\d+(?:\.\d+)?)/.exec(image)?.[1] ?? '',
    configMap: flag('config') || 'config',
    loadBalancerClass: flag('lb-class'),
  };
}

/** Which release of MetalLB the resources point to: the oldest that fits, refined by the image tag where one is readable. */
export function crdVersion({ metalLb, controller }: Discovery): string {
  const resources = metalLb.get('v1beta1') ?? new Set<string>();
  const evidence: readonly (readonly [string, string])[] = [
    ['configurationstates', '0.15.3'],
    ['servicebgpstatuses', '0.15.0'],
    ['servicel2statuses', '0.14.5'],
  ];
  const oldest =
    evidence.find(([name]) => resources.has(name))?.[1] ?? (resources.has('addresspools') ? '0.13.0' : '0.14.2');
  return controller === undefined || controller.imageVersion === '' ? oldest : controller.imageVersion;
}
