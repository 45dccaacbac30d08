import type { TwinObject } from '@iotedge-networking/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HubError } from '../hub-error.ts';
import { optionalText, requireObject } from '../json-input.ts';
import { twinRows } from '../query-rows.ts';
import { readQuery } from '../read-query.ts';
import type { Query } from '../query/query-tree.ts';
import { runQuery } from '../query/run-query.ts';
import { needs, type RestContext } from './rest-context.ts';

const PAGE = 1000;
const LARGEST_PAGE = 10_000;

/** `/devices/query`: the IoT Hub query language over twins and jobs, page by page. */
export function queryRoutes(server: FastifyInstance, context: RestContext): void {
  server.post('/devices/query', needs('ServiceConnect', 'Queries'), async (request, reply) => {
    const query = readQuery(optionalText(requireObject(request.body, 'the body')['query'], 'query') ?? '');
    const rows = query.source === 'devices.jobs' ? context.jobs.rows() : twinRows(context.store, query.source);
    return sendPage(request, reply.header('x-ms-item-type', itemType(query)), runQuery(query, rows));
  });
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
  const size = Number(request.headers['x-ms-max-item-count'] ?? PAGE);
  if (!Number.isInteger(size) || size < 1 || size > LARGEST_PAGE)
    throw new HubError('ArgumentInvalid', `x-ms-max-item-count must be a whole number from 1 to ${LARGEST_PAGE}`);
  const start = readContinuation(request.headers['x-ms-continuation']);
  const end = start + size;
  if (end < rows.length) reply.header('x-ms-continuation', Buffer.from(`${end}`).toString('base64'));
  return reply.send(rows.slice(start, end));
}

function readContinuation(header: string | string[] | undefined): number {
  if (header === undefined || header === '') return 0;
  const start = Number(Buffer.from(String(header), 'base64').toString());
  if (!Number.isInteger(start) || start < 0)
    throw new HubError('ArgumentInvalid', 'x-ms-continuation is not a continuation of this hub');
  return start;
}
