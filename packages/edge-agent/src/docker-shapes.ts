import type { AgentVersion } from './device-settings.ts';
import { isAtLeast } from './device-settings.ts';
import type { Fields, Shape } from './read-shape.ts';

const TEXTS: Shape = { list: 'text' };
const TEXT_MAP: Shape = { map: 'text' };

const HOST_CONFIG_BETA10: Fields = {
  Binds: TEXTS,
  LogConfig: { fields: { Config: TEXT_MAP, Type: 'text' } },
  Mounts: { list: { fields: { ReadOnly: 'flag', Source: 'text', Target: 'text', Type: 'text' } } },
  NetworkMode: 'text',
  IpcMode: 'text',
  PortBindings: { map: { list: { fields: { HostIP: 'text', HostPort: 'text' } } } },
  Privileged: 'flag',
};

const THROTTLES: Shape = { list: { fields: { Path: 'text', Rate: 'uint64' } } };

function typed(shape: Shape, names: string): Fields {
  return Object.fromEntries(names.split(' ').map((name) => [name, shape]));
}

// Since beta13 every field of Docker's HostConfig is typed, so that "512m" for Memory stops the deployment (section 2).
const HOST_CONFIG_BETA13: Fields = {
  ...HOST_CONFIG_BETA10,
  ...typed(
    'int64',
    'CpuRealtimePeriod CpuQuota CpuPeriod NanoCpus Memory CpuShares CpuRealtimeRuntime DiskQuota KernelMemory ' +
      'MemoryReservation MemorySwap CpuCount CpuPercent OomScoreAdj ShmSize',
  ),
  ...typed('int64?', 'MemorySwappiness PidsLimit'),
  ...typed('uint64', 'IOMaximumIOps IOMaximumBandwidth'),
  ...typed('flag', 'AutoRemove PublishAllPorts ReadonlyRootfs'),
  ...typed('flag?', 'OomKillDisable Init'),
  ...typed(
    'text',
    'CgroupParent CpusetCpus CpusetMems Isolation Runtime ContainerIDFile VolumeDriver Cgroup PidMode UTSMode UsernsMode InitPath',
  ),
  ...typed(TEXTS, 'VolumesFrom CapAdd CapDrop Dns DnsOptions DnsSearch ExtraHosts Links SecurityOpt GroupAdd'),
  ...typed(TEXT_MAP, 'Sysctls StorageOpt Tmpfs'),
  ...typed(THROTTLES, 'BlkioDeviceWriteIOps BlkioDeviceReadIOps BlkioDeviceWriteBps BlkioDeviceReadBps'),
  BlkioWeightDevice: { list: { fields: { Path: 'text', Weight: 'uint16' } } },
  BlkioWeight: 'uint16',
  Devices: { list: { fields: { PathOnHost: 'text', PathInContainer: 'text', CgroupPermissions: 'text' } } },
  Ulimits: { list: { fields: { Name: 'text', Hard: 'int64', Soft: 'int64' } } },
  ConsoleSize: { list: 'uint64' },
  RestartPolicy: { fields: { Name: 'restart-kind', MaximumRetryCount: 'int64' } },
};

/** The modelled keys of createOptions (rule 20). Everything else travels untyped. */
export function createOptionsFields(version: AgentVersion): Fields {
  return {
    Env: TEXTS,
    ExposedPorts: { map: 'empty-object' },
    HostConfig: { fields: isAtLeast(version, 'beta13') ? HOST_CONFIG_BETA13 : HOST_CONFIG_BETA10 },
    Image: 'text',
    Labels: TEXT_MAP,
    NetworkingConfig: { fields: { EndpointsConfig: { map: { fields: { Aliases: TEXTS } } } } },
  };
}
