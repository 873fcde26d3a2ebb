#include "cli/contexts.hpp"

#include "base/nearest.hpp"
#include "cli/cli.hpp"
#include "cli/text_file.hpp"

#include <filesystem>
#include <fstream>
#include <ostream>

namespace kontor::cli {
namespace {

std::filesystem::path file_of(const Environment& environment) {
    const std::string config = environment("XDG_CONFIG_HOME");
    return std::filesystem::path(config.empty() ? environment("HOME") + "/.config" : config) / "kontor" / "contexts.json";
}

Error unknown(const std::string& name, const Contexts& contexts) {
    std::vector<std::string> names;
    for (const auto& [known, context] : contexts.by_name) {
        names.push_back(known);
    }
    const std::string near = nearest(name, names);
    return not_found("", "there is no context '" + name + "'" + (near.empty() ? "; 'kontor contexts add' makes one" : "; did you mean '" + near + "'?"));
}

template <class Change>
int change(Surroundings& around, Change&& apply) {
    Result<Contexts> contexts = read_contexts(around.environment);
    if (!contexts) {
        return report(around, contexts.error());
    }
    if (const Result<void> applied = apply(*contexts); !applied) {
        return report(around, applied.error());
    }
    const Result<void> written = write_contexts(around.environment, *contexts);
    return written ? ExitOk : report(around, written.error());
}

}  // namespace

Result<Contexts> read_contexts(const Environment& environment) {
    const std::filesystem::path path = file_of(environment);
    std::error_code absent;
    if (!std::filesystem::exists(path, absent)) {
        return Contexts{};
    }
    const Result<std::string> text = read_text_file(path.string());
    if (!text) {
        return text.error();
    }
    const Result<Json> json = json_from_text(*text);
    const Json* known = json ? member(*json, "contexts") : nullptr;
    if (known == nullptr || !known->is_object()) {
        return invalid("", path.string() + " does not hold contexts; mend it or remove it");
    }
    Contexts contexts;
    contexts.current = text_member(*json, "current");
    for (const auto& entry : known->get_object()) {
        contexts.by_name[entry.key()] = {text_member(entry.value(), "url"), text_member(entry.value(), "token_file")};
    }
    return contexts;
}

Result<void> write_contexts(const Environment& environment, const Contexts& contexts) {
    JsonObject known;
    for (const auto& [name, context] : contexts.by_name) {
        known[name] = JsonObject{{"url", context.url}, {"token_file", context.token_file}};
    }
    const std::filesystem::path path = file_of(environment);
    const std::filesystem::path fresh = path.string() + ".new";
    std::error_code failed;
    std::filesystem::create_directories(path.parent_path(), failed);
    std::ofstream file(fresh, std::ios::binary | std::ios::trunc);
    file << to_text(JsonObject{{"current", contexts.current}, {"contexts", known}}) << '\n';
    file.close();
    if (!file) {
        return invalid("", "cannot write " + fresh.string());
    }
    std::filesystem::rename(fresh, path, failed);
    return failed ? Result<void>(invalid("", "cannot write " + path.string() + ": " + failed.message())) : Result<void>();
}

Result<std::optional<Context>> chosen_context(const std::string& wanted, const Environment& environment) {
    const std::string named = wanted.empty() ? environment("KONTOR_CONTEXT") : wanted;
    const bool elsewhere = !environment("KONTOR_URL").empty() || !environment("KONTOR_PORT").empty();
    if (named.empty() && elsewhere) {
        return std::optional<Context>();
    }
    const Result<Contexts> contexts = read_contexts(environment);
    if (!contexts) {
        return contexts.error();
    }
    const std::string& name = named.empty() ? contexts->current : named;
    if (name.empty()) {
        return std::optional<Context>();
    }
    const auto found = contexts->by_name.find(name);
    return found == contexts->by_name.end() ? Result<std::optional<Context>>(unknown(name, *contexts)) : std::optional<Context>(found->second);
}

int list_contexts(Surroundings& around, Output output) {
    const Result<Contexts> contexts = read_contexts(around.environment);
    if (!contexts) {
        return report(around, contexts.error());
    }
    JsonArray items;
    std::vector<std::vector<Cell>> rows;
    for (const auto& [name, context] : contexts->by_name) {
        const bool current = name == contexts->current;
        items.push_back(JsonObject{{"name", name}, {"url", context.url}, {"token_file", context.token_file}, {"current", current}});
        rows.push_back({{current ? "*" : "", Style::Good}, {name}, {context.url}, {context.token_file.empty() ? "-" : context.token_file}});
    }
    if (const auto data = as_data(output, JsonObject{{"items", items}})) {
        around.out << *data;
    } else if (rows.empty()) {
        around.out << "No contexts: 'kontor contexts add NAME --url URL' makes one.\n";
    } else {
        around.out << lay_out({{""}, {"NAME"}, {"URL"}, {"TOKEN FILE"}}, rows, around.terminal);
    }
    return ExitOk;
}

int add_context(Surroundings& around, const std::string& name, const Context& context) {
    return change(around, [&](Contexts& contexts) -> Result<void> {
        if (name.empty() || context.url.empty()) {
            return invalid("", "a context needs a name and --url");
        }
        Context kept = context;
        if (!kept.token_file.empty()) {
            kept.token_file = std::filesystem::absolute(kept.token_file).lexically_normal().string();
        }
        contexts.by_name[name] = kept;
        contexts.current = contexts.current.empty() ? name : contexts.current;
        around.err << "Context " << name << " is " << kept.url << (contexts.current == name ? ", and the current one" : "") << ".\n";
        return {};
    });
}

int use_context(Surroundings& around, const std::string& name) {
    return change(around, [&](Contexts& contexts) -> Result<void> {
        if (!contexts.by_name.contains(name)) {
            return unknown(name, contexts);
        }
        contexts.current = name;
        around.err << "Commands go to " << contexts.by_name[name].url << " from now on.\n";
        return {};
    });
}

int remove_context(Surroundings& around, const std::string& name) {
    return change(around, [&](Contexts& contexts) -> Result<void> {
        if (contexts.by_name.erase(name) == 0) {
            return unknown(name, contexts);
        }
        contexts.current = contexts.current == name ? "" : contexts.current;
        return {};
    });
}

}  // namespace kontor::cli
