/**
 * Preloaded (`--import`) into every Node workload: models the pod's network namespace, resolv.conf and mounts, so that the application's own
 * code runs unchanged. Nothing here may import a package: it is loaded before each workload.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import { isMainThread } from 'node:worker_threads';
import { dataPathAddress } from './data-path-address.ts';
import { patchConnect } from './pod-network-connect.ts';
import { patchDatagrams } from './pod-network-datagrams.ts';
import { installPodDns } from './pod-network-dns.ts';
import { patchListen } from './pod-network-listen.ts';
import { installPodMounts } from './pod-network-mounts.ts';
import { ipv4Number, lifelineFd } from './pod-network-settings.ts';
import type { PodNetworkSettings } from './pod-network-settings.ts';

const settingsText = process.env['POD_NETWORK'];
if (settingsText !== undefined) install(JSON.parse(settingsText) as PodNetworkSettings);

function install(settings: PodNetworkSettings): void {
  const network = {
    ownAddress: dataPathAddress(settings.podIp),
    carry: (address: string) => carriedAddress(address, settings),
    lookup: installPodDns(settings),
    localPorts: settings.localPorts,
    listening: new Set<number>(),
    report: openLifeline(),
  };
  patchConnect(network);
  patchListen(network);
  patchDatagrams(network);
  installPodMounts(fs, settings.mounts);
  os.hostname = () => settings.podName;
  syncBuiltinESMExports();
}

/** The pipe to the kubelet. When it closes the simulator is gone, and nothing may outlive it: the whole process group ends. */
function openLifeline(): (line: string) => void {
  if (!isMainThread || process.env['POD_LIFELINE'] === undefined) return () => undefined;
  delete process.env['POD_LIFELINE'];
  const pipe = new net.Socket({ fd: lifelineFd, readable: true, writable: true });
  pipe.on('error', () => undefined);
  // The kubelet started this process as leader of its own group: 0 means that group and nobody else.
  pipe.on('close', () => process.kill(0, 'SIGKILL'));
  pipe.resume();
  pipe.unref();
  return (line) => pipe.write(`${line}\n`);
}

function carriedAddress(address: string, settings: PodNetworkSettings): string {
  const value = ipv4Number(address);
  if (value === undefined) return address;
  return settings.carried.some(([first, last]) => first <= value && value <= last) ? dataPathAddress(address) : address;
}
