import { z } from 'zod';

const text = z.string().min(1);

/** Keys of a layer name one entry each; Microsoft publishes no schema for them. Source: "Understand IoT Edge automatic deployments", layered deployment. */
const at = (section: string, name: string): z.ZodString =>
  z.string().regex(new RegExp(`^properties\\.desired\\.${section}\\.${name}$`), {
    error: `must be properties.desired.${section}.<name>`,
  });

const settings = z
  .looseObject({ image: text })
  .describe(
    'Image, and create options as text in pieces of at most 512 characters: createOptions, createOptions01 and so on.',
  );

const module = z.strictObject({
  version: z.string().optional(),
  type: z.literal('docker'),
  status: z.enum(['running', 'stopped']),
  restartPolicy: z.enum(['always', 'never', 'on-failure', 'on-unhealthy']),
  imagePullPolicy: z.enum(['on-create', 'never']).optional(),
  startupOrder: z.int().min(0).max(4294967295).optional(),
  settings,
  env: z
    .record(z.string().regex(/^[^+#$.\s]+$/), z.strictObject({ value: z.union([z.string(), z.number(), z.boolean()]) }))
    .optional(),
});

const route = z.union([
  text.regex(/^FROM\s.+\sINTO\s.+$/i, { error: 'must be FROM … INTO …' }),
  z.strictObject({
    route: text,
    priority: z.int().min(0).max(9).optional(),
    timeToLiveSecs: z.int().min(0).max(4294967295).optional(),
  }),
]);

const twin = z.record(
  z.string().regex(/^properties\.desired(\.[^.$#\s]+)*$/, {
    error: 'must be properties.desired, or properties.desired.<path> to leave the rest of the twin alone',
  }),
  z.unknown(),
);

/** A layered deployment as IoT Hub stores it: modules and routes entry by entry, module twins by path. */
export const layeredDeploymentSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9\-:+%_#*?!(),=@;']{1,128}$/),
  schemaVersion: z.literal('2.0'),
  labels: z.record(text, z.string().max(128)),
  content: z.strictObject({
    modulesContent: z
      .object({
        $edgeAgent: z.record(at('modules', '[a-zA-Z0-9_-]+'), module),
        $edgeHub: z.record(at('routes', '[^.$#\\s]+'), route).optional(),
      })
      .catchall(twin),
  }),
  targetCondition: text,
  priority: z.int().min(1).describe('Higher than that of the base deployment.'),
  metrics: z.strictObject({ queries: z.record(text, text) }),
});
