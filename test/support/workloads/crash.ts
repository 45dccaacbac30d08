process.stdout.write('giving up\n', () => process.exit(3));
