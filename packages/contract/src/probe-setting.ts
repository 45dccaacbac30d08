/** How a Service is probed: not at all, by opening a TCP connection to each port, or by asking for a path over HTTP at one of them. */
export type ProbeSetting =
  | { readonly kind: 'none' }
  | { readonly kind: 'tcp' }
  | {
      readonly kind: 'http';
      /** The lowest TCP port of the Service when absent. */
      readonly port?: number;
      readonly path: string;
    };

const HTTP = /^http(?::(\d{1,5}))?:(\/[!-~]*)$/;

/** Reads `none`, `tcp`, `http:/healthz` or `http:8080:/healthz`; undefined for anything else. */
export function parseProbe(text: string): ProbeSetting | undefined {
  if (text === 'none' || text === 'tcp') return { kind: text };
  const match = HTTP.exec(text);
  const port = match?.[1] === undefined ? undefined : Number(match[1]);
  if (match?.[2] === undefined || (port !== undefined && (port < 1 || port > 65535))) return undefined;
  return { kind: 'http', path: match[2], ...(port === undefined ? {} : { port }) };
}
