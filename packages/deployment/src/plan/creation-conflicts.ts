import { encodeTwinKey, type DeviceNetwork, type Problem, type Reported } from '@iotedge-networking/contract';
import type { ServiceIntent, ServiceMaker } from './service-intent.ts';

/**
 * Services that would be made where there is one of that name already. edgeAgent lists only what carries its device label, so it does not see the other one, and its creation
 * is refused (409 AlreadyExists): the Deployments, which come after the Services, are not looked at, and everything is tried again about every 3 minutes. The
 * networking module takes its own Service away as soon as it is told, anybody else does not. Source: edge-agent-kubernetes.md rules 4, 26 and 27.
 */
export function creationConflicts(
  { apps }: Pick<DeviceNetwork, 'apps'>,
  intents: readonly ServiceIntent[],
  { services }: Reported,
): readonly Problem[] {
  return intents.flatMap(({ key, maker, rejection }): readonly Problem[] => {
    if (rejection !== undefined || maker === 'existing') return [];
    const [namespace = '', name = ''] = key.split('/');
    const owner = services[encodeTwinKey(namespace)]?.[encodeTwinKey(name)]?.owner;
    const path = apps.some((app) => app.name === name) ? `apps.${name}` : '';
    if (owner === 'other') return [taken(maker, { key, path })];
    return owner === 'module' && maker === 'edgeAgent' ? [handover({ key, path })] : [];
  });
}

interface Place {
  readonly key: string;
  readonly path: string;
}

function handover({ key, path }: Place): Problem {
  return {
    ...{ code: 'service-handover', path, level: 'warning' },
    message: `edgeAgent makes ${key} from now on, in place of the networking module. While the module’s Service is still there, edgeAgent’s is refused (409 AlreadyExists) and no module is updated; edgeAgent tries again after about 3 minutes, and ${key} answers nobody until then.`,
    fix: 'Nothing has to be done but to choose the time; with 2 replicas or more the Service stays with the networking module.',
  };
}

function taken(maker: ServiceMaker, { key, path }: Place): Problem {
  const refused =
    maker === 'edgeAgent'
      ? 'edgeAgent’s creation of it would be refused (409 AlreadyExists), and no module of the device would be updated as long as it is there.'
      : 'The networking module does not touch it (NameTaken).';
  return {
    ...{ code: 'service-exists', path },
    message: `${key} is there already and was made by somebody else. ${refused}`,
    fix: 'Delete that Service, give yours another name, or list it under services with adopt.',
  };
}
