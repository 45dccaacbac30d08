import { request } from 'node:http';
import { request as requestTls } from 'node:https';
import { connect } from 'node:net';
import type { Container, Probe } from './pod.ts';

/** Outcome of one check: undefined when it passed, else what went wrong, in the kubelet's words. */
export type ProbeOutcome = string | undefined;

/** Asks a container once, at the address its pod has on this machine. Never rejects. */
export async function checkProbe(probe: Probe, container: Container, address: string): Promise<ProbeOutcome> {
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
  if (probe.httpGet !== undefined)
    return checkHttp(probe.httpGet, { address, port: portNumber(probe.httpGet.port, container), timeoutMs });
  if (probe.tcpSocket !== undefined)
    return checkTcp({ address, port: portNumber(probe.tcpSocket.port, container), timeoutMs });
  return undefined;
}

interface Target {
  readonly address: string;
  readonly port: number | undefined;
  readonly timeoutMs: number;
}

function portNumber(port: number | string, container: Container): number | undefined {
  if (typeof port === 'number') return port;
  if (/^\d+$/.test(port)) return Number(port);
  return container.ports?.find((entry) => entry.name === port)?.containerPort;
}

function checkTcp({ address, port, timeoutMs }: Target): Promise<ProbeOutcome> {
  if (port === undefined) return Promise.resolve('the probe names a port that the container does not declare');
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: timeoutMs });
    const end = (outcome: ProbeOutcome): void => {
      socket.destroy();
      resolve(outcome);
    };
    socket.once('connect', () => end(undefined));
    socket.once('timeout', () => end(`dial tcp ${address}:${port}: i/o timeout`));
    socket.once('error', (error) => end(`dial tcp ${address}:${port}: ${error.message}`));
  });
}

function checkHttp(get: NonNullable<Probe['httpGet']>, { address, port, timeoutMs }: Target): Promise<ProbeOutcome> {
  if (port === undefined) return Promise.resolve('the probe names a port that the container does not declare');
  const secure = get.scheme === 'HTTPS';
  const headers = Object.fromEntries((get.httpHeaders ?? []).map(({ name, value }) => [name, value]));
  const options = {
    host: address,
    port,
    path: get.path ?? '/',
    timeout: timeoutMs,
    agent: false,
    rejectUnauthorized: false,
  };
  return new Promise((resolve) => {
    const call = (secure ? requestTls : request)({
      ...options,
      headers: { 'user-agent': 'kube-probe/1.28', connection: 'close', ...headers },
    });
    call.once('response', (response) => {
      const status = response.statusCode ?? 0;
      response.resume();
      resolve(status >= 200 && status < 400 ? undefined : `HTTP probe failed with statuscode: ${status}`);
    });
    call.once('timeout', () => call.destroy(new Error('context deadline exceeded')));
    call.once('error', (error) =>
      resolve(`Get "${secure ? 'https' : 'http'}://${address}:${port}${options.path}": ${error.message}`),
    );
    call.end();
  });
}
