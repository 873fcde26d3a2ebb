// proto/openapi.yaml and the table of routes describe the same API.
#include "http/answer.hpp"
#include "http/router.hpp"

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

namespace kontor::http {
namespace {

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return out;
}

YAML::Node document() {
    return YAML::LoadFile(std::string(KONTOR_SOURCE_DIR) + "/proto/openapi.yaml");
}

const std::set<std::string> methods{"get", "put", "post", "delete", "patch", "head", "options"};

std::set<std::string> described() {
    std::set<std::string> found;
    for (const auto& path : document()["paths"]) {
        for (const auto& entry : path.second) {
            if (methods.contains(entry.first.as<std::string>())) {
                found.insert(entry.first.as<std::string>() + " " + path.first.as<std::string>());
            }
        }
    }
    return found;
}

TEST(OpenApi, DescribesExactlyTheRoutes) {
    std::set<std::string> served;
    for (const Route& route : routes()) {
        served.insert(lower(to_string(route.method)) + " " + std::string(route.pattern));
    }
    EXPECT_EQ(served.size(), routes().size()) << "a route stands twice in the table";
    EXPECT_EQ(described(), served);
}

TEST(OpenApi, SaysWhichRoutesAreOpen) {
    const YAML::Node paths = document()["paths"];
    for (const Route& route : routes()) {
        const YAML::Node operation =
            paths[std::string(route.pattern)][lower(to_string(route.method))];
        const bool open = operation["security"] && operation["security"].size() == 0;
        EXPECT_EQ(open, route.guard.least == Access::Public) << route.pattern;
    }
}

TEST(OpenApi, SaysWhichRoleEachRouteWants) {
    const YAML::Node paths = document()["paths"];
    const std::map<Access, std::string> roles{
        {Access::Viewer, "viewer"},
        {Access::Operator, "operator"},
        {Access::Reviewer, "reviewer"},
        {Access::Admin, "admin"}};
    for (const Route& route : routes()) {
        const YAML::Node role =
            paths[std::string(route.pattern)][lower(to_string(route.method))]["x-role"];
        const auto wanted = roles.find(route.guard.least);
        EXPECT_EQ(role ? role.as<std::string>() : "", wanted == roles.end() ? "" : wanted->second)
            << name_of(route);
    }
}

// `word` anywhere in it, by way of references too.
bool speaks_of(const YAML::Node& all, const YAML::Node& part, const std::string& word) {
    if (part.IsScalar()) {
        return part.Scalar() == word;
    }
    if (part.IsMap() && part["$ref"]) {
        YAML::Node target = YAML::Clone(all);
        std::istringstream steps(part["$ref"].as<std::string>().substr(2));
        for (std::string step; std::getline(steps, step, '/');) {
            target = YAML::Clone(target[step]);
        }
        return speaks_of(all, target, word);
    }
    for (const auto& each : part) {
        if (part.IsMap() ? each.first.Scalar() == word || speaks_of(all, each.second, word)
                         : speaks_of(all, each, word)) {
            return true;
        }
    }
    return false;
}

TEST(OpenApi, WhateverChangesSomethingCanBeAskedForInAdvance) {
    // They sign in and out, lend items for a quarter of an hour, or answer a question.
    const std::set<std::string> plain{
        "POST /v1/session", "POST /v1/session/end", "POST /v1/reviews/claim", "POST /v1/countries/{country}/predict"};
    const YAML::Node all = document();
    for (const Route& route : routes()) {
        const YAML::Node operation = all["paths"][std::string(route.pattern)][lower(to_string(route.method))];
        const bool foreseen =
            (operation["parameters"] && speaks_of(all, operation["parameters"], "dry_run")) ||
            (operation["requestBody"] && speaks_of(all, operation["requestBody"], "dry_run"));
        const bool changes = route.method != Method::Get && !plain.contains(name_of(route));
        EXPECT_EQ(foreseen, changes) << name_of(route);
    }
}

TEST(OpenApi, NamesTheBodyThatTheRouteTakes) {
    const YAML::Node all = document();
    for (const Route& route : routes()) {
        const YAML::Node operation =
            all["paths"][std::string(route.pattern)][lower(to_string(route.method))];
        EXPECT_EQ(static_cast<bool>(operation["requestBody"]), route.body != BodyType::None)
            << route.pattern;
        if (route.body == BodyType::None || operation["requestBody"]["$ref"]) {
            continue;
        }
        const YAML::Node content = operation["requestBody"]["content"];
        EXPECT_EQ(
            static_cast<bool>(content["application/json"]),
            route.body != BodyType::Yaml && route.body != BodyType::Ndjson && route.body != BodyType::File
        ) << route.pattern;
        EXPECT_EQ(static_cast<bool>(content["application/octet-stream"]), route.body == BodyType::File) << route.pattern;
        EXPECT_EQ(static_cast<bool>(content["application/x-ndjson"]), route.body == BodyType::Ndjson)
            << route.pattern;
        EXPECT_EQ(static_cast<bool>(content["application/yaml"]), route.body == BodyType::Yaml)
            << route.pattern;
        EXPECT_EQ(
            static_cast<bool>(content["application/cloudevents+json"]),
            route.body == BodyType::CloudEvent
        );
    }
}

TEST(OpenApi, DeclaresEveryPathParameter) {
    const YAML::Node all = document();
    for (const auto& path : all["paths"]) {
        const auto pattern = path.first.as<std::string>();
        std::set<std::string> named;
        for (std::size_t open = pattern.find('{'); open != std::string::npos;
             open = pattern.find('{', open + 1)) {
            named.insert(pattern.substr(open + 1, pattern.find('}', open) - open - 1));
        }
        std::set<std::string> declared;
        for (const YAML::Node& parameter : path.second["parameters"]) {
            YAML::Node resolved = parameter;
            if (parameter["$ref"]) {
                const auto reference = parameter["$ref"].as<std::string>();
                resolved =
                    all["components"]["parameters"][reference.substr(reference.rfind('/') + 1)];
            }
            if (resolved["in"].as<std::string>() == "path") {
                declared.insert(resolved["name"].as<std::string>());
            }
        }
        EXPECT_EQ(declared, named) << pattern;
    }
}

void collect_references(const YAML::Node& node, std::set<std::string>& found) {
    if (node.IsMap()) {
        for (const auto& entry : node) {
            if (entry.first.as<std::string>() == "$ref") {
                found.insert(entry.second.as<std::string>());
            } else {
                collect_references(entry.second, found);
            }
        }
    } else if (node.IsSequence()) {
        for (const YAML::Node& item : node) {
            collect_references(item, found);
        }
    }
}

TEST(OpenApi, EveryReferenceLeadsSomewhere) {
    const YAML::Node all = document();
    std::set<std::string> references;
    collect_references(all, references);
    EXPECT_GT(references.size(), 30U);
    for (const std::string& reference : references) {
        ASSERT_EQ(reference.substr(0, 13), "#/components/");
        const std::size_t slash = reference.find('/', 13);
        EXPECT_TRUE(all["components"][reference.substr(13, slash - 13)][reference.substr(slash + 1)]
        ) << reference;
    }
}

TEST(OpenApi, TheProgramCarriesThisVeryFile) {
    EXPECT_EQ(openapi_document().substr(0, 14), "openapi: 3.1.0");
    EXPECT_EQ(
        YAML::Load(std::string(openapi_document()))["paths"].size(), document()["paths"].size()
    );
}

}  // namespace
}  // namespace kontor::http
