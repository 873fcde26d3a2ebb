// What the project ships must agree with the parser: the workflows, the reference's examples, the schema for editors.
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "spec/keys.hpp"
#include "unit/spec/parse.hpp"

namespace kontor::spec::testing {
namespace {

namespace fs = std::filesystem;
const fs::path source = KONTOR_SOURCE_DIR;

std::string read(const fs::path& path) {
    std::ifstream file(path);
    EXPECT_TRUE(file.good()) << path;
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

TEST(Shipped, WorkflowsAreValid) {
    int found = 0;
    for (const auto& entry : fs::directory_iterator(source / "workflows")) {
        if (entry.path().extension() == ".yaml") {
            const std::string text = read(entry.path());
            const Parsed parsed = parse(text);
            EXPECT_EQ(render(parsed.diagnostics, entry.path().filename().string(), text), "");
            EXPECT_TRUE(parsed.workflow == nullptr || parsed.workflow->name == entry.path().stem().string());
            ++found;
        }
    }
    EXPECT_GE(found, 1);
}

// The blocks fenced with `kind`.
std::vector<std::string> blocks(const std::string& text, const std::string& kind) {
    std::vector<std::string> found;
    const std::string fence = "```" + kind + "\n";
    for (std::size_t at = 0; (at = text.find(fence, at)) != std::string::npos;) {
        const std::size_t begin = at + fence.size();
        const std::size_t end = text.find("```", begin);
        found.push_back(text.substr(begin, end - begin));
        at = end;
    }
    return found;
}

class World : public core::expr::Scope {
 public:
    const Json* find(std::string_view root) const override { return member(roots_, root); }

 private:
    Json roots_ = json_from_text(R"({
        "country": "NO", "winner": null,
        "params": {"trials": 24, "countries": ["DE", "NO"], "name": "Label Printer"},
        "tasks": {"prepare": {"outputs": {"rows": 1200, "usable": true}, "state": "succeeded"},
                  "choose": {"succeeded": ["DE", "NO"], "failed": [], "outputs": {"DE": {"f1": 0.9}, "NO": {"f1": 0.8}}}}
    })").value();
};

// Lines "expression  // result" of the blocks fenced with `cel`.
TEST(Reference, EveryExpressionGivesWhatItSays) {
    int checked = 0;
    for (const std::string& block : blocks(read(source / "workflows/README.md"), "cel")) {
        std::istringstream lines(block);
        for (std::string line; std::getline(lines, line);) {
            const std::size_t comment = line.find(" // ");
            ASSERT_NE(comment, std::string::npos) << line;
            const auto program = core::expr::parse(line.substr(0, comment));
            ASSERT_TRUE(program.has_value()) << line;
            const auto value = core::expr::evaluate(*program, World());
            const std::string wanted = line.substr(comment + 4);
            if (wanted.starts_with("error: ")) {
                EXPECT_EQ(value ? to_text(*value) : "error: " + value.error().message, wanted) << line;
            } else {
                ASSERT_TRUE(value.has_value()) << line << ": " << value.error().message;
                EXPECT_EQ(to_text(*value), wanted) << line;
            }
            ++checked;
        }
    }
    EXPECT_GE(checked, 20);
}

TEST(Reference, NamesEveryKeyAndFunction) {
    const std::string text = read(source / "workflows/README.md");
    for (const std::string& name : core::expr::function_names()) {
        EXPECT_NE(text.find("`" + name + "("), std::string::npos) << name;
    }
    for (const std::string_view key : keys::task) {
        EXPECT_NE(text.find("`" + std::string(key) + "`"), std::string::npos) << key;
    }
    for (const std::string_view key : keys::trigger) {
        EXPECT_NE(text.find("`" + std::string(key) + "`"), std::string::npos) << key;
    }
    for (const std::string_view key : keys::workflow) {
        EXPECT_NE(text.find("`" + std::string(key) + "`"), std::string::npos) << key;
    }
}

template <std::size_t N>
void expect_keys(const Json& schema, std::string_view definition, const std::array<std::string_view, N>& keys) {
    const Json* place = definition.empty() ? &schema : member(*member(schema, "$defs"), definition);
    ASSERT_NE(place, nullptr) << definition;
    std::set<std::string> known;
    for (const auto& entry : member(*place, "properties")->get_object()) {
        known.insert(std::string(entry.key()));
    }
    EXPECT_EQ(known, std::set<std::string>(keys.begin(), keys.end())) << definition;
    EXPECT_EQ(*member(*place, "additionalProperties"), Json(false)) << definition;
}

TEST(EditorSchema, KnowsTheKeysThatTheParserKnows) {
    const Json schema = json_from_text(read(source / "proto/workflow.schema.json")).value();
    expect_keys(schema, "", keys::workflow);
    expect_keys(schema, "partition", keys::partition);
    expect_keys(schema, "trigger", keys::trigger);
    expect_keys(schema, "dst", keys::dst);
    expect_keys(schema, "business_days", keys::business_days);
    expect_keys(schema, "on", keys::on);
    expect_keys(schema, "dedupe", keys::dedupe);
    expect_keys(schema, "batch", keys::batch);
    expect_keys(schema, "debounce", keys::debounce);
    expect_keys(schema, "catchup", keys::catchup);
    expect_keys(schema, "concurrency", keys::concurrency);
    expect_keys(schema, "limits", keys::limits);
    expect_keys(schema, "defaults", keys::defaults);
    expect_keys(schema, "retry", keys::retry);
    expect_keys(schema, "backoff", keys::backoff);
    expect_keys(schema, "template", keys::template_of_tasks);
    expect_keys(schema, "use", keys::use);
    expect_keys(schema, "cache", keys::cache);
    expect_keys(schema, "timeouts", keys::timeout);
    expect_keys(schema, "task", keys::task);
    expect_keys(schema, "gate", keys::gate);
}

}  // namespace
}  // namespace kontor::spec::testing
