import type { FastifyInstance } from 'fastify';
import { HubError } from '../hub-error.ts';
import { requireObject } from '../json-input.ts';
import { sendPage } from './query-routes.ts';
import { needs, type RestContext } from './rest-context.ts';

interface JobParams {
  readonly Params: { readonly id: string };
}

interface JobQuery {
  readonly Querystring: { readonly jobType?: string; readonly jobStatus?: string };
}

/** `/jobs/v2`: twin updates and method calls over many devices. Import and export need blob storage and are refused. */
export function jobRoutes(server: FastifyInstance, { jobs }: RestContext): void {
  const service = needs('ServiceConnect', 'Jobs');

  server.get<JobQuery>('/jobs/v2/query', service, async (request, reply) => {
    const { jobType: type, jobStatus: status } = request.query;
    return sendPage(request, reply, jobs.list({ type, status }));
  });

  server.get<JobParams>('/jobs/v2/:id', service, ({ params: { id } }) => jobs.get(id));

  server.put<JobParams>('/jobs/v2/:id', service, ({ params: { id }, body }) =>
    jobs.schedule(id, requireObject(body, 'the body')),
  );

  server.post<JobParams>('/jobs/v2/:id/cancel', service, ({ params: { id } }) => jobs.cancel(id));

  server.post('/jobs/create', needs('RegistryWrite', 'Jobs'), () => {
    throw new HubError('FeatureNotSupported', 'import and export jobs need blob storage, which this hub does not have');
  });
}
