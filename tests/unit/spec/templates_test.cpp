// Blocks of tasks that are written once and used by several tasks.
#include "core/expr/rewrite.hpp"
#include "unit/spec/parse.hpp"

namespace kontor::spec::testing {
namespace {


constexpr std::string_view scored = R"yaml(workflow: w
params: {month: {type: string, default: 2026-11}}
templates:
  score:
    params:
      text: {type: string}
      number: {type: integer, default: 3}
      wait: {type: string, default: 5m}
      required: [text]
    tasks:
      fetch: {uses: echo, timeout: "${{ template.wait }}", with: {text: "${{ template.text }}", n: "${{ template.number }}"}}
      judge:
        uses: echo
        after: fetch
        when: ${{ template.number > 2 && tasks.fetch.outputs.ok }}
        with: {text: "of ${{ template.text }}: ${{ tasks['fetch'].outputs.text }}"}
tasks:
  first: {uses: noop}
  de: {use: score, after: first, with: {text: Germany}}
  fr: {use: score, after: de, with: {text: "${{ params.month }}", number: "${{ size(params.month) }}", wait: 9m}}
  last: {uses: echo, after: [first, fr], with: {text: "${{ tasks.fr_judge.outputs.text }}"}}
)yaml";

const core::dag::TaskNode& task(const core::dag::Workflow& workflow, std::string_view name) {
    return workflow.tasks.at(static_cast<std::size_t>(workflow.task_index(name)));
}

std::vector<std::string> parents(const core::dag::Workflow& workflow, std::string_view name) {
    std::vector<std::string> names;
    for (const int parent : task(workflow, name).after) {
        names.push_back(workflow.tasks[static_cast<std::size_t>(parent)].name);
    }
    return names;
}

std::string rendered(const core::dag::TaskNode& node, const Json& roots) {
    struct Roots : core::expr::Scope {
        explicit Roots(const Json& all) : all_(all) {}
        const Json* find(std::string_view root) const override { return member(all_, root); }
        const Json& all_;
    };
    const Result<Json> value = core::expr::render(node.with, Roots(roots));
    return value ? to_text(*value) : describe(value.error());
}

TEST(Templates, AUseBecomesTheTemplatesTasks) {
    const Parsed parsed = parse(scored);
    ASSERT_EQ(render(parsed.diagnostics, "w.yaml", scored), "");
    const core::dag::Workflow& workflow = *parsed.workflow;
    std::vector<std::string> names;
    for (const core::dag::TaskNode& each : workflow.tasks) {
        names.push_back(each.name);
    }
    EXPECT_EQ(names, (std::vector<std::string>{"first", "de_fetch", "de_judge", "fr_fetch", "fr_judge", "last"}));
    EXPECT_EQ(parents(workflow, "de_fetch"), std::vector<std::string>{"first"});
    EXPECT_EQ(parents(workflow, "de_judge"), std::vector<std::string>{"de_fetch"});
    EXPECT_EQ(parents(workflow, "fr_fetch"), std::vector<std::string>{"de_judge"}) << "what comes after a block comes after its last tasks";
    EXPECT_EQ(parents(workflow, "last"), (std::vector<std::string>{"first", "fr_judge"}));
    EXPECT_EQ(task(workflow, "de_fetch").timeout, std::chrono::minutes(5)) << "a parameter may stand where no expression may";
    EXPECT_EQ(task(workflow, "fr_fetch").timeout, std::chrono::minutes(9));
    const Json done = JsonObject{{"outputs", JsonObject{{"text", "so"}, {"ok", true}}}};
    const Json roots = JsonObject{{"params", JsonObject{{"month", "2026-11"}}}, {"tasks", JsonObject{{"de_fetch", done}, {"fr_fetch", done}}}};
    EXPECT_EQ(rendered(task(workflow, "de_fetch"), roots), R"({"text":"Germany","n":3})");
    EXPECT_EQ(rendered(task(workflow, "fr_fetch"), roots), R"({"text":"2026-11","n":7})");
    EXPECT_EQ(rendered(task(workflow, "de_judge"), roots), R"({"text":"of Germany: so"})");
    EXPECT_EQ(rendered(task(workflow, "fr_judge"), roots), R"({"text":"of 2026-11: so"})");
    EXPECT_EQ(task(workflow, "fr_judge").when_expr.text(), " ( size(params.month) ) > 2 && tasks.fr_fetch.outputs.ok ");
    EXPECT_EQ(workflow.source, scored) << "a version is what was written";
}

std::string with_template(const std::string& tasks, const std::string& params = "") {
    return "workflow: w\ntemplates:\n  t:\n" + params + "    tasks:\n      a: {uses: noop}\n" + tasks;
}

TEST(Templates, WhatDoesNotFitIsNamed) {
    EXPECT_EQ(errors(with_template("tasks:\n  x: {use: tt}\n")), (Errors{"7:12 there is no template 'tt' | did you mean 't'?"}));
    EXPECT_EQ(errors(with_template("tasks:\n  x: {use: t, uses: noop}\n")),
              (Errors{"7:15 task 'x', which uses a template, has no key 'uses' | did you mean 'use'?"}));
    EXPECT_EQ(errors(with_template("tasks:\n  x: {use: t, with: {n: 1}}\n")), (Errors{"7:22 template t n: there is no 'n' here"}));
    EXPECT_EQ(errors(with_template("tasks:\n  x: {use: t}\n", "    params: {n: {type: integer}, required: [n]}\n")),
              (Errors{"8:3 template t: 'n' is missing"}));
    EXPECT_EQ(errors(with_template("tasks:\n  x: {use: t, with: {n: one}}\n", "    params: {n: {type: integer}}\n")),
              (Errors{"8:25 template t n: must be an integer, not a text"}));
    EXPECT_EQ(errors(with_template("      b: {use: t}\ntasks:\n  x: {use: t}\n")),
              (Errors{"6:11 a task of a template cannot use a template | write its tasks out"}));
    EXPECT_EQ(errors(with_template("      b: {uses: noop, title: '${{ template.m }}'}\ntasks:\n  x: {use: t}\n", "    params: {n: {type: integer}}\n")),
              (Errors{"7:30 the template has no parameter 'm' | known: n"}));
    EXPECT_EQ(errors(with_template("      b: {uses: noop, title: '${{ template.n }}'}\ntasks:\n  x: {use: t}\n", "    params: {n: {type: integer}}\n")),
              (Errors{"7:30 task 'x' gives no value for the template's 'n' | give it as 'with', or a default"}));
    EXPECT_EQ(errors(with_template("tasks:\n  x: {use: t}\n  x_a: {uses: noop}\n")),
              (Errors{"8:3 the task 'x_a' stands twice, at least once as part of a template"}));
    EXPECT_EQ(errors(with_template("tasks:\n  x: {use: t}\n  y: {uses: noop, after: z}\n")), (Errors{"8:26 there is no task 'z' | known: x_a, y"}));
    EXPECT_EQ(errors("workflow: w\ntemplates:\n  t: {}\ntasks:\n  x: {uses: noop}\n"), (Errors{"3:3 template 't' has no tasks | add 'tasks:'"}));
    EXPECT_EQ(errors("workflow: w\ntasks:\n  x: {use: t}\n").size(), 2U) << "without templates it is a misspelt 'uses'";
}

TEST(Templates, TogetherTheyAreAsBoundedAsWhatIsWrittenOut) {
    std::string text = "workflow: w\ntemplates:\n  t:\n    tasks:\n";
    for (int i = 0; i < 100; ++i) {
        text += "      a" + std::to_string(i) + ": {uses: noop}\n";
    }
    text += "tasks:\n";
    for (int i = 0; i < 100; ++i) {
        text += "  x" + std::to_string(i) + ": {use: t}\n";
    }
    EXPECT_EQ(errors(text), (Errors{"2:1 with its templates written out the workflow has more than 10000 values"}));
}

TEST(Rewrite, ReplacesPathsAndLeavesTheRest) {
    const auto rewritten = [](std::string_view text) {
        return core::expr::rewrite(
            text, {[](std::string_view root, std::string_view name) {
                       return root == "tasks" && name == "a" ? std::optional<std::string>("tasks.b") : std::nullopt;
                   },
                   [](std::string_view root, std::string_view) { return root == "t" ? std::optional<std::string>("5") : std::nullopt; }}
        );
    };
    EXPECT_EQ(rewritten("${{ tasks.a.outputs.tasks.a + tasks['a'].x }}"), "${{ tasks.b.outputs.tasks.a + tasks.b.x }}");
    EXPECT_EQ(rewritten("${{ 'tasks.a' + x.tasks.a + tasks.ab }}"), "${{ 'tasks.a' + x.tasks.a + tasks.ab }}");
    EXPECT_EQ(rewritten("a ${{ t.n }} b ${{t['m']}} tasks.a"), "a 5 b 5 tasks.a");
    EXPECT_EQ(rewritten("${{ t.n + 1 }}"), "${{ t.n + 1 }}");
    EXPECT_EQ(rewritten("${{ tasks.a "), "${{ tasks.a ");
    EXPECT_EQ(rewritten("${{ tasks.a ? ~ }}"), "${{ tasks.a ? ~ }}");
    EXPECT_EQ(rewritten("${{ {'x': tasks.a} }}"), "${{ {'x': tasks.b} }}");
    EXPECT_EQ(core::expr::sole_path(" ${{ t['n'] }}\n"), (std::pair<std::string, std::string>{"t", "n"}));
    EXPECT_EQ(core::expr::sole_path("${{ t.n }}x").first, "");
    EXPECT_EQ(core::expr::sole_path("${{ t.n.m }}").first, "");
}

}  // namespace
}  // namespace kontor::spec::testing
