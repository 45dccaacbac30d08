import { connect, createServer } from 'node:net';

// Runs inside a network namespace: `relay.ts <port> <socket file>` passes every connection to the port on to the socket file.
const [port = '0', socketFile = ''] = process.argv.slice(2);
createServer((client) => {
  const outside = connect(socketFile);
  client.pipe(outside).pipe(client);
  client.on('error', () => outside.destroy()).on('close', () => outside.destroy());
  outside.on('error', () => client.destroy()).on('close', () => client.destroy());
}).listen(Number(port), '0.0.0.0', () => process.stdout.write('listening\n'));
