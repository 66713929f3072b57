// Ends this process when the one that started it is gone: its end of our standard input closes.
process.stdin
  .on('end', () => process.exit(0))
  .on('error', () => process.exit(0))
  .resume();
