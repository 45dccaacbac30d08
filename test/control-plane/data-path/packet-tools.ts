import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { controlPlaneCache, packetTools } from '../../../scripts/control-plane/control-plane-cache.ts';

const COMMANDS = ['iptables', 'iptables-save', 'iptables-restore', 'ipset', 'conntrack'];

/**
 * An environment in which iptables, ipset and conntrack can be called: the machine's own, or the ones that the build has put into the cache. A text says why
 * there is none.
 */
export function packetToolsEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv | string {
  if (COMMANDS.every((command) => isOnPath(command, environment.PATH ?? ''))) return environment;
  const tools = packetTools(controlPlaneCache(environment));
  if (!existsSync(join(tools, 'usr/sbin/iptables'))) {
    return `${COMMANDS.join(', ')} missing: install the packages iptables, ipset and conntrack, or run npm run control-plane:build`;
  }
  const libraries = libraryFolders(tools);
  const made = {
    ...environment,
    PATH: [join(tools, 'usr/sbin'), environment.PATH].join(delimiter),
    LD_LIBRARY_PATH: libraries.join(delimiter),
    XTABLES_LIBDIR: libraries.map((folder) => join(folder, 'xtables')).find((folder) => existsSync(folder)),
  };
  const tried = spawnSync('iptables', ['--version'], { env: made, encoding: 'utf8' });
  return tried.status === 0 ? made : `iptables cannot be run: ${tried.error?.message ?? tried.stderr}`;
}

function isOnPath(command: string, path: string): boolean {
  return path.split(delimiter).some((folder) => existsSync(join(folder, command)));
}

// Debian keeps libraries in a folder named after the machine's architecture.
function libraryFolders(tools: string): string[] {
  const folders = ['usr/lib', 'lib'].map((folder) => join(tools, folder)).filter((folder) => existsSync(folder));
  return folders.flatMap((folder) => [folder, ...readdirSync(folder).map((name) => join(folder, name))]);
}
