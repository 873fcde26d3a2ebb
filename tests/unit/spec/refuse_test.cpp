// What a bad text gets: a position, a sentence, a hint.
#include "unit/spec/parse.hpp"

namespace kontor::spec::testing {
namespace {

std::string value(std::string_view text) {
    const Errors found = errors(with_tasks("  a: {uses: noop, with: {x: " + std::string(text) + "}}\n"));
    return found.empty() ? "" : found[0];
}

TEST(BadYaml, UnknownAndDuplicateKeysAreNamed) {
    EXPECT_EQ(errors("workflow: w\ntasks:\n  a: {uses: noop, afer: b}\n"), (Errors{"3:19 task 'a' has no key 'afer' | did you mean 'after'?"}));
    EXPECT_EQ(errors("workflow: w\nworkflow: x\ntasks: {a: {uses: noop}}\n"), (Errors{"2:1 the key 'workflow' stands twice | it stands in line 1 already"}));
    EXPECT_EQ(value("1, x: 2"), "4:32 the key 'x' stands twice | it stands in line 4 already");
}

TEST(BadYaml, MergeKeysDocumentsAndTagsAreRefused) {
    EXPECT_EQ(errors("workflow: w\nx: &x {a: 1}\ntasks:\n  <<: *x\n"),
              (Errors{"4:3 merge keys (<<) are not allowed | write the values out, or put them under 'defaults'"}));
    EXPECT_EQ(errors("workflow: w\ntasks: {a: {uses: noop}}\n---\nworkflow: x\n"),
              (Errors{"3:1 a second document begins here | a file holds one workflow; remove the '---'"}));
    EXPECT_EQ(errors("workflow: !!str w\ntasks: {a: {uses: noop}}\n"),
              (Errors{"1:11 tags (tag:yaml.org,2002:str) are not allowed | remove it; quote the value to make it a text"}));
}

TEST(BadYaml, AliasBombsAndCyclesAreRefused) {
    std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n";
    for (int i = 1; i < 9; ++i) {
        const std::string name = "a" + std::to_string(i);
        const std::string below = "*a" + std::to_string(i - 1);
        bomb += name + ": &" + name + " [" + below;
        for (int j = 0; j < 8; ++j) {
            bomb += "," + below;
        }
        bomb += "]\n";
    }
    const auto begun = std::chrono::steady_clock::now();
    const Errors found = errors(bomb);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_NE(found[0].find("more than 10000 values"), std::string::npos) << found[0];
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(1));
    EXPECT_EQ(errors("workflow: w\ntasks: &a [*a]\n"), (Errors{"2:12 this alias stands inside what it refers to | write the value out"}));
}

TEST(BadYaml, DepthAndSizeAreBounded) {
    std::string deep = "workflow: ";
    for (int i = 0; i < 501; ++i) {
        deep += "{a: ";
    }
    EXPECT_EQ(errors(deep), (Errors{"1:135 this nests deeper than 32 levels"}));
    EXPECT_EQ(errors("workflow: " + std::string(501, '[')).size(), 1U);
    EXPECT_EQ(value("[[1, [2]], [[3]]]"), "");
    EXPECT_EQ(errors("workflow: " + std::string(100'000, '{')).size(), 1U);
    EXPECT_EQ(errors(std::string(2 * 1024 * 1024, 'a')), (Errors{"1:1 the file is larger than 1024 KiB"}));
    EXPECT_EQ(errors(""), (Errors{"1:1 the file is empty | a workflow begins with 'workflow: <name>'"}));
    EXPECT_EQ(errors("- a\n"), (Errors{"1:1 a workflow must be a map, not a list"}));
}

TEST(BadYaml, BytesThatAreNoTextAreRefused) {
    EXPECT_EQ(errors("workflow: w\ntitle: a\xFF\n"), (Errors{"2:9 this is not valid UTF-8 | save the file as UTF-8"}));
    EXPECT_EQ(errors(std::string("workflow: w\0x", 13)), (Errors{"1:12 the byte 0 (a control character) is not allowed"}));
    EXPECT_EQ(errors("workflow: w\n\x04tasks: 1\n"), (Errors{"2:1 the byte 4 (a control character) is not allowed"})) << "the parser would end here";
}

TEST(BadYaml, NumbersThatSurpriseAreRefused) {
    EXPECT_EQ(value("010"), "4:29 010 is read as different numbers by different programs | quote it if it is meant to be a text, or write it as a decimal number");
    EXPECT_EQ(value(".nan"), "4:29 the number .nan is not allowed | quote it if it is meant to be a text");
    EXPECT_EQ(value("-.inf"), "4:29 the number -.inf is not allowed | quote it if it is meant to be a text");
    EXPECT_EQ(value("1e400"), "4:29 the number 1e400 is out of range | quote it if it is meant to be a text");
    EXPECT_EQ(value("99999999999999999999"), "4:29 the number 99999999999999999999 is out of range | quote it if it is meant to be a text");
    EXPECT_EQ(value("'010'"), "");
    EXPECT_EQ(errors("workflow: w\nconcurrency: {group: g, limit: 99999999999}\ntasks: {a: {uses: noop}}\n"),
              (Errors{"2:32 'limit' must be a whole number from 1 to 1000, not '99999999999'"}));
}

TEST(BadNames, PoolsMemoryAndLimitsThatMeanNothingAreRefused) {
    const auto of_task = [](const std::string& what) { return errors("workflow: w\ntasks: {a: {uses: noop, " + what + "}}\n"); };
    for (const char* memory : {"2", "2 GB", "-1GB", "0MB", "2gb", "GB", "2000000GB"}) {
        EXPECT_EQ(of_task(std::string("memory: '") + memory + "'"), (Errors{"2:33 'memory' must be an amount such as 500MB or 2GB"})) << memory;
    }
    EXPECT_EQ(of_task("pools: {compute: 1}"), (Errors{"2:33 'compute' is no pool that a task may name | a pool's name is of small letters, digits, - and _"}));
    EXPECT_EQ(of_task("pools: {x: 0}"), (Errors{"2:36 'x' must be a whole number from 1 to 1000000, not '0'"}));
    EXPECT_EQ(errors("workflow: w\nlimits: {per_country: 2}\ntasks: {a: {uses: noop}}\n"),
              (Errors{"2:10 the workflow is not divided by country | add 'partition: {key: country, over: ...}'"}));
}

TEST(BadYaml, SyntaxErrorsHaveAPosition) {
    EXPECT_EQ(errors("workflow: w\ntasks: {a: [}\n").at(0).substr(0, 2), "2:");
    EXPECT_EQ(errors("workflow: 'w\n"), (Errors{"1:11 the text has no closing '"})) << "the parser closes it at the end of the file";
    EXPECT_EQ(errors("a: b: c\n").size(), 1U);
}

TEST(BadNames, AMisspeltAfterIsOneFaultAndNotOneForEverythingBelowIt) {
    const std::string text =
        "workflow: w\n"
        "tasks:\n"
        "  a: {uses: echo, with: {text: x}}\n"
        "  b: {uses: echo, afer: a, with: {text: \"${{ tasks.a.outputs.x }}\"}}\n"
        "  c: {uses: echo, after: b, with: {text: \"${{ tasks.a.outputs.x }}\"}}\n";
    EXPECT_EQ(errors(text), (Errors{"4:19 task 'b' has no key 'afer' | did you mean 'after'?"}));
}

TEST(BadNames, AreRefused) {
    for (const char* name : {"..", "a/b", "'%2e%2e'", "Train", "-a", "'\u0430bc'"}) {
        const Errors found = errors("workflow: " + std::string(name) + "\ntasks: {a: {uses: noop}}\n");
        EXPECT_NE(found.at(0).find("is no name for a workflow"), std::string::npos) << name;
    }
    EXPECT_EQ(errors("workflow: " + std::string(300, 'a') + "\ntasks: {a: {uses: noop}}\n").size(), 1U);
    EXPECT_EQ(errors("workflow: w\ntasks: {A: {uses: noop}}\n"),
              (Errors{"2:9 'A' is no name for a task | names have 1 to 63 of the characters a-z 0-9 _ - and begin with a letter or a digit"}));
}

TEST(BadTasks, UnknownTypesAndParentsGetTheNearestName) {
    EXPECT_EQ(errors(with_tasks("  a: {uses: model.trail}\n")), (Errors{"4:13 there is no task type 'model.trail' | did you mean 'model.trial'?"}));
    EXPECT_EQ(errors(with_tasks("  prepare: {uses: noop}\n  b: {uses: noop, after: [prepar]}\n")),
              (Errors{"5:27 there is no task 'prepar' | did you mean 'prepare'?"}));
    EXPECT_EQ(errors(with_tasks("  a: {title: x}\n")), (Errors{"4:3 task 'a' says not what it does | add 'uses: <task type>'"}));
    EXPECT_EQ(errors("workflow: w\n"), (Errors{"1:1 the workflow has no tasks | add 'tasks:'"}));
}

TEST(BadTasks, CyclesAreNamed) {
    EXPECT_EQ(errors(with_tasks("  x: {uses: noop}\n  a: {uses: noop, after: [x, c]}\n  b: {uses: noop, after: a}\n"
                                "  c: {uses: noop, after: b}\n  d: {uses: noop, after: c}\n")),
              (Errors{"5:27 the tasks wait for each other in a circle: a after c after b after a"}));
    EXPECT_EQ(errors(with_tasks("  a: {uses: noop, after: a}\n")), (Errors{"4:26 task 'a' cannot come after itself"}));
}

TEST(BadTasks, WithIsCheckedAgainstTheTaskType) {
    EXPECT_EQ(errors(with_tasks("  a: {uses: echo}\n")), (Errors{"4:3 echo: 'text' is missing"}));
    EXPECT_EQ(errors(with_tasks("  a: {uses: echo, with: {text: 5, n: 0, tex: x}}\n")),
              (Errors{"4:32 echo text: must be a string, not a whole number", "4:38 echo n: must be at least 1, not 0",
                      "4:41 echo tex: there is no 'tex' here; did you mean 'text'?"}));
    EXPECT_EQ(errors(with_tasks("  a: {uses: echo, with: {text: x, on: NO}}\n")), (Errors{"4:39 echo on: must be a boolean, not a text"}));
    EXPECT_EQ(errors(with_tasks("  a: {uses: echo, with: {text: x, n: '${{ run.id }}', list: '${{ [] }}'}}\n")), Errors{}) << "known once rendered";
}

TEST(BadTasks, DimensionsMustMatch) {
    EXPECT_EQ(errors("workflow: w\ntasks: {a: {uses: noop, per: country}}\n"),
              (Errors{"2:30 the workflow has no partition | add 'partition: {key: country, over: [DE, FR]}'"}));
    EXPECT_EQ(errors(with_tasks("  a: {uses: noop, per: [country, trail], fan_out: {trial: 3}}\n")).at(0),
              "4:34 'trail' is neither the partition's key nor a 'fan_out' of this task or of one directly before it | did you mean 'trial'?");
    EXPECT_EQ(errors(with_tasks("  a: {uses: noop, per: country, fan_out: {trial: 3}}\n")),
              (Errors{"4:43 'per' does not name the dimension 'trial' | write per: [country, trial]"}));
    EXPECT_EQ(errors(with_tasks("  a: {uses: noop, per: [country, params], fan_out: {params: 3}}\n")),
              (Errors{"4:53 'params' is no name for a dimension | a letter, then letters, digits and _; expressions read it by this name"}));
    EXPECT_EQ(errors(with_tasks("  a: {uses: noop, per: [x, country], fan_out: {x: 3}}\n")), (Errors{"4:28 'country' stands first in 'per'"}));
    EXPECT_EQ(errors(with_tasks("  a: {uses: noop, per: [country, x], fan_out: {x: no}}\n")),
              (Errors{"4:51 'x' must be a count, a list or an expression that gives one"}));
}

TEST(BadTasks, GatesStandOnJoins) {
    EXPECT_EQ(errors(with_tasks("  a: {uses: noop, per: country}\n  b: {uses: noop, per: country, after: a, gate: {any: true}}\n")),
              (Errors{"5:43 task 'b' joins nothing, so it has no use for a gate | a gate stands on a task without 'per' behind one with 'per'"}));
    EXPECT_EQ(errors(with_tasks("  a: {uses: noop, per: country}\n  b: {uses: noop, after: a, gate: {pass: 120%, must: [Norway]}}\n")),
              (Errors{"5:42 'pass' must be a share such as 90% or 0.9", "5:55 'Norway' is no country | countries are two capital letters"}));
}

TEST(BadValues, SayWhatIsExpected) {
    EXPECT_EQ(errors(with_tasks("  a: {uses: noop, timeout: 5 minutes}\n")),
              (Errors{"4:28 '5 minutes' is not a duration such as 250ms, 30s, 5m, 2h, 1d or 1h30m"}));
    EXPECT_EQ(errors(with_tasks("  a: {uses: noop, timeout: '${{ params.t }}'}\n")),
              (Errors{"4:28 '${{ params.t }}' is not a duration such as 250ms, 30s, 5m, 2h, 1d or 1h30m | an expression is not possible here: it "
                      "is read before any run exists"}));
    EXPECT_EQ(errors(with_tasks("  a: {uses: noop, timeout: {attempt: 2h, total: 30m}}\n")),
              (Errors{"4:38 one attempt may take 2h, and all of them together only 30m | make 'total' the longer one"}));
    EXPECT_EQ(errors(with_tasks("  a: {uses: notify.send, cache: true}\n")),
              (Errors{"4:26 a result of 'notify.send' cannot stand for a later one: it does more than compute, or goes by what is not in its input"
                      " | 'cache' goes with: dataset.prepare, exec, model.trial"}));
    EXPECT_EQ(errors(with_tasks("  a: {uses: exec, cache: perhaps}\n")).size(), 1U);
    EXPECT_EQ(errors(with_tasks("  a: {uses: noop, timeout: {atempt: 2h}}\n")), (Errors{"4:29 'timeout' has no key 'atempt' | did you mean 'attempt'?"}));
    EXPECT_EQ(errors(with_tasks("  a: {uses: noop, retry: {data: {attempts: 0}}}\n")).size(), 1U);
    EXPECT_EQ(errors(with_tasks("  a: {uses: noop, retry: {jitter: fulll}}\n")), (Errors{"4:35 'fulll' is no 'jitter' | did you mean 'full'?"}));
    EXPECT_EQ(errors(with_tasks("  a: {uses: noop, when: sometimes}\n")), (Errors{"4:25 'when' must be 'always' or an expression | write when: ${{ ... }}"}));
    EXPECT_EQ(errors("workflow: w\ntitle:\ntasks: {a: {uses: noop}}\n"), (Errors{"2:1 'title' must be a text, not nothing"}));
    EXPECT_EQ(errors("workflow: w\npartition: {key: region, over: [A]}\ntasks: {a: {uses: noop}}\n"),
              (Errors{"2:18 the partition's key must be 'country', not 'region'", "2:33 'A' is no country | countries are two capital letters"}));
}

TEST(BadParams, TheSchemaIsChecked) {
    const auto params = [](std::string_view text) { return errors("workflow: w\nparams:\n" + std::string(text) + "tasks: {a: {uses: noop}}\n"); };
    EXPECT_EQ(params("  n: {type: integr}\n"),
              (Errors{"3:7 parameter 'n'/type: must be null, boolean, integer, number, string, array or object, or a list of these"}));
    EXPECT_EQ(params("  n: {type: integer, default: x}\n  required: [m]\n"),
              (Errors{"3:22 parameter 'n'/default: does not satisfy its own schema: the value must be an integer, not a text",
                      "4:14 there is no parameter 'm' | known: n"}));
    EXPECT_EQ(params("  n: {pattern: '('}\n"), (Errors{"3:7 parameter 'n'/pattern: the pattern is not valid: missing ): ("}));
}

TEST(BadTriggers, SayWhatIsExpected) {
    const auto trigger = [](std::string_view text) {
        return errors("workflow: w\nparams: {n: {type: integer, default: 1}}\ntriggers:\n  t: " + std::string(text) + "\ntasks: {a: {uses: noop}}\n");
    };
    EXPECT_EQ(trigger("{cron: '0 2 32 * *'}"), (Errors{"4:18 '32' is no day of the month (1 to 31)"}));
    EXPECT_EQ(trigger("{cron: '0 0 30 2 *'}"), (Errors{"4:18 no date ever matches these days and months"}));
    EXPECT_EQ(trigger("{cron: '@daily', timezone: Europe/Berln}"), (Errors{"4:33 there is no time zone 'Europe/Berln'; did you mean Europe/Berlin?"}));
    EXPECT_EQ(trigger("{cron: '@daily', event: x}"), (Errors{"4:3 trigger 't' needs one of 'cron', 'every', 'event', 'on' and 'file', and only one"}));
    EXPECT_EQ(trigger("{event: x, timezone: UTC}"), (Errors{"4:17 'timezone' belongs to a trigger with 'cron' or 'every'"}));
    EXPECT_EQ(trigger("{event: x, params: {m: 1}}"), (Errors{"4:26 params m: there is no 'm' here; known: n"}));
    EXPECT_EQ(trigger("{event: x, params: {n: y}}"), (Errors{"4:29 params n: must be an integer, not a text"}));
    EXPECT_EQ(trigger("{event: x, when: '${{ tick.time == 1 }}'}"), (Errors{"4:28 there is no name 'tick' in trigger 't' | a trigger sees 'event' only"}));
    EXPECT_EQ(trigger("{cron: '@daily', params: {n: '${{ tick }}'}}"), (Errors{"4:40 'tick' needs a member behind it | write tick.time, tick.period or tick.previous_period"}));
    EXPECT_EQ(trigger("{cron: '@daily', catchup: {all: 0}}"), (Errors{"4:38 'all' must be a whole number from 1 to 10000, not '0'"}));
    EXPECT_EQ(trigger("{cron: '@daily', dst: {gap: middle}}"), (Errors{"4:34 'middle' is no 'gap' | known: skip, before, after"}));
    EXPECT_EQ(trigger("{when: x}"), (Errors{"4:3 trigger 't' needs one of 'cron', 'every', 'event', 'on' and 'file'"}));
    EXPECT_EQ(trigger("{every: 100ms}"), (Errors{"4:14 'every' must be from 1s to 366d, not 100ms"}));
    EXPECT_EQ(trigger("{every: 1h, dst: {gap: skip}}"), (Errors{"4:18 'dst' belongs to a trigger with 'cron': an interval is elapsed time"}));
    EXPECT_EQ(trigger("{every: 1h, from: noon}"), (Errors{"4:24 'from' must be a time like 2026-01-01T06:00:00Z, not 'noon'"}));
    EXPECT_EQ(trigger("{cron: '@daily', from: noon}"), (Errors{"4:23 'from' belongs to a trigger with 'every'"}));
    EXPECT_EQ(trigger("{cron: '@daily', overlap: never}"), (Errors{"4:32 'never' is no 'overlap' | known: start, skip, wait, replace"}));
    EXPECT_EQ(trigger("{every: 1h, business_days: after}"), (Errors{"4:33 a tick of an interval cannot be moved to another day | write 'business_days: skip', or use 'cron'"}));
    EXPECT_EQ(trigger("{cron: '@daily', business_days: {holidays: [2026-02-30]}}"), (Errors{"4:50 '2026-02-30' is no date | write 2026-12-25, or 12-25 for every year"}));
    EXPECT_EQ(trigger("{cron: '0 2 * * SUN', business_days: skip}"), (Errors{"4:28 none of its ticks ever falls on a working day, nor is moved to one"}));
    EXPECT_EQ(trigger("{cron: '@daily', when: '${{ true }}'}"), (Errors{"4:23 'when' belongs to a trigger with an event"}));
    EXPECT_EQ(trigger("{event: 'a*'}"), (Errors{"4:16 '*' may only end a type, behind a dot | write kontor.model.*"}));
    EXPECT_EQ(trigger("{event: x, batch: {count: 3}}"), (Errors{"4:17 'batch' needs 'within', a duration such as 5m"}));
    EXPECT_EQ(trigger("{event: x, batch: {within: 32d}}"), (Errors{"4:33 'within' must be at most 31d"}));
    EXPECT_EQ(trigger("{event: x, batch: {within: 1s}, debounce: {quiet: 1s}}"), (Errors{"4:38 a trigger has 'batch' or 'debounce', not both"}));
    EXPECT_EQ(trigger("{event: x, debounce: {quiet: 1m, within: 1s}}"), (Errors{"4:47 'within' must not be shorter than 'quiet'"}));
    EXPECT_EQ(trigger("{event: x, dedupe: {window: 1h}}"), (Errors{"4:17 'dedupe' needs 'key', an expression over the event"}));
    EXPECT_EQ(trigger("{event: x, params: {n: '${{ batch.count }}'}}"), (Errors{"4:34 there is no name 'batch' in trigger 't' | 'batch' exists in 'params' of a trigger with 'batch' or 'debounce'"}));
    EXPECT_EQ(trigger("{event: x, when: '${{ event.dta.n == 1 }}'}"), (Errors{"4:34 event has no member 'dta' | did you mean 'data'?"}));
    EXPECT_EQ(trigger("{on: {workflow: infer, state: done}}"), (Errors{"4:36 no run ends as 'done' | known: succeeded, failed, cancelled, ended"}));
    EXPECT_EQ(trigger("{on: {state: failed}}"), (Errors{"4:7 'on' needs 'workflow', whose runs it waits for"}));
    EXPECT_EQ(trigger("{file: /etc/passwd}"), (Errors{"4:13 'file' is a pattern of names in the inbox, such as sales/*.csv"}));
}

TEST(Diagnostics, ArePrintedAsCompilersPrintThem) {
    const std::string text = "workflow: w\ntitle: Z\u00fcrich \u00fcber\ntasks: {a: {uses: noop, timout: 1}}\n";
    EXPECT_EQ(render(parse(text).diagnostics, "w.yaml", text),
              "w.yaml:3:25: task 'a' has no key 'timout'\n    tasks: {a: {uses: noop, timout: 1}}\n"
              "                            ^\n    did you mean 'timeout'?\n");
    const Error error = to_error(parse(text).diagnostics, "w.yaml");
    EXPECT_EQ(error.kind, ErrorKind::Invalid);
    EXPECT_EQ(error.details.at(0).pointer, "3:25");
    EXPECT_EQ(error.details.at(0).message, "task 'a' has no key 'timout' (did you mean 'timeout'?)");
}

TEST(Diagnostics, AreAtMostFiftyAndInTextOrder) {
    std::string text = "workflow: w\ntasks:\n";
    for (int i = 0; i < 80; ++i) {
        text += "  t" + std::to_string(i) + ": {uses: nop, tile: x}\n";
    }
    const auto found = parse(text).diagnostics;
    EXPECT_EQ(found.size(), 50U);
    EXPECT_EQ(found.front().line, 3);
    EXPECT_TRUE(std::is_sorted(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.line < b.line; }));
}

}  // namespace
}  // namespace kontor::spec::testing
