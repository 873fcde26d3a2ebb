// One line per check, and at the end the number that failed.
export class Report {
  passed = 0;
  failed = 0;

  check(what, holds, detail = "") {
    if (holds) this.passed += 1;
    else this.failed += 1;
    console.log(`${holds ? "ok    " : "FAILED"} ${what}${!holds && detail ? `: ${detail}` : ""}`);
    return holds;
  }

  // An exception (a condition that did not come true in time) fails its group; the next group still runs.
  async group(name, run) {
    console.log(`-- ${name}`);
    try {
      await run();
    } catch (error) {
      this.check(name, false, error.message.split("\n").slice(0, 3).join(" "));
    }
  }

  finish() {
    console.log(`${this.passed} checks passed, ${this.failed} failed`);
    return this.failed === 0 && this.passed > 0 ? 0 : 1;
  }
}
