// Lets `npm run chat -- --bot ./my-bot.ts` load TypeScript with any Node; costs nothing where no bot is TypeScript.
if (process.argv.some((word) => /\.ts(?:#|$)/.test(word))) {
  await import('../fuzz/typescript/register.mjs');
}
