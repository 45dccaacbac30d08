import { DatabaseSync } from 'node:sqlite';

/** One row of the sample table. */
export interface Row {
  readonly id: number;
  readonly name: string;
  readonly value: string;
}

/** The sample table. */
export interface RowStore {
  list(): readonly Row[];
  add(row: Pick<Row, 'name' | 'value'>): Row;
  close(): void;
}

const seed = [
  { name: 'line-1', value: '21.4 °C' },
  { name: 'line-2', value: '19.8 °C' },
  { name: 'line-3', value: '20.6 °C' },
];

/** Opens the table in a file (or `:memory:`) and makes it, with a few rows, when it is not there yet. */
export function openRowStore(file: string): RowStore {
  const database = new DatabaseSync(file);
  const isNew =
    database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'readings'").get() === undefined;
  database.exec(
    'CREATE TABLE IF NOT EXISTS readings (id INTEGER PRIMARY KEY, name TEXT NOT NULL, value TEXT NOT NULL) STRICT',
  );
  const insert = database.prepare('INSERT INTO readings (name, value) VALUES (?, ?) RETURNING id, name, value');
  const select = database.prepare('SELECT id, name, value FROM readings ORDER BY id');
  const add: RowStore['add'] = ({ name, value }) => ({ ...insert.get(name, value) }) as unknown as Row;
  if (isNew) for (const row of seed) add(row);
  return { list: () => select.all() as unknown as Row[], add, close: () => database.close() };
}
