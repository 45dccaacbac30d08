import type { TwinObject } from '@iotedge-networking/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HubError } from '../hub-error.ts';
import { optionalText, requireObject } from '../json-input.ts';
import type { Identity } from '../identity.ts';
import { twinRow, twinRows } from '../query-rows.ts';
import { readQuery } from '../read-query.ts';
import type { Query } from '../query/query-tree.ts';
import { needsEveryRow, runPage, runQuery } from '../query/run-query.ts';
import { needs, type RestContext } from './rest-context.ts';

const PAGE = 1000;
const LARGEST_PAGE = 10_000;

/** `/devices/query`: the IoT Hub query language over twins and jobs, page by page. */
export function queryRoutes(server: FastifyInstance, context: RestContext): void {
  server.post('/devices/query', needs('ServiceConnect', 'Queries'), async (request, reply) => {
    const query = readQuery(optionalText(requireObject(request.body, 'the body')['query'], 'query') ?? '');
    reply.header('x-ms-item-type', itemType(query));
    if (query.source === 'devices.jobs') return sendPage(request, reply, runQuery(query, context.jobs.rows()));
    if (needsEveryRow(query)) return sendPage(request, reply, runQuery(query, twinRows(context.store, query.source)));
    const identities = query.source === 'devices' ? context.store.devices() : context.store.allModules();
    const source = { length: identities.length, rowAt: (index: number) => rowOf(identities[index]) };
    const { rows, next } = runPage(query, source, readWindow(request));
    if (next !== undefined) reply.header('x-ms-continuation', continuationOf(next));
    return reply.send(rows);
  });
}

function rowOf(identity: Identity | undefined): TwinObject {
  return identity === undefined ? {} : twinRow(identity);
}

function itemType({ columns, source }: Query): string {
  if (columns !== '*') return 'Raw';
  return source === 'devices.jobs' ? 'DeviceJob' : 'Twin';
}

/** Sends one page of an answer; the continuation header is there as long as more follows. */
export async function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  rows: readonly TwinObject[],
): Promise<FastifyReply> {
  const { start, size } = readWindow(request);
  const end = start + size;
  if (end < rows.length) reply.header('x-ms-continuation', continuationOf(end));
  return reply.send(rows.slice(start, end));
}

function readWindow({ headers }: FastifyRequest): { readonly start: number; readonly size: number } {
  const size = Number(headers['x-ms-max-item-count'] ?? PAGE);
  if (!Number.isInteger(size) || size < 1 || size > LARGEST_PAGE)
    throw new HubError('ArgumentInvalid', `x-ms-max-item-count must be a whole number from 1 to ${LARGEST_PAGE}`);
  return { start: readContinuation(headers['x-ms-continuation']), size };
}

function continuationOf(start: number): string {
  return Buffer.from(`${start}`).toString('base64');
}

function readContinuation(header: string | string[] | undefined): number {
  if (header === undefined || header === '') return 0;
  const start = Number(Buffer.from(String(header), 'base64').toString());
  if (!Number.isInteger(start) || start < 0)
    throw new HubError('ArgumentInvalid', 'x-ms-continuation is not a continuation of this hub');
  return start;
}
