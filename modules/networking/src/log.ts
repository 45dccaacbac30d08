import { pino } from 'pino';

/** What the module logs with: constant messages, facts as keys. */
export interface Logger {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

const SECRETS = [
  'password',
  'token',
  'SharedAccessKey',
  'connectionString',
  'authorization',
  'Authorization',
  'key',
  'cert',
];

/** JSON lines on standard output, with anything secret struck out. Level names are `debug`, `info`, `warn`, `error`, `silent`. */
export function createLogger(level: string): Logger {
  const paths = SECRETS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths, censor: '[redacted]' },
    },
    pino.destination({ fd: 1, sync: true }),
  );
}

/** For those who want no log. */
export const SILENT: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
