process.on('SIGTERM', () => undefined);
process.stdout.write('staying\n');
setInterval(() => undefined, 1000);
