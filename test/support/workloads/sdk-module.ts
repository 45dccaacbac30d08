/** A module as the Azure documentation writes it: credentials from the environment, twin, a reported property, a method. */
import device from 'azure-iot-device';
import { Mqtt } from 'azure-iot-device-mqtt';

const client = await device.ModuleClient.fromEnvironment(Mqtt);
await client.open();
const twin = await client.getTwin();
client.onMethod('hello', (_request, response) =>
  response.send(200, { from: process.env['HOSTNAME'] }, () => undefined),
);
await new Promise((resolve) => twin.properties.reported.update({ ready: true, pod: process.env['HOSTNAME'] }, resolve));
process.stdout.write('connected\n');
