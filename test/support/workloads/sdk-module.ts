/** A module as the Azure documentation writes it: credentials from the environment, twin, a reported property, a method. */
import device from 'azure-iot-device';
import { Mqtt } from 'azure-iot-device-mqtt';

const client = await device.ModuleClient.fromEnvironment(Mqtt);
await client.open();
const twin = await client.getTwin();
client.onMethod('hello', (_request, response) => {
  void response?.send(200, { from: process.env['HOSTNAME'] });
});
const reported = twin.properties.reported as { update(patch: object, done: (error?: Error) => void): void };
await new Promise((resolve) => reported.update({ ready: true, pod: process.env['HOSTNAME'] }, resolve));
process.stdout.write('connected\n');
