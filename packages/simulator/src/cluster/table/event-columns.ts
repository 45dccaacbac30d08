import { numberAt, textAt } from '../json.ts';
import type { KubeObject } from '../object-client.ts';
import { column, wideColumn } from './column.ts';
import type { Column } from './column.ts';
import { ageOf } from './human-duration.ts';

function firstSeen(event: KubeObject): string {
  return textAt(event, 'firstTimestamp') || textAt(event, 'eventTime');
}

function lastSeen(event: KubeObject): string {
  return textAt(event, 'series', 'lastObservedTime') || textAt(event, 'lastTimestamp') || firstSeen(event);
}

function source(event: KubeObject): string {
  const component = textAt(event, 'source', 'component') || textAt(event, 'reportingComponent');
  const host = textAt(event, 'source', 'host');
  return host === '' ? component : `${component}, ${host}`;
}

/** The columns of events. */
export const eventColumns: readonly Column[] = [
  column('Last Seen', (event, now) => ageOf(lastSeen(event), now)),
  column('Type', (event) => textAt(event, 'type')),
  column('Reason', (event) => textAt(event, 'reason')),
  column('Object', (event) => {
    const kind = textAt(event, 'involvedObject', 'kind').toLowerCase();
    const name = textAt(event, 'involvedObject', 'name');
    return name === '' ? kind : `${kind}/${name}`;
  }),
  wideColumn('Subobject', (event) => textAt(event, 'involvedObject', 'fieldPath')),
  wideColumn('Source', source),
  column('Message', (event) => textAt(event, 'message').trim()),
  wideColumn('First Seen', (event, now) => ageOf(firstSeen(event), now)),
  wideColumn('Count', (event) => String(numberAt(event, 'series', 'count') || numberAt(event, 'count') || 1)),
  { ...wideColumn('Name', (event) => event.metadata.name), format: 'name' },
];
