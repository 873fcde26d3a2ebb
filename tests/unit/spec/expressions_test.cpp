// Expressions inside the YAML: where a fault stands, and which names are seen where.
#include "unit/spec/parse.hpp"

namespace kontor::spec::testing {
namespace {

TEST(SpecExpressions, SyntaxErrorsStandInsideTheText) {
    EXPECT_EQ(errors(with_tasks("  a: {uses: noop, when: '${{ 1 + }}'}\n")), (Errors{"4:34 the expression ends too early"}));
    EXPECT_EQ(errors(with_tasks("  a:\n    uses: noop\n    with:\n      x: ab ${{ run.id = 3 }}\n")),
              (Errors{"7:24 a single '=' compares nothing: write '=='"}));
    EXPECT_EQ(errors(with_tasks("  a: {uses: noop, with: {x: '${{ ''y'' + ) }}'}}\n")), (Errors{"4:42 ')' is not expected here"}));
    EXPECT_EQ(errors(with_tasks("  a: {uses: noop, with: {x: \"${{ \\\"y\\\" + ) }}\"}}\n")), (Errors{"4:42 ')' is not expected here"}));
    EXPECT_EQ(errors(with_tasks("  a:\n    uses: noop\n    with:\n      x: >-\n        ${{ 1 +\n        2 + ) }}\n")),
              (Errors{"9:13 ')' is not expected here"}));
    EXPECT_EQ(errors(with_tasks("  a:\n    uses: noop\n    with:\n      x: |\n        one\n        ${{ lenght(1) }}\n")),
              (Errors{"9:13 there is no function 'lenght'"}));
    EXPECT_EQ(errors(with_tasks("  a: {uses: noop, with: {x: '${{ 1'}}\n")), (Errors{"4:30 '${{' has no closing '}}'"}));
}

TEST(SpecExpressions, TasksMustExistAndStandUpstream) {
    EXPECT_EQ(errors(with_tasks("  prepare: {uses: noop}\n  b: {uses: noop, after: prepare, with: {x: '${{ tasks.prepar.outputs }}'}}\n")),
              (Errors{"5:56 there is no task 'prepar' | did you mean 'prepare'?"}));
    EXPECT_EQ(errors(with_tasks("  a: {uses: noop}\n  b: {uses: noop, with: {x: '${{ tasks.a.outputs }}'}}\n")),
              (Errors{"5:40 task 'b' does not come after task 'a', so it cannot read it | add it to 'after'"}));
    EXPECT_EQ(errors(with_tasks("  a: {uses: noop, with: {x: '${{ tasks.a.outputs }}'}}\n")), (Errors{"4:40 a task cannot read its own outputs"}));
    EXPECT_EQ(errors(with_tasks("  a: {uses: noop}\n  b: {uses: noop, after: a}\n  c: {uses: noop, after: b, with: {x: '${{ tasks.a.output.y }}'}}\n")),
              (Errors{"6:50 tasks.a has no member 'output' | did you mean 'outputs'?"})) << "a is upstream of c, through b";
    EXPECT_EQ(errors(with_tasks("  on-alarm: {uses: noop}\n  b: {uses: noop, after: on-alarm, with: {x: '${{ tasks.on-alarm.state }}'}}\n")).at(0),
              "5:57 there is no task 'on' | a name with '-' is written tasks['on-alarm']");
    EXPECT_EQ(errors(with_tasks("  on-alarm: {uses: noop}\n  b: {uses: noop, after: on-alarm, with: {x: \"${{ tasks['on-alarm'].state }}\"}}\n")), Errors{});
    EXPECT_EQ(errors(with_tasks("  a: {uses: noop, with: {x: '${{ keys(tasks) }}'}}\n")),
              (Errors{"4:39 'tasks' needs the name of a task behind it | write tasks.<name>.outputs"}));
}

TEST(SpecExpressions, NamesAreSeenWhereTheyExist) {
    const auto in_task = [](std::string_view head, std::string_view expression) {
        return errors("workflow: w\nparams: {trials: {type: integer, default: 1}}\npartition: {key: country, over: [DE]}\ntasks:\n  a: {uses: noop, " +
                      std::string(head) + "with: {x: '${{ " + std::string(expression) + " }}'}}\n");
    };
    EXPECT_EQ(in_task("", "params.trials + 1"), Errors{});
    EXPECT_EQ(in_task("", "params.trails"), (Errors{"5:41 the workflow has no parameter 'trails' | did you mean 'trials'?"}));
    EXPECT_EQ(in_task("", "trials"), (Errors{"5:34 there is no name 'trials' in task 'a' | did you mean params.trials?"}));
    EXPECT_EQ(in_task("", "country"), (Errors{"5:34 there is no name 'country' in task 'a' | 'country' exists in tasks with 'per: country'"}));
    EXPECT_EQ(in_task("per: country, ", "country + winner.model.id + run.period"), Errors{});
    EXPECT_EQ(in_task("", "event.data"),
              (Errors{"5:34 there is no name 'event' in task 'a' | 'event' exists in triggers; pass what you need on as a parameter"}));
    EXPECT_EQ(in_task("", "run.perod"), (Errors{"5:38 run has no member 'perod' | did you mean 'period'?"}));
    EXPECT_EQ(in_task("per: [country, part], fan_out: {part: 3}, ", "part"), Errors{});
    EXPECT_EQ(in_task("per: [country, part], fan_out: {part: 3}, when: '${{ part == 1 }}', ", "part"),
              (Errors{"5:72 there is no name 'part' in task 'a' | known: params, tasks, run, country, winner"})) << "decided before there are items";
}

TEST(SpecExpressions, CountriesCannotDependOnCountries) {
    EXPECT_EQ(errors("workflow: w\npartition: {key: country, over: '${{ tasks.b.outputs }}'}\ntasks:\n  a: {uses: noop, per: country}\n  b: {uses: noop, after: a}\n"),
              (Errors{"2:44 the countries depend on task 'b', which waits for the countries (task 'a' is per country)"}));
    EXPECT_EQ(errors("workflow: w\npartition: {key: country, over: '${{ tasks.c.outputs }}'}\ntasks:\n  abc: {uses: noop}\n"),
              (Errors{"2:44 there is no task 'c' | known: abc"}));
}

}  // namespace
}  // namespace kontor::spec::testing
