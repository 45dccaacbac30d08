/** One line of a watch. */
export interface WatchEvent {
  readonly type: string;
  readonly object: unknown;
}

/** The body of a watch as events: JSON documents, one per line, cut anywhere by the network. A line that is none ends the stream with an error. */
export async function* watchEvents(chunks: AsyncIterable<string>): AsyncIterable<WatchEvent> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield JSON.parse(line) as WatchEvent;
  }
  if (rest.trim() !== '') yield JSON.parse(rest) as WatchEvent;
}
