// A reporter of jest: says by name who has kept the contract of user agents, and who has not.
// Witnesses are the groups `two … user agents …` of files `contract*.test.ts`.
const FILE = /contract[^/\\]*\.test\.ts$/;
const WITNESS = /^two\b.*\buser agents\b/;

export default class Witnesses {
  #witnesses = new Map();

  onTestResult({ path }, { testResults }) {
    if (!FILE.test(path)) return;
    for (const { ancestorTitles, status } of testResults) {
      const [name = ''] = ancestorTitles;
      if (!WITNESS.test(name)) continue;
      const { kept, broken } = this.#witnesses.get(name) ?? { kept: 0, broken: 0 };
      this.#witnesses.set(name, {
        kept: kept + (status === 'passed' ? 1 : 0),
        broken: broken + (status === 'failed' ? 1 : 0),
      });
    }
  }

  onRunComplete() {
    if (this.#witnesses.size === 0) return;
    const lines = [...this.#witnesses].map(([name, { kept, broken }]) =>
      broken === 0 ? `  ✓ ${name}: ${kept}` : `  ✗ ${name}: ${broken} of ${kept + broken} broken`,
    );
    process.stderr.write(`\nThe laws of user agents, kept by\n${lines.toSorted().join('\n')}\n`);
  }
}
